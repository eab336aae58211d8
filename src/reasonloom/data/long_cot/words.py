"""Every word that the actions of a long chain say to a chat model."""

from __future__ import annotations

from typing import Any

from reasonloom.strategies.dialects.instruct_text import DATA, JSON, object_schema

ACTOR = (
    "You work on a problem, one action at a time, thinking aloud. What was thought so far is given;"
    " go on from it as one continuous train of thought, in the first person, without repeating it"
    " and without headings, and speak of the problem alone, never of actions, goals or fields. Do"
    f" only what the action asks for. {DATA}"
)
REFLECTOR = (
    "You check somebody's work on a problem while it is going on. You trust nothing of it that you"
    " have not recomputed. You write as the same person who looks over the own work, in the first"
    " person, and speak of the problem alone, never of actions, goals or fields."
    f" {DATA}"
)
GOAL = (
    'a goal begins with a verb in lower case, such as "find the greatest common divisor of 84 and'
    ' 36", and has no full stop'
)
CLARIFY = (
    "Action: clarify. Say in your own words what is given, what is asked for and what form the"
    " answer has. Do not begin to solve it.\n"
    f'{JSON} Its form:\n{{"thought": "..."}}'
)
DECOMPOSE = (
    "Action: decompose. Think about how to come nearer to the last goal in <goals>. Where nothing"
    ' is left to be done for it, leave "goal" empty. Otherwise give in "goal" what to do next for'
    ' it, and in "others" two quite different goals to try in its place if it does not work;'
    f" {GOAL}. None of the goals in <set_before> may be set again. Do not announce the goal in"
    ' "thought": a sentence with it follows by itself.\n'
    f'{JSON} Its form:\n{{"thought": "...", "goal": "...", "others": ["...", "..."]}}'
)
SOLVE = (
    "Action: solve. Do the next piece of the work on the last goal in <goals>, with every"
    ' computation written out. Give in "next" "solve" if more work on this goal is needed, or'
    ' "reflect" if it is done or in doubt.\n'
    f'{JSON} Its form:\n{{"thought": "...", "next": "reflect"}}'
)
REFLECT = (
    "Action: reflect. Recompute, by another way where you can, what was done since the last"
    ' reflection for the last goal in <goals>. Write in "thought" the check and what came of it,'
    ' and nothing of what to do next: a sentence with that follows by itself. Give in "right"'
    ' whether all of the work holds, in "achieved" whether it reaches the last goal, in "above"'
    " whether the goal in the line above is reached with it (where that is the first line: whether"
    ' the answer of the problem is found), and in "goal" what should be worked on next, if'
    f" something else than the last goal should, else an empty text; {GOAL}. None of the goals in"
    " <set_before> may be set again.\n"
    f"{JSON} Its form, with true or false for each ?:\n"
    '{"thought": "...", "right": ?, "achieved": ?, "above": ?, "goal": ""}'
)
ANSWER = (
    "Action: answer. The problem is settled. Write the final solution for a reader who has not seen"
    ' your thoughts: short, complete, without detours, in "solution", with no box in it; and in'
    ' "answer" the bare answer that the problem asks for, and no sentence: it is put in a box after'
    " the solution.\n"
    f'{JSON} Its form:\n{{"solution": "...", "answer": "..."}}'
)

_TEXT: dict[str, Any] = {"type": "string"}
_FLAG: dict[str, Any] = {"type": "boolean"}
CLARIFY_SCHEMA = object_schema(("thought",), thought=_TEXT)
DECOMPOSE_SCHEMA = object_schema(
    ("thought", "goal", "others"),
    thought=_TEXT,
    goal=_TEXT,
    others={"type": "array", "items": _TEXT},
)
SOLVE_SCHEMA = object_schema(
    ("thought", "next"), thought=_TEXT, next={"type": "string", "enum": ["solve", "reflect"]}
)
REFLECT_SCHEMA = object_schema(
    ("thought", "right", "achieved", "above", "goal"),
    thought=_TEXT,
    right=_FLAG,
    achieved=_FLAG,
    above=_FLAG,
    goal=_TEXT,
)
ANSWER_SCHEMA = object_schema(("solution", "answer"), solution=_TEXT, answer=_TEXT)
