"""What a scan found the model to know, kept beside the entries so that the window can suggest; no torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeGuard

from core.files import atomic_write_text
from core.library.manifest import json_text
from core.schema import read_known, require_not_newer

SCHEMA = 1

_NUMBERS = ("value", "n", "low", "high")
_TEXTS = ("name", "kind", "verdict", "seen_as")

Known = dict[str, Any]
"""`name`, `kind`, `rate` (a figure), `chance`, `verdict`, `seen_as` and the `seed` of the scan."""


def knowledge_file(root: Path, family: str) -> Path:
    """Where a family's knowledge is kept in the library at `root`."""
    return root / "knowledge" / f"{family}.json"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_known(value: object) -> TypeGuard[Known]:
    """Whether a record has every field that a reader counts on."""
    if not isinstance(value, dict) or not all(isinstance(value.get(name), str) for name in _TEXTS):
        return False
    rate = value.get("rate")
    whole = isinstance(rate, dict) and all(_is_number(rate.get(name)) for name in _NUMBERS)
    return whole and _is_number(value.get("chance")) and _is_number(value.get("seed"))


def _read(path: Path) -> dict[str, Any]:
    """The file, empty if it is missing, damaged or of a newer Lacuna."""
    try:
        return read_known(path, SCHEMA)
    except ValueError:
        return {}


def read_knowledge(root: Path, family: str, base: str = "") -> dict[str, Known]:
    """What is known by the concept's name, in the order of the file; what is missing or damaged is left out.

    With `base`, the fingerprint of the family's encoder, findings about any other encoder are left out as well.
    """
    data = _read(knowledge_file(root, family))
    if base and data.get("base") != base:
        return {}
    listed = data.get("concepts")
    return {known["name"]: known for known in (listed if isinstance(listed, list) else ()) if _is_known(known)}


def require_keepable(root: Path, family: str) -> None:
    """InputError where a newer Lacuna wrote the family's file, which then stays as it is."""
    require_not_newer(knowledge_file(root, family), SCHEMA)


def keep_knowledge(root: Path, family: str, base: str, found: list[Known]) -> Path:
    """Put new findings in place of those about the same concepts, and give the file; LacunaError(STORAGE), or
    InputError where a newer Lacuna wrote it.

    Findings about another encoder, by its fingerprint `base`, are dropped: they say nothing about this one.
    """
    concepts = {**read_knowledge(root, family, base), **{known["name"]: known for known in found}}
    require_keepable(root, family)
    path = knowledge_file(root, family)
    data = {"schema": SCHEMA, "family": family, "base": base, "concepts": list(concepts.values())}
    atomic_write_text(path, json_text(data))
    return path
