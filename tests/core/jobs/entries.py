"""Entries of the starter's own encoder to run jobs on, without an erasure."""

from __future__ import annotations

from core.erasure.trainable import delta_between, parameters_of
from core.jobs.workshop import family
from core.library.entry import Entry
from core.library.store import Library
from tests.core.library.samples import SCORECARD, manifest
from tests.core.models.pair import disturbed


def disturbed_entry(library: Library, *concepts: str, amount: float = 0.3) -> Entry:
    """An entry whose change is noise, said to erase these concepts."""
    opened = family("starter")
    delta = delta_between(parameters_of(disturbed(opened.encoder, amount)), parameters_of(opened.encoder))
    about = manifest(base=opened.fingerprint, concept=", ".join(concepts), concepts=concepts, strength=1.0)
    return library.add(about, delta, SCORECARD, {})
