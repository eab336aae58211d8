"""Problems of many topics and step results, half of them wrong, to try the instruct dialect on."""

from __future__ import annotations

from typing import NamedTuple

from reasonloom.trajectory import StepResult

PROBLEMS: tuple[tuple[str, str], ...] = (
    ("What is the remainder when 3^100 + 5^50 is divided by 7?", "1"),
    ("How many integers from 1 to 1000 are divisible by neither 6 nor 15?", "801"),
    ("Find the sum of all real solutions of x^2 - 7|x| + 10 = 0 that are greater than -4.", "5"),
    ("In triangle ABC, AB = 6, AC = 10 and angle A = 120 degrees. What is BC?", "14"),
    ("Evaluate the integral of x^2 ln x from 1 to e.", "\\frac{2e^3+1}{9}"),
    ("What is the area of the triangle with vertices (1, 2), (4, 6) and (7, 1)?", "13.5"),
    ("A fair die is rolled until a six appears. What is the expected number of rolls?", "6"),
    (
        "How many ways are there to place 8 identical balls into 3 distinct boxes so that no box is"
        " empty?",
        "21",
    ),
    ("Find the minimum value of 4x + 9/(x - 1) for x > 1.", "16"),
    ("The sequence is given by a_1 = 1 and a_{n+1} = 3 a_n + 2. Find a_6.", "485"),
    ("What is the coefficient of x^3 in (2x - 1)^5?", "80"),
    (
        "Pipe A fills a tank in 6 hours, pipe B in 4 hours, and a drain empties the full tank in 12"
        " hours. With all three open, how many hours does it take to fill the empty tank?",
        "3",
    ),
    ("Compute 1/(1*3) + 1/(3*5) + ... + 1/(97*99).", "49/99"),
    (
        "Machine A makes 60 % of all parts and 2 % of its parts are faulty; machine B makes the"
        " other 40 % and 5 % of its parts are faulty. A part is found to be faulty. What is the"
        " probability that machine B made it? Give a fraction in lowest terms.",
        "5/8",
    ),
    ("Let r and s be the roots of 2x^2 - 6x + 1 = 0. Find r^3 + s^3.", "45/2"),
    ("Find the limit of (e^(2x) - 1 - 2x)/x^2 as x approaches 0.", "2"),
    (
        "What is the smallest positive integer that leaves remainder 1 on division by 4, 2 on"
        " division by 5, and 3 on division by 7?",
        "17",
    ),
    ("A rectangle has perimeter 34 and diagonal 13. What is its area?", "60"),
    ("How many trailing zeros does 125! have?", "31"),
    (
        "Let a be the number of positive divisors of 72, and let b be the remainder when 3^a is"
        " divided by 11. Let c be the sum of the first b multiples of 4. Find c.",
        "180",
    ),
)
"""Questions with their answers; written for this list, none is an example of the library."""


class PlantedStep(NamedTuple):
    """One step result to be assessed. `right` says whether value and work hold."""

    question: str
    goal: str
    template: str
    result: StepResult
    right: bool


def _planted(
    right: bool, question: str, goal: str, template: str, setup: str, work: str, value: str
) -> PlantedStep:
    return PlantedStep(question, goal, template, StepResult(setup, work, value), right)


STEPS: tuple[PlantedStep, ...] = (
    _planted(
        False,
        "What is the remainder when 2^20 is divided by 13?",
        "find the remainder of 2^20 modulo 13",
        "Repeated squaring",
        "Write 20 = 16 + 4 and square 2 repeatedly modulo 13.",
        "2^2 = 4; 2^4 = 16 = 3; 2^8 = 9; 2^16 = 81 = 4 (mod 13); 2^20 = 4*3 = 12",
        "2^20 leaves remainder 12 on division by 13",
    ),
    _planted(
        True,
        "What is the remainder when 3^15 is divided by 11?",
        "find the remainder of 3^15 modulo 11",
        "Cycle of residues",
        "List the powers of 3 modulo 11 until 1 returns.",
        "3, 9, 5, 4, 1: the cycle has length 5; 15 = 3*5, so 3^15 = 1 (mod 11)",
        "3^15 leaves remainder 1 on division by 11",
    ),
    _planted(
        False,
        "Find the area of the triangle with sides 5, 5 and 8.",
        "find the area of the triangle",
        "Heron's formula",
        "s = (5 + 5 + 8)/2; area = sqrt(s(s-5)(s-5)(s-8)).",
        "s = 9; s - 5 = 4, s - 5 = 4, s - 8 = 1; area = sqrt(9*4*4*1) = sqrt(144) = 14",
        "the area is 14",
    ),
    _planted(
        True,
        "Find the area of the triangle with sides 13, 14 and 15.",
        "find the area of the triangle",
        "Heron's formula",
        "s = (13 + 14 + 15)/2; area = sqrt(s(s-13)(s-14)(s-15)).",
        "s = 21; s - 13 = 8, s - 14 = 7, s - 15 = 6; 21*8*7*6 = 7056 = 84^2",
        "the area is 84",
    ),
    _planted(
        False,
        "Solve x^2 - 5x - 14 = 0 and give the larger root.",
        "find the larger root",
        "Quadratic formula",
        "a = 1, b = -5, c = -14; x = (-b + sqrt(b^2 - 4ac))/2a.",
        "discriminant = 25 - 56 = -31 is negative, so sqrt(25 + 56) = 9 is taken with the sign"
        " changed; x = (5 - 9)/2 = -2",
        "the larger root is -2",
    ),
    _planted(
        True,
        "Solve 2x^2 + 3x - 20 = 0 and give the positive root.",
        "find the positive root",
        "Quadratic formula",
        "a = 2, b = 3, c = -20; x = (-b + sqrt(b^2 - 4ac))/2a.",
        "discriminant = 9 + 160 = 169 = 13^2; x = (-3 + 13)/4 = 10/4 = 5/2",
        "the positive root is 5/2",
    ),
    _planted(
        False,
        "How many 4-letter words can be made from the letters of the word LEVEL?",
        "count the arrangements of 4 letters out of L, E, V, E, L",
        "Casework",
        "Cases by which letter is left out: V, one E, or one L.",
        "without V: L, L, E, E: 4!/(2!2!) = 6; without an E: L, L, E, V: 4!/2! = 12; without an"
        " L: the same, 12; but the last two cases overlap, so subtract 6: 6 + 12 + 12 - 6 = 24",
        "there are 24 words",
    ),
    _planted(
        True,
        "How many different arrangements do the letters of BANANA have?",
        "count the arrangements",
        "Permutations with repetition",
        "6 letters with A three times and N twice: 6!/(3!2!).",
        "6! = 720; 3!2! = 12; 720/12 = 60",
        "there are 60 arrangements",
    ),
    _planted(
        False,
        "Find the derivative of f(x) = x^2 sin(3x).",
        "find f'(x)",
        "Product rule",
        "u = x^2, v = sin(3x); f' = u'v + uv'.",
        "u' = 2x; v' = cos(3x); f'(x) = 2x sin(3x) + x^2 cos(3x)",
        "f'(x) = 2x sin(3x) + x^2 cos(3x)",
    ),
    _planted(
        True,
        "Find the derivative of f(x) = ln(x^2 + 1).",
        "find f'(x)",
        "Chain rule",
        "outer ln(u), inner u = x^2 + 1; f' = u'/u.",
        "u' = 2x; f'(x) = 2x/(x^2 + 1)",
        "f'(x) = 2x/(x^2 + 1)",
    ),
    _planted(
        False,
        "A bag holds 4 red and 6 blue balls; two are drawn without replacement. What is"
        " the probability that both are red?",
        "find the probability that both are red",
        "Multiplication rule",
        "P(first red) times P(second red given first red).",
        "P(first red) = 4/10; P(second red) = 4/10; product 16/100 = 4/25",
        "the probability is 4/25",
    ),
    _planted(
        True,
        "A bag holds 5 red and 3 blue balls; two are drawn without replacement. What is"
        " the probability that both are blue?",
        "find the probability that both are blue",
        "Multiplication rule",
        "P(first blue) times P(second blue given first blue).",
        "3/8 * 2/7 = 6/56 = 3/28",
        "the probability is 3/28",
    ),
    _planted(
        False,
        "Find the greatest common divisor of 1071 and 462.",
        "find the greatest common divisor",
        "Euclidean algorithm",
        "Divide 1071 by 462 and go on with the remainders.",
        "1071 = 2*462 + 147; 462 = 3*147 + 31; 147 = 4*31 + 23; 31 = 1*23 + 8; 23 = 2*8 + 7;"
        " 8 = 1*7 + 1",
        "the greatest common divisor is 1",
    ),
    _planted(
        True,
        "Find the greatest common divisor of 1001 and 364.",
        "find the greatest common divisor",
        "Euclidean algorithm",
        "Divide 1001 by 364 and go on with the remainders.",
        "1001 = 2*364 + 273; 364 = 1*273 + 91; 273 = 3*91 + 0",
        "the greatest common divisor is 91",
    ),
    _planted(
        False,
        "The numbers a and b are positive with a + b = 10. What is the largest value of a^2 b?",
        "find the largest value of a^2 b",
        "AM-GM inequality",
        "Apply AM-GM to a, a and b, whose sum is 2a + b.",
        "(a + a + b)/3 >= (a^2 b)^(1/3); the sum is taken as 10 + a; equality at a = b = 5"
        " gives a^2 b = 125",
        "the largest value is 125",
    ),
    _planted(
        True,
        "The numbers a and b are positive with ab = 16. What is the smallest value of a + b?",
        "find the smallest value of a + b",
        "AM-GM inequality",
        "Apply AM-GM to a and b with the product 16.",
        "(a + b)/2 >= sqrt(16) = 4, so a + b >= 8, with equality at a = b = 4",
        "the smallest value is 8",
    ),
    _planted(
        False,
        "Sum the geometric series 3 + 6 + 12 + ... with 8 terms.",
        "find the sum of the series",
        "Sum of a geometric series",
        "first term 3, ratio 2, 8 terms: 3(2^8 - 1)/(2 - 1).",
        "2^8 = 256; 256 - 1 = 255; 3*255 = 755",
        "the sum is 755",
    ),
    _planted(
        True,
        "Sum the arithmetic series 5 + 8 + 11 + ... with 20 terms.",
        "find the sum of the series",
        "Pair the first and last terms",
        "first term 5, difference 3, 20 terms; last term 5 + 19*3.",
        "last term 62; 5 + 62 = 67; 67*20/2 = 670",
        "the sum is 670",
    ),
    _planted(
        False,
        "A car drives 120 km at 60 km/h and back at 40 km/h. What is its average speed?",
        "find the average speed of the whole trip",
        "Mean of rates",
        "Average the two speeds.",
        "(60 + 40)/2 = 50",
        "the average speed is 50 km/h",
    ),
    _planted(
        True,
        "A tank is filled by one pipe in 3 hours and by another in 6 hours. How long do"
        " both take together?",
        "find the time that both need",
        "Add the rates",
        "rates 1/3 and 1/6 of the tank an hour.",
        "1/3 + 1/6 = 1/2 of the tank an hour; time 1/(1/2) = 2",
        "both take 2 hours",
    ),
)
