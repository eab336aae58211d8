import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonloom.templates.tree import HEADS, TreeError, evaluate, names

CIRCLE = ["integrate", ["sqrt", ["sub", ["pow", "r", 2], ["pow", "x", 2]]], ["x", 0, "r"]]


@pytest.mark.parametrize(
    ("tree", "params", "value"),
    [
        (CIRCLE, {"r": 2}, "pi"),
        (["div", "a", 36], {"a": 29}, "29/36"),
        (["add", "a", 1], {"a": 0.5}, "3/2"),
        (["last", ["solve", ["sub", ["pow", "x", 2], "c"], "x"]], {"c": 9}, "3"),
        (["limit", ["div", ["sin", ["mul", "a", "x"]], "x"], "x", 0], {"a": 4}, "4"),
        (["summation", "k", ["k", 1, "n"]], {"n": 100}, "5050"),
        (["diff", ["pow", "x", 3], "x"], {}, "3*x**2"),
        (["total", "v"], {"v": [1, 2, 3]}, "6"),
        (["max", "v"], {"v": [1, 5, 2]}, "5"),
        (["subs", ["mul", 2, "x"], "x", "pi"], {}, "2*pi"),
        (["expand", ["pow", ["add", 1, "i"], "k"]], {"k": 8}, "16"),
        (["mod", ["pow", 7, "e"], 11], {"e": 13}, "2"),
    ],
)
def test_a_tree_has_its_value(tree: list[object], params: dict[str, object], value: str) -> None:
    assert evaluate(tree, params) == value


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (["system", "x"], "the head 'system' is not known"),
        ([], "empty list"),
        ([["add", 1], 2], "is not known"),
        (True, "no part of a tree"),
        ({"add": 1}, "no part of a tree"),
        ("__import__('os').system('true')", "is no name"),
        (["div", 1, 2, 3], "takes 2"),
        (["div", 1, 0], "no finite value"),
        (["integrate", "x", 3], "needs three limits"),
        (["integrate", "x", ["r", 0, 1]], "is a parameter"),
        (["pow", 10, ["pow", 10, 10]], "more than 2,000 digits"),
        (["pow", ["pow", 10, 1999], 1999], "more than 2,000 digits"),
        (["factorial", 100_000], "too large"),
        (10**3000, "more than 2,000 digits"),
        (["first", 3], "cannot be evaluated"),
        (["add", *range(50)], "takes 1 to 40"),
    ],
)
def test_a_bad_tree_is_refused_in_one_sentence(tree: object, words: str) -> None:
    with pytest.raises(TreeError) as caught:
        evaluate(tree, {"r": 1})  # type: ignore[arg-type]
    assert words in str(caught.value)


def test_deep_and_wide_trees_are_refused_before_any_work() -> None:
    deep: object = "x"
    for _ in range(10_000):
        deep = ["neg", deep]
    wide = ["add", *([["add", *([1] * 30)]] * 30)]
    with pytest.raises(TreeError, match="nested deeper"):
        evaluate(deep)  # type: ignore[arg-type]
    with pytest.raises(TreeError, match="more than 400 parts"):
        evaluate(wide)


@pytest.mark.parametrize("head", ["mul", "add", "neg", "sqrt"])
def test_a_list_is_no_operand_of_arithmetic(head: str) -> None:
    with pytest.raises(TreeError, match="one of its parts is a list"):
        evaluate([head, "v"], {"v": [1, 2]})


def test_names_leaves_out_the_heads() -> None:
    assert names(CIRCLE) == {"r", "x"}


UNBOUNDED = {"integrate", "limit", "solve", "summation", "product", "simplify", "factor"}
"""Heads whose run time no size of the tree bounds; in use a worker's time limit does."""
leaves = st.integers(-50, 50) | st.sampled_from(["x", "r", "pi", "oo", "v"])
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda head, parts: [head, *parts],
        st.sampled_from(sorted(set(HEADS) - UNBOUNDED)),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=200)
@given(tree=trees)
def test_any_small_tree_has_a_value_or_is_refused(tree: object) -> None:
    try:
        value = evaluate(tree, {"r": 2, "v": [1, 2]})  # type: ignore[arg-type]
    except TreeError:
        return
    assert isinstance(value, str)
