"""Choose the forward pass that fits a folder and load its weights."""

from __future__ import annotations

import torch

from reasonloom.errors import InputError
from reasonloom.models.local.decoder import Decoder
from reasonloom.models.local.folder import Folder
from reasonloom.models.local.llama import LlamaDecoder, is_plain

CPU_CACHE_BYTES = 2e9
GPU_CACHE_SHARE = 0.8
"""Of the memory that is free once the weights are loaded; both are our choice."""


def load_decoder(folder: Folder, device: torch.device, dtype: str, backend: str) -> Decoder:
    """`dtype` and `backend` as LocalModel.open takes them. Raises InputError for a misfit."""
    kind = _dtype(folder, device, dtype)
    plain = is_plain(folder.config)
    if backend == "llama" and not plain:
        raise InputError(
            f"backend 'llama' computes plain Llama folders, and {folder.path} is a "
            f"{folder.config.get('model_type')!r} with features beyond that: use backend 'auto'"
        )
    if backend == "llama" or (backend == "auto" and plain and device.type == "cpu"):
        return LlamaDecoder.load(folder.config, folder.weights, str(device), kind)
    if backend not in ("auto", "transformers"):
        raise InputError(f"unknown backend {backend!r}: write auto, llama or transformers")
    from reasonloom.models.local.hf import HFDecoder

    return HFDecoder.load(folder.path, device, kind)


def cache_bytes(device: torch.device, cache_gb: float | None) -> float:
    """Memory for keys and values: what was asked for, or a share of what there is."""
    if cache_gb is not None:
        if cache_gb <= 0:
            raise InputError(f"cache_gb is {cache_gb}: give a size above 0, in 10^9 bytes")
        return cache_gb * 1e9
    if device.type == "cuda":
        return GPU_CACHE_SHARE * torch.cuda.mem_get_info(device)[0]
    return CPU_CACHE_BYTES


def _dtype(folder: Folder, device: torch.device, wanted: str) -> torch.dtype:
    if wanted == "auto":
        stored = folder.config.get("dtype") or folder.config.get("torch_dtype")
        wanted = "float32" if device.type == "cpu" or stored is None else str(stored)
    known = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
    if wanted not in known:
        raise InputError(f"unknown dtype {wanted!r}: write auto, float32, bfloat16 or float16")
    return known[wanted]
