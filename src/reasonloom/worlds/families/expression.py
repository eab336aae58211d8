"""The value of a mixed expression with a bracket, `a + b*(c - d)`."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import times

SUMMAND = {1: 30, 2: 99, 3: 200}
FACTOR = {1: (2, 5), 2: (3, 9), 3: (4, 12)}
MINUEND = {1: 20, 2: 50, 3: 99}
HIGHEST = 999


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    summand = fixed.get(0, rng.randint(1, SUMMAND[level]))
    minuend = fixed.get(2, rng.randint(5, MINUEND[level]))
    if not (1 <= summand <= 500 and 2 <= minuend <= 200):
        return None
    factor = rng.randint(*FACTOR[level])
    # A link may be larger than the level: then the bracket stays small enough for the sum.
    least = max(1, minuend - (HIGHEST - summand) // factor)
    if least >= minuend:
        return None
    return summand, factor, minuend, rng.randint(least, minuend - 1)


def in_order(params: Params) -> Work:
    summand, factor, minuend, less = params
    inside = minuend - less
    return [
        f"{minuend} - {less} = {inside}",
        times(inside, factor),
        f"{summand} + {inside * factor} = {summand + inside * factor}",
    ], str(summand + inside * factor)


def distribute(params: Params) -> Work:
    summand, factor, minuend, less = params
    whole, taken = minuend * factor, less * factor
    return [
        times(minuend, factor),
        times(less, factor),
        f"{summand} + {whole} = {summand + whole}",
        f"{summand + whole} - {taken} = {summand + whole - taken}",
    ], str(summand + whole - taken)


FAMILY = Family(
    name="expression",
    topic="arithmetic",
    goal="the value of a bracketed expression",
    slots=("summand", "factor", "minuend", "subtrahend"),
    links=(0, 2),
    draw=draw,
    answer=lambda p: p[0] + p[1] * (p[2] - p[3]),
    nouns={
        "en": (
            "{0} + {1}*({2} - {3})",
            "the value of {0} + {1}*({2} - {3})",
            "the sum of {0} and {1} times the difference of {2} and {3}",
            "{1}*({2} - {3}) + {0}",
            "the result of {0} + {1} * ({2} - {3})",
            "{0} more than {1} times the difference {2} - {3}",
        ),
        "ko": ("{0} + {1}*({2} - {3})의 값",),
    },
    stories={
        "en": (
            "A bag costs {0} dollars and a book {2} dollars, less {3} dollars with a coupon. "
            "How many dollars do the bag and {1} books cost, each book with a coupon?",
            "A tank holds {0} litres. Every hour {2} litres flow in and {3} litres flow out. "
            "How many litres does it hold after {1} hours?",
            "Calculate {0} + {1}*({2} - {3}).",
            "I have {0} euros. Each week I earn {2} euros and spend {3} of them. How many euros"
            " do I have after {1} weeks?",
            "Take {3} away from {2}, multiply what is left by {1} and then add {0}. What do you"
            " get?",
            "{who} buys {1} {things} for {3} dollars each and sells them all for {2} dollars "
            "each. How many dollars do the profit and {0} dollars of savings come to?",
            "At the {place} there are {1} crates of {2} {things}, with {3} broken ones in every"
            " crate. Another {0} good ones lie on a shelf. How many good {things} are there "
            "altogether?",
            "can you work out {0} plus {1} times the bracket ({2} minus {3}) for me?",
            "{0} + {1}({2} - {3}) = ?",
            "Evaluate {0} + {1} x ({2} - {3}).",
            "Entry to the fair is {0} euros. I also go on {1} rides at {2} euros each, but a "
            "voucher takes {3} euros off every ride. How many euros do I spend?",
            "Begin with {0}. Add to it {1} times the difference between {2} and {3}. Where do "
            "you end up?",
            "{who} has a score of {0} and wins {1} more rounds. Each round brings {2} points, "
            "less a fee of {3}. What is the new score?",
            "Sticker count of {who}: {0}. Then {who} opens {1} packs of {2} stickers and gives "
            "{3} from every pack to {other}. What is the count now?",
            "Delivery costs us {0} dollars and we order {1} pizzas, each at {2} dollars minus a "
            "discount of {3}. What's the whole bill, in dollars?",
            "A snail sits {0} cm up a wall. On each of {1} days it climbs {2} cm and slides back "
            "{3} cm. How high is it in the end, in cm?",
            "Stock of {things} at the {place}: {0}. On each of the next {1} days, {2} come in "
            "and {3} go out. How large is the stock then?",
            "A program sets n to {0} and then, {1} times over, adds {2} to n and subtracts {3} "
            "from it. What is n at the end?",
            "what does {0} plus {1} times ({2} minus {3}) come to?",
            "Compute y = {0} + {1}z, where z = {2} - {3}.",
            "Which number exceeds {0} by {1} times the difference {2} - {3}?",
            "My tips were {0} dollars. I also worked {1} hours at {2} dollars an hour, and {3} "
            "dollars of each hour's pay went to tax. How many dollars did I take home?",
            "Add {0} to the product of {1} and ({2} - {3}).",
            "How many people are on a bus that starts with {0} and makes {1} stops, if {2} get "
            "on and {3} get off at every stop?",
        ),
    },
    methods=(
        Method("Order of operations", in_order),
        Method("Distribute the bracket", distribute),
    ),
)
