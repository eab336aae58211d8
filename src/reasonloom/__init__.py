"""reasonloom: make language models reason better, and prove it by measurement."""

__version__ = "0.1.0"
