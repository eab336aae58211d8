"""Whether something follows from a fact and a few rules about made-up kinds.

A literal is twice the number of a kind, plus one where it is denied. Params: who, the fact, the
claim, then two literals a rule: what is the first is the second too.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.people import NAMES
from reasonloom.worlds.wording import mend

KINDS = tuple(
    "tum del wen zil lom fer rom fen gor nul vin sim dar blim pom tor kel jom han yun quil bor nim"
    " sol wem pel zan hur".split()
)
"""Made-up words; each ends in a letter by which `wording.mend` picks the right Korean particle."""
STEPS = {1: (1, 2), 2: (2, 3), 3: (3, 4)}
ASIDE = {1: 1, 2: 2, 3: 2}
"""Rules beside the way from the fact to the claim."""
TURN = 0.3
"""Share of steps between what somebody is and what they are not."""

Rules = list[tuple[int, int]]


def rules(params: Params) -> Rules:
    return list(zip(params[3::2], params[4::2], strict=True))


def word(literal: int) -> str:
    return ("not " if literal % 2 else "") + KINDS[literal // 2]


def steps(given: Rules, start: int) -> Iterator[tuple[int, int]]:
    """All that follows from a literal, nearest first, each with what it follows from."""
    reached = [start]
    for literal in reached:
        for left, right in given:
            new = right if left == literal else left ^ 1 if right == literal ^ 1 else None
            if new is not None and new not in reached:
                reached.append(new)
                yield literal, new


def closure(given: Rules, start: int) -> set[int]:
    return {start, *(new for _, new in steps(given, start))}


def answer(params: Params) -> str:
    known = closure(rules(params), params[1])
    return "yes" if params[2] in known else "no" if params[2] ^ 1 in known else "unknown"


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    kinds = rng.sample(range(len(KINDS)), STEPS[level][1] + ASIDE[level] + 2)
    signs, target = _signs(rng, level)
    way = [2 * kinds.pop() + denied for denied in signs]
    given = [_rule(rng, level, a, b) for a, b in itertools.pairwise(way)]
    for _ in range(ASIDE[level]):
        given.append(_aside(rng, level, way, kinds))
    claim = 2 * (
        way[target] // 2 if rng.random() < 2 / 3 else _untold(rng, way[0], given, kinds[0])
    )
    claim += rng.random() < 0.5
    rng.shuffle(given)
    params = (rng.randrange(len(NAMES)), way[0], claim, *(x for rule in given for x in rule))
    return params if _sound(given) else None


def _signs(rng: random.Random, level: int) -> tuple[list[bool], int]:
    """Which literals of the way are denied, and the place of the one that a claim may be about.

    That one is denied in half of the draws, and so is the claim, whose form then tells nothing.
    Only the top level derives that something is from what is not.
    """
    length = rng.randint(*STEPS[level])
    target = length if level == 1 or rng.random() < 0.7 else rng.randint(1, length)
    signs = [rng.random() < 0.5]
    for _ in range(target):
        turn = rng.random() < TURN
        signs.insert(0, signs[0] ^ turn if level == 3 else signs[0] and level == 2 and not turn)
    for _ in range(length - target):
        turn = rng.random() < TURN
        signs.append(signs[-1] ^ turn if level == 3 else signs[-1] or turn)
    return signs, target


def _rule(rng: random.Random, level: int, left: int, right: int) -> tuple[int, int]:
    """The rule as it stands or turned round; below the top level it starts with what is."""
    turned = (right ^ 1, left ^ 1)
    if left % 2 and level < 3:
        return turned
    free = level > 1 and (right % 2 or level == 3)
    return turned if free and rng.random() < 0.4 else (left, right)


def _aside(rng: random.Random, level: int, way: list[int], kinds: list[int]) -> tuple[int, int]:
    """A rule that leads into the way from elsewhere, or off it."""
    other, literal = 2 * kinds.pop(), rng.choice(way)
    off = rng.random() < 0.4 and literal % 2 == 0
    return _rule(rng, level, literal, other) if off else (other, literal)


def _untold(rng: random.Random, fact: int, given: Rules, foreign: int) -> int:
    """A kind of which the premises settle nothing, or do not even speak."""
    told = {x // 2 for rule in given for x in rule} - {x // 2 for x in closure(given, fact)}
    return rng.choice(sorted(told)) if told and rng.random() < 0.8 else foreign


def _sound(given: Rules) -> bool:
    """Whether the rules alone settle nothing: no literal leads to its own opposite."""
    told = {x ^ side for rule in given for x in rule for side in (0, 1)}
    return all(x ^ 1 not in closure(given, x) for x in told)


def forward(params: Params) -> Work:
    fact, claim = params[1], params[2]
    lines, found = [], ""
    for before, new in steps(rules(params), fact):
        lines.append(f"{word(before)} -> {word(new)}")
        if new // 2 == claim // 2:
            found = word(new)
            break
    verdict = f"found {found}" if found else "nothing more follows"
    return [*lines, f"asked {word(claim)}, {verdict}"], answer(params)


def contradiction(params: Params) -> Work:
    lines, clash = _suppose(params, params[2] ^ 1)
    if clash:
        return lines, "yes"
    more, clash = _suppose(params, params[2])
    return [*lines, *more], "no" if clash else "unknown"


def _suppose(params: Params, literal: int) -> tuple[list[str], bool]:
    lines, fact = [f"suppose {word(literal)}"], params[1]
    for before, new in steps(rules(params), literal):
        lines.append(f"{word(before)} -> {word(new)}")
        if new == fact ^ 1:
            return [*lines, f"clash with {word(fact)}"], True
    return [*lines, "no clash"], False


def unspoken(params: Params) -> str | None:
    told = {x // 2 for x in params[3:]}
    kind = params[2] // 2
    return None if kind in told else f"no rule speaks of {KINDS[kind]}"


def show(params: Params) -> str:
    given = ", ".join(f"{word(a)} -> {word(b)}" for a, b in rules(params))
    return f"{word(params[1])}; {given}; asked {word(params[2])}"


ENGLISH = {
    (0, 0): (
        "All {0}s are {1}s.",
        "Every {0} is a {1}.",
        "If something is a {0}, it is a {1}.",
    ),
    (0, 1): (
        "No {0} is a {1}.",
        "No {0}s are {1}s.",
        "If something is a {0}, it is not a {1}.",
    ),
    (1, 0): ("Everything that is not a {0} is a {1}.", "If something is not a {0}, it is a {1}."),
    (1, 1): ("If something is not a {0}, it is not a {1}.", "Only {0}s are {1}s."),
}
"""Rules in words, by which of their sides is denied."""
KOREAN = {
    (0, 0): "모든 {0}는 {1}이다.",
    (0, 1): "어떤 {0}도 {1}이 아니다.",
    (1, 0): "{0}이 아닌 것은 모두 {1}이다.",
    (1, 1): "{0}이 아닌 것은 {1}이 아니다.",
}


ASKED = (
    "Is it true that",
    "Does it follow that",
    "Can one conclude that",
    "Given this, must it be that",
    "Am I right that",
)


def tell(params: Params, rng: random.Random, language: str) -> str:
    who, (fact, claim) = NAMES[params[0]], params[1:3]
    told = [_told(rule, rng, language) for rule in rules(params)]
    told.insert(rng.choice((0, len(told))), _fact(who, fact, language))
    if language == "ko":
        asked = _fact(who, claim, language).replace("다.", "라는 것이 참인가?")
        return mend(" ".join([*told, asked, "yes, no, unknown 중에서 답하시오."]))
    ask = rng.choice(ASKED)
    return f"{' '.join(told)} {ask} {_fact(who, claim, 'en')[:-1]}? Answer yes, no or unknown."


def _told(rule: tuple[int, int], rng: random.Random, language: str) -> str:
    left, right = rule
    sides = (left % 2, right % 2)
    text = KOREAN[sides] if language == "ko" else rng.choice(ENGLISH[sides])
    return text.format(KINDS[left // 2], KINDS[right // 2])


def _fact(who: str, literal: int, language: str) -> str:
    kind, denied = KINDS[literal // 2], literal % 2
    if language == "ko":
        return f"{who}는 {kind}{'이 아니다' if denied else '이다'}."
    return f"{who} is {'not ' if denied else ''}a {kind}."


FAMILY = Family.puzzle(
    name="entailment",
    goal="whether a claim follows from the premises",
    draw=draw,
    answer=answer,
    tell=tell,
    show=show,
    methods=(
        Method("Chain forward from the premises", forward),
        Method("Proof by contradiction", contradiction, unspoken),
    ),
)
