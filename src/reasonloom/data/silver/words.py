"""Every word that the makers of silver rewards say to a chat model."""

from __future__ import annotations

from reasonloom.strategies.dialects.instruct_text import DATA, JSON, object_schema

EXTRACT = (
    "You find the final answer in somebody's solution of a problem. You do not solve the problem,"
    f" and you correct nothing. {DATA}"
)
EXTRACT_FORM = (
    "Copy the final answer that the solution comes to, alone and short, as \\boxed{answer}: a"
    " number, an expression, a name or a few words, as the solution writes it, without the steps"
    " that lead to it; where the problem offers a choice, such as even or odd, in the problem's own"
    " word. Where the solution comes to no answer that could be compared with another"
    " one, such as a proof, an opinion, a program or a text that breaks off, reply with an empty"
    " box: \\boxed{}. Write nothing else."
)
EXTRACT_AGAIN = (
    "That reply could not be read: {reason}. Reply with one box and nothing else: \\boxed{{answer}}"
    " or, if the solution comes to no short answer, \\boxed{{}}."
)
VERIFY = (
    "You compare the final answer of a response with a reference answer. You do not solve the"
    f" problem, and the reference counts as right. {DATA}"
)
VERIFY_FORM = (
    "The end of a response to the problem is given, and the reference answer. First name the final"
    ' answer of the response in "found". Then give in "verdict"\n'
    '- "correct" if it means the same as the reference, however it is written;\n'
    '- "wrong" if it means something else, or only a part of the reference;\n'
    '- "not found" if the response states no final answer.\n'
    f'{JSON} Its form:\n{{"found": "...", "verdict": "..."}}'
)
VERDICTS = ("correct", "wrong", "not found")
VERIFY_SCHEMA = object_schema(
    ("found", "verdict"),
    found={"type": "string"},
    verdict={"type": "string", "enum": list(VERDICTS)},
)
