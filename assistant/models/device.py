"""What the embedder computes on: the CPU or an accelerator, in which format, how much at once."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from assistant.errors import UnavailableError

#: Padded tokens of one forward pass on a CPU. Larger batches were no faster on two cores and take
#: memory.
_CPU_BATCH_TOKENS = 4096
#: The same on an accelerator, which only a large batch keeps busy. Reckoned, not measured: below
#: 1 GiB of activations for the default embedder.
_ACCELERATOR_BATCH_TOKENS = 16_384


@dataclass(frozen=True)
class Device:
    """A device of this machine.

    Attributes:
        name: As torch calls it: ``cpu``, ``cuda:0``, ``mps``.
        dtype: Number format that it computes in.
        batch_tokens: Padded tokens of one forward pass.
    """

    name: str
    dtype: torch.dtype
    batch_tokens: int

    def __str__(self) -> str:
        return f"{self.name} in {str(self.dtype).removeprefix('torch.')}"


def find_device(wanted: str = "auto") -> Device:
    """The device to compute on.

    Args:
        wanted: ``auto`` (CUDA where torch has it, else MPS, else the CPU), ``cpu``, ``cuda``,
            ``cuda:1`` or ``mps``.

    Raises:
        UnavailableError: This machine has no such device, or its torch cannot use it.
    """
    kind, _, number = wanted.partition(":")
    if kind == "auto":
        kind = "cuda" if torch.cuda.is_available() else "mps" if _has_mps() else "cpu"
    if kind == "cuda":
        return _cuda(int(number or 0))
    if kind == "mps":
        if not _has_mps():
            raise _missing(wanted, "torch finds no MPS here")
        # EmbeddingGemma's activations do not fit float16, and not every MPS has bfloat16.
        return Device("mps", torch.float32, _ACCELERATOR_BATCH_TOKENS)
    return Device("cpu", cpu_dtype(), _CPU_BATCH_TOKENS)


def cpu_dtype() -> torch.dtype:
    """bf16 where this CPU computes in it (several times faster), else fp32."""
    capabilities = torch.cpu.get_capabilities()
    fast = capabilities.get("amx_bf16") or capabilities.get("avx512_bf16")
    return torch.bfloat16 if fast else torch.float32


def _cuda(number: int) -> Device:
    if not torch.cuda.is_available():
        raise _missing(f"cuda:{number}", "torch finds no CUDA here")
    if number >= (count := torch.cuda.device_count()):
        raise _missing(f"cuda:{number}", f"torch finds {count}, counted from 0")
    # Not emulated: that is slower than fp32. Not fp16, which EmbeddingGemma does not fit.
    with torch.cuda.device(number):
        fast = torch.cuda.is_bf16_supported(including_emulation=False)
    dtype = torch.bfloat16 if fast else torch.float32
    return Device(f"cuda:{number}", dtype, _ACCELERATOR_BATCH_TOKENS)


def _has_mps() -> bool:
    return torch.backends.mps.is_available()


def _missing(wanted: str, why: str) -> UnavailableError:
    return UnavailableError(
        f"The embedder cannot compute on {wanted}: {why}.",
        "Set TRILOGUE_EMBEDDER_DEVICE to auto or cpu, or install the build of torch for the "
        "device and its driver (docs/models.md).",
    )
