"""Reads rows of a dataset on the Hugging Face hub, or of a folder of the same form, as a stream."""

from __future__ import annotations

from collections.abc import Iterator

from reasonloom.data.rows import Row
from reasonloom.errors import InputError


def hub_rows(path: str, config: str | None, split: str) -> Iterator[Row]:
    """The rows of one split, fetched as they are asked for.

    Raises InputError without the package `datasets`, where the hub cannot be reached, and where it
    refuses the dataset, its config or its split.
    """
    try:
        from datasets import load_dataset
        from huggingface_hub.errors import HfHubHTTPError
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("datasets", "huggingface_hub"):
            raise
        raise InputError(
            f"{path} is read with the package datasets: pip install 'reasonloom[data]'"
        ) from None
    # The errors of the HTTP library below, which differs between versions of the hub's client.
    refused: tuple[type[Exception], ...] = (OSError, ValueError, *HfHubHTTPError.__bases__)
    try:
        yield from load_dataset(path, name=config, split=split, streaming=True)
    except refused as bad:
        said = (str(bad).strip() or type(bad).__name__).splitlines()[0][:300].rstrip(".")
        raise InputError(
            f"{path} could not be read from the Hugging Face hub ({said}): check the name, the"
            " network and HF_TOKEN, or give a copy on disk by path=FILE"
        ) from None
