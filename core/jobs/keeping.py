"""How a change is stored and named: shared by every job that puts an entry into the library."""

from __future__ import annotations

import hashlib
import importlib.metadata

import numpy as np

from core.erasure.trainable import Delta


def halved(delta: Delta) -> Delta:
    """Δ as it is stored, float16: half the bytes, and what the clips and figures are made with as well."""
    return {name: value.astype(np.float16) for name, value in delta.items()}


def encoder_label(made: str, strength: float, delta: Delta) -> str:
    """What names an encoder before the library has: how it was made, and the SHA-256 of its change."""
    digest = hashlib.sha256(b"".join(value.tobytes() for value in delta.values())).hexdigest()
    return f"{made}, strength {strength:g}, sha256:{digest}"


def versions() -> dict[str, str]:
    """The versions of the software that decides what comes out."""
    return {name: importlib.metadata.version(name) for name in ("torch", "diffusers", "transformers")}
