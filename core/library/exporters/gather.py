"""Brings together what an export needs: the entry's change, and the encoder that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.library.entry import require_manifest
from core.library.exporters import Wish, export_encoder
from core.library.exporters.erased import Encoders, Erased
from core.library.fitting import model_for
from core.library.manifest import Manifest, require_base
from core.library.store import Library
from core.media.film import Tell, silent
from core.models.catalogue import FamilyCard, family_card
from core.models.tensors import encoder_config, encoder_tensors, fingerprint


def erased_encoders(library: Library, wanted: str, strength: float | None = None) -> Encoders:
    """An entry on its base, at its own strength or another; LacunaError where the base is not its own."""
    manifest = require_manifest(library.get(wanted))
    card = model_for(manifest)
    base = encoder_tensors(card)
    require_base(manifest, fingerprint(base), card.title, "" if card.bundled else card.family)
    alpha = manifest.strength if strength is None else strength
    delta, facts = library.load_delta(wanted), _facts(manifest, card, alpha)
    parts = [encoder.part for encoder in card.encoders]
    if len(parts) == 1:
        return (Erased.of(encoder_config(card), base, delta, alpha, facts),)
    return tuple(
        Erased.of(encoder_config(card, part), within(base, part), within(delta, part), alpha, facts, place)
        for place, part in enumerate(parts, 1)
    )


def within(tensors: Mapping[str, Any], part: str) -> dict[str, Any]:
    """The tensors of one encoder of a pair, without its part's name before theirs."""
    return {name.removeprefix(f"{part}."): v for name, v in tensors.items() if name.startswith(f"{part}.")}


def _facts(manifest: Manifest, card: FamilyCard, strength: float) -> dict[str, str]:
    """What a file's header tells of where it comes from."""
    return {
        "title": manifest.name,
        "erased": ", ".join(manifest.gone),
        "kind": manifest.kind,
        "method": manifest.method,
        "preset": manifest.preset,
        "strength": f"{strength:g}",
        "family": manifest.family,
        "model": card.name,
        "base_sha256": manifest.base,
        "entry": manifest.id,
        "created": manifest.created,
        "seed": str(manifest.seed),
        "licence": card.licence,
    }


def export_entry(
    library: Library,
    wanted: str,
    name: str,
    path: Path,
    strength: float | None = None,
    rank: int = 0,
    captured: float = Wish.captured,
    tell: Tell = silent,
) -> dict[str, Any]:
    """Write an entry for the tool `name` at `path`; gives `path`, `bytes` and what the target measured."""
    encoders = erased_encoders(library, wanted, strength)
    model = family_card(encoders[0].facts["model"])
    return export_encoder(encoders, name, path, Wish(rank, captured, model, tell))
