"""An entry of the starter's own encoder whose change is noise, made without torch: for tests of the window."""

from __future__ import annotations

import hashlib

import numpy as np
from safetensors.numpy import load_file

from core.library.entry import Entry
from core.library.store import Library
from core.models.catalogue import family_card
from tests.core.library.samples import SCORECARD, manifest


def noisy_entry(library: Library, amount: float = 1.0) -> Entry:
    """An entry that turns every weight matrix of the text encoder into something else."""
    weights = load_file(family_card("starter").folder / "text_encoder" / "model.safetensors")
    digest, noise, delta = hashlib.sha256(), np.random.default_rng(0), {}
    for name, value in sorted(weights.items()):
        digest.update(name.encode())
        digest.update(value.astype(np.float32).tobytes())
        if value.ndim == 2:
            delta[name] = (amount * value.std() * noise.normal(size=value.shape)).astype(np.float16)
    return library.add(manifest(base=digest.hexdigest(), strength=1.0), delta, SCORECARD, {})
