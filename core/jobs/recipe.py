"""The job that makes an entry again, from what its manifest remembers. No torch."""

from __future__ import annotations

from typing import Any

from core.errors import InputError
from core.i18n import tr
from core.jobs.checks import library_in, shown_hosts
from core.jobs.parts import METHOD, parts_of
from core.jobs.spec import EraseSpec, StackSpec
from core.library.entry import Entry, require_manifest
from core.library.fitting import model_for
from core.library.manifest import Manifest
from core.models.catalogue import family_card

_REMEMBERED = ("concept", "also", "anchor", "synonyms", "protect", "images", "host", "quick", "anyway")
"""Fields of an EraseSpec that no other field of a manifest tells."""


def remembered(spec: EraseSpec) -> dict[str, Any]:
    """What the manifest of an erasure keeps as its `recipe`."""
    values = {name: getattr(spec, name) for name in _REMEMBERED}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def recipe(entry: Entry, library: str) -> EraseSpec | StackSpec:
    """The job that makes the entry again, with the same settings and seed; `library` is its folder.

    The strength and the checkpoint are chosen anew, as they were the first time. LacunaError(DAMAGED) without a
    manifest, InputError for an entry that is not of Lacuna's making or whose start is gone.
    """
    manifest = require_manifest(entry)
    if manifest.method == METHOD:
        return _stack(manifest, library)
    if not manifest.preset:
        what = tr("“{name}” cannot be made again.", name=entry.name)
        raise InputError(what, tr("Its manifest names no preset."), tr("Fill in the Erase page by hand."))
    known, model = _usable(manifest.recipe), model_for(manifest).name
    if not known.get("concept"):
        concept, *also = _going(manifest, library)
        known |= {"concept": concept, "also": tuple(also)}
    known.setdefault("quick", bool((entry.scorecard or {}).get("quick", True)))
    known.setdefault("host", shown_host(entry, model))
    return EraseSpec(
        kind=manifest.kind,
        family=model,
        preset=manifest.preset,
        prompt=manifest.prompt,
        seed=manifest.seed,
        library=library,
        settings=dict(manifest.settings),
        start=manifest.start,
        **known,
    )


def _stack(manifest: Manifest, library: str) -> StackSpec:
    parts = parts_of(manifest)
    return StackSpec(
        entries=tuple(part.id for part in parts),
        how=str(manifest.settings.get("how", "")),
        strengths=tuple(part.strength for part in parts),
        name=manifest.name,
        prompt=manifest.prompt,
        host=shown_hosts(model_for(manifest))[0].name,
        seed=manifest.seed,
        library=library,
    )


def _usable(recipe: dict[str, Any]) -> dict[str, Any]:
    """The fields of a recipe that are what a spec takes; a manifest may come from anywhere."""
    blank = EraseSpec("")
    fits = {name: recipe[name] for name in _REMEMBERED if _is_like(recipe.get(name), getattr(blank, name))}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fits.items()}


def _is_like(value: object, default: object) -> bool:
    if isinstance(default, tuple):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return type(value) is type(default)


def _going(manifest: Manifest, library: str) -> tuple[str, ...]:
    """What the erasure itself was for, in a manifest without a recipe: all that is gone but was not at its start."""
    earlier: tuple[str, ...] = ()
    if manifest.start:
        earlier = require_manifest(library_in(library).get(manifest.start)).gone
    return tuple(name for name in manifest.gone if name not in earlier) or manifest.gone


def shown_host(entry: Entry, family: str) -> str:
    """The host that the entry's clips were made with, else the model's first."""
    known = [host.name for host in shown_hosts(family_card(family))]
    shown = {stem.partition("-")[2] for stem in entry.previews}
    return next((name for name in known if name in shown), known[0])
