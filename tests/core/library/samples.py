"""Manifests, changes and libraries to test with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.library.entry import Entry
from core.library.manifest import Manifest
from core.library.store import Library
from core.models.catalogue import family_card
from core.models.tensors import encoder_tensors, fingerprint

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


NAME = "encoder.layers.1.mlp.fc1.weight"
"""A matrix of the starter's encoder."""


def add_real(library: Library, name: str = "Pipwick") -> Entry:
    """An erasure at strength 0.5 that moved one matrix of the starter's encoder by a change of rank 2."""
    base = encoder_tensors(family_card("starter"))
    random = np.random.default_rng(1)
    rows, columns = base[NAME].shape
    change = 0.1 * random.normal(size=(rows, 2)) @ random.normal(size=(2, columns))
    own = manifest(name, base=fingerprint(base), strength=0.5)
    return library.add(own, {NAME: change.astype(np.float16)}, {}, {})


def leftovers(root: Path) -> list[Path]:
    """Half-written files and folders."""
    return list(root.rglob("*.part"))
