"""Questions from outside nano's worlds, so that it learns to say so."""

from __future__ import annotations

import math
import random

_WORDS = (
    "river king engine window summer planet garden doctor violin market bridge shadow copper "
    "winter letter forest teacher camera ocean pepper guitar tunnel silver novel harbor candle "
    "mountain rabbit piano desert battery theory poem emperor virus protein galaxy treaty carbon "
    "enzyme opera painter castle parliament volcano glacier molecule satellite dinosaur sonnet "
    "matrix triangle circle vector integral tangent logarithm ellipse pyramid sphere derivative "
    "topology manifold group ring field graph circuit voltage momentum friction entropy"
).split()
_THINGS = (
    "France Japan Brazil Kenya Norway India Egypt Peru Korea Spain Shakespeare Mozart Newton "
    "Einstein Cleopatra Darwin photosynthesis gravity democracy inflation chess football jazz "
    "sushi bread coffee tea cheese Python JavaScript Linux the internet the moon the stock market "
    "global warming the French Revolution the Roman Empire World War II quantum mechanics DNA"
).split(" ")
_ASKS = (
    "What is the capital of {thing}?",
    "Who was the first president of {thing}?",
    "Write a poem about {word} and {word}.",
    "Explain {thing} to a child.",
    "How do I cook {word} with {word}?",
    "Translate the word {word} into French.",
    "What is the meaning of {word}?",
    "Who wrote the {word} of {thing}?",
    "When did {thing} begin?",
    "Why is the {word} blue?",
    "Tell me a joke about a {word}.",
    "What should I wear in {thing} in winter?",
    "Summarise the story of the {word} and the {word}.",
    "How old is {thing}?",
    "Is {thing} bigger than {thing}?",
    "How many people live in {thing}?",
    "What is the integral of {word} x dx?",
    "Compute the derivative of sin({n}x) at x = {n}.",
    "What is the area of a circle of radius {n}?",
    "Find the volume of a sphere with radius {n}.",
    "What is the square root of {n}{n}{n}?",
    "Prove that there are infinitely many primes.",
    "Prove that the {word} of a {word} is even.",
    "What is log base {n} of {n}?",
    "Find the determinant of the {n} by {n} identity matrix.",
    "What is the probability of rolling a {n} with two dice?",
    "Solve the differential equation y' = {n}y.",
    "How many degrees are in a {word}?",
    "A train leaves {thing} at {n} o'clock at {n} km/h. When does it arrive in {thing}?",
    "What is the {n}th digit of pi?",
    "What is the {n}th prime number?",
    "If {n} {word}s cost {n} dollars, what do {n} {word}s cost?",
    "Evaluate the integral of x^{n} from 0 to {n}.",
    "What is the hypotenuse of a right triangle with legs {n} and {n}?",
    "Factor x^{n} - {n} over the integers.",
    "Find the limit of sin(x)/x as x goes to {n}.",
    "What is {n} factorial?",
    "How many {word}s are there in {thing}?",
    "Who won the world cup in {n}{n}?",
    "Give me a recipe for {word} soup for {n} people.",
    "Fix the bug in my {thing} program.",
    "Write a function that sorts a list of {word}s.",
    "Should I buy a {word} or a {word}?",
    "hello",
    "hi, how are you?",
    "thank you",
    "Who are you?",
    "What can you do?",
    "What is the melting point of {word}?",
    "How fast does a {word} move?",
    "Describe how a {word} works.",
    "Why does {word} float on {word}?",
    "What is the best way to grow a {word}?",
    "Which is heavier, a {word} or {n} {word}s?",
    "Which is smaller, {n}^{n} or {n}^{n}?",
    "Is {n} a prime number?",
    "Find the area of a trapezium with sides {n}, {n} and {n}.",
    "What is the sum of the angles of a {word}?",
    "How many diagonals does a polygon with {n} sides have?",
    "Solve cos x = 1/{n} for x between 0 and {n}.",
    "Simplify tan x times cos x.",
    "What is the limit of (n + {n})/n as n goes to infinity?",
    "Find the rank of the matrix [[{n}, {n}], [{n}, {n}]].",
    "What is the inverse of [[{n}, 0], [0, {n}]]?",
    "Is the series {n}/n convergent?",
    "What month will it be in {n} months?",
    "What time is it {n} minutes after {n} o'clock?",
    "Reverse the list [{n}, {n}, {n}].",
    "Remove the duplicates from {n}, {n}, {n}, {n}.",
    "A box holds {n} coins and {n} stones. What is the probability that all are gold?",
    "A die is rolled {n} times. How likely is no six?",
    "Round {n}.{n} to one decimal place.",
    "Write {n} in Roman numerals.",
    "What is the cube root of {n}?",
    "State the theorem of {thing}.",
    "Name {n} animals that live in {thing}.",
    "{n}의 제곱근은 얼마인가?",
    "구의 부피를 구하는 방법은?",
    "{word} 공식을 쓰시오.",
    "{thing}의 역사를 설명하시오.",
    "{word} {word} {word}",
    "{n} {n} {n}",
    "asdf {word} qwer",
    "오늘 날씨는 어때?",
    "{thing}의 수도는 어디인가?",
    "{word}에 대해 설명하시오.",
    "사랑이란 무엇인가?",
    "Let a be the {word} of {n} and {n}. Let b be the {word} of a. Find b.",
    "What is the {word} of {n} and {n}?",
    "Find the {word} when {n} is {word} by {n}.",
    "Suppose {word} is the {word} {word} of {thing}. What is {word}?",
)


def outside_question(rng: random.Random, inside: str) -> str:
    """A question that nano must decline.

    Half are fixed patterns with random words; half are `inside`, an in-world question, with so many
    words replaced that it asks for nothing that is known.
    """
    if rng.random() < 0.6:
        return _pattern(rng)
    words = inside.split()
    content = [i for i, word in enumerate(words) if not _bare(word)]
    if len(content) < 3:
        return _pattern(rng)
    share = rng.uniform(0.6, 1)
    for place in rng.sample(content, math.ceil(share * len(content))):
        words[place] = rng.choice(_WORDS)
    return " ".join(words)


def _bare(word: str) -> bool:
    """Numbers, names and small words stay: only the content is taken out."""
    return len(word) <= 3 or any(c.isdigit() for c in word)


def _pattern(rng: random.Random) -> str:
    text = rng.choice(_ASKS)
    while "{" in text:
        start, _, rest = text.partition("{")
        kind, _, rest = rest.partition("}")
        number = str(rng.choice((rng.randint(1, 9), rng.randint(10, 99), rng.randint(100, 999))))
        filled = {"thing": rng.choice(_THINGS), "word": rng.choice(_WORDS), "n": number}[kind]
        text = start + filled + rest
    return text
