"""Manifests, changes and libraries to test with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.library.entry import Entry
from core.library.manifest import Manifest
from core.library.store import Library

SCORECARD: dict[str, Any] = {"schema": 1, "concept": "Pipwick", "hosts": {}}


def manifest(name: str = "Pipwick", **changes: Any) -> Manifest:
    """A manifest as a job would hand it to the library."""
    values: dict[str, Any] = {
        "name": name,
        "concept": "Pipwick",
        "kind": "character",
        "family": "starter",
        "base": "ab" * 32,
        "method": "guarded",
        "preset": "guarded",
        "settings": {"steps": 40, "layers": ["mlp"]},
        "strength": 0.9,
        "seed": 7,
        "prompt": "Pipwick hops in a meadow",
        "seconds": {"erasure": 12.5},
        "versions": {"torch": "2.13.0"},
    }
    return Manifest(**{**values, **changes})


def delta(size: int = 8) -> dict[str, NDArray[Any]]:
    """A change of two tensors, one of each allowed type."""
    weights = np.random.default_rng(0).normal(size=(size, 4))
    return {"layer.weight": weights.astype(np.float32), "layer.bias": weights[:, 0].astype(np.float16)}


def add(library: Library, name: str = "Pipwick", **changes: Any) -> Entry:
    """A new entry without previews."""
    return library.add(manifest(name, **changes), delta(), SCORECARD, {})


def leftovers(root: Path) -> list[Path]:
    """Half-written files and folders."""
    return list(root.rglob("*.part"))
