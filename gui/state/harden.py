"""Hardening: the erasure of an entry goes on against prompts that are made to call the concept back."""

from __future__ import annotations

from core.errors import InputError
from core.i18n import tr
from core.jobs.recipe import shown_host
from core.jobs.spec import EraseSpec
from core.library.entry import Entry, require_manifest

PRESET = "adversarial"
NOTE = tr(
    "Goes on from this entry with rounds of attack and defence, and keeps the result as a new entry beside it. "
    "The old one stays as it is."
)


def harden_spec(entry: Entry, library: str) -> EraseSpec:
    """The erasure that hardens an entry, with the same prompt, host and seed; LacunaError for one that is damaged."""
    manifest = require_manifest(entry)
    concept, *also = manifest.gone
    return EraseSpec(
        concept=concept,
        kind=manifest.kind,
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
    """The video host of the entry's clips, else the family's first; the usual one for a family that is not known."""
    try:
        return shown_host(entry, family)
    except InputError:
        return EraseSpec.host
