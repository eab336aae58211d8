"""The local engine: Hugging Face model folders in this process. Imports torch."""

from reasonloom.models.local.model import LocalModel

__all__ = ["LocalModel"]
