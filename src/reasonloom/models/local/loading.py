"""Choose the forward pass that fits a folder and load its weights."""

from __future__ import annotations

import os

import torch

from reasonloom.errors import InputError
from reasonloom.models.local.decoder import Decoder
from reasonloom.models.local.folder import Folder
from reasonloom.models.local.llama import LlamaDecoder
from reasonloom.models.local.llama_weights import is_plain

CPU_CACHE_BYTES = 2e9
GPU_CACHE_SHARE = 0.8
"""Of the memory that is free once the weights are loaded; both are our choice."""


def load_decoder(
    folder: Folder, device: torch.device, dtype: str, backend: str, lanes: int | None = None
) -> Decoder:
    """`dtype`, `backend`, `lanes` as in LocalModel.open. Raises InputError for a misfit."""
    if backend not in ("auto", "llama", "transformers"):
        raise InputError(f"unknown backend {backend!r}: write auto, llama or transformers")
    kind = _dtype(folder, device, dtype)
    misfit = _misfit(folder, device, kind)
    if backend == "llama" and misfit:
        raise InputError(f"backend 'llama' is for {misfit}: use backend 'auto'")
    if backend != "transformers" and not misfit:
        return LlamaDecoder.load(folder.config, folder.weights, lanes or _cores())
    from reasonloom.models.local.hf import HFDecoder

    return HFDecoder.load(folder.path, device, kind)


def _misfit(folder: Folder, device: torch.device, kind: torch.dtype) -> str | None:
    """What LlamaDecoder is for, where it is not for this."""
    if not is_plain(folder.config):
        return (
            f"plain Llama folders, and {folder.path} is a {folder.config.get('model_type')!r} "
            "with features beyond that"
        )
    if device.type != "cpu" or kind != torch.float32:
        return f"float32 on the CPU, and {kind} on {device.type} was asked for"
    return None


def _cores() -> int:
    """How many cores this process may use; 1 where torch's own threads use them."""
    if torch.get_num_threads() > 1:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
