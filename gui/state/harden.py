"""Hardening: the erasure of an entry goes on against prompts that are made to call the concept back."""

from __future__ import annotations

from core.errors import InputError
from core.jobs.spec import EraseSpec
from core.library.entry import Entry, require_manifest
from core.models.catalogue import family_card
from gui.state.comparison import panes

PRESET = "adversarial"
NOTE = (
    "Goes on from this entry with rounds of attack and defence, and keeps the result as a new entry beside it. "
    "The old one stays as it is."
)


def harden_spec(entry: Entry, library: str) -> EraseSpec:
    """The erasure that hardens an entry, with the same prompt, host and seed; LacunaError for one that is damaged."""
    manifest = require_manifest(entry)
    concept, *also = manifest.gone
    return EraseSpec(
        concept=concept,
        also=tuple(also),
        family=manifest.family,
        preset=PRESET,
        prompt=manifest.prompt,
        host=_host(entry, manifest.family),
        seed=manifest.seed,
        library=library,
        start=entry.id,
        quick=bool((entry.scorecard or {}).get("quick", True)),
    )


def _host(entry: Entry, family: str) -> str:
    """The video host of the entry's clips, else the family's first."""
    try:
        known = [host.name for host in family_card(family).video_hosts]
    except InputError:
        return EraseSpec.host
    return next((host for host in panes(entry) if host in known), known[0])
