"""A recipe that trains in seconds: what it learns is next to nothing, how it learns is the same."""

from reasonloom.nano.recipe import Recipe

TINY = Recipe(
    seed=5,
    steps=12,
    warm_steps=4,
    batch_tokens=1_024,
    width=32,
    layers=1,
    heads=2,
    kv_heads=1,
    inner=64,
    save_every=4,
    tokenizer_examples=300,
)
