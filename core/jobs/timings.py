"""How long erasures with large models took on this computer, for the next estimate: `timings.json` in the data."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from core.errors import LacunaError
from core.files import atomic_write_text
from core.folders import data_folder
from core.jobs.spec import EraseSpec
from core.schema import read_known, require_not_newer
from core.settings import current

SCHEMA = 1
_LOG = logging.getLogger(__name__)
_MOST = 200
"""Kinds of erasure that are remembered, the latest."""


def path() -> Path:
    """Where they are kept; the file need not be there."""
    return data_folder() / "timings.json"


def key(spec: EraseSpec) -> str:
    """What the time of an erasure depends on, on one computer: the model, the method, its settings and the device."""
    settings = current()
    facts = [spec.family, spec.preset, sorted(spec.settings.items()), spec.quick, 1 + len(spec.also)]
    return json.dumps([*facts, settings.device, settings.memory], sort_keys=True, default=str)


def recall(spec: EraseSpec) -> dict[str, float]:
    """The seconds of each stage the last time, in their order; empty where none were measured."""
    found = _known().get(key(spec), {})
    return {name: float(seconds) for name, seconds in found.items()}


def remember(spec: EraseSpec, seconds: Mapping[str, float]) -> None:
    """Keep what the stages of an erasure took; where the disk will not have it, or a newer Lacuna wrote the file,
    nothing is kept: the job is done.
    """
    kept = {k: v for k, v in _known().items() if k != key(spec)}
    latest = dict([*kept.items(), (key(spec), {name: round(value, 3) for name, value in seconds.items()})][-_MOST:])
    try:
        require_not_newer(path(), SCHEMA)
        atomic_write_text(path(), json.dumps({"schema": SCHEMA, "erasures": latest}, indent=1))
    except LacunaError as error:
        _LOG.warning("%s", error)


def _known() -> dict[str, dict[str, float]]:
    """What was measured; nothing where the file is broken: it is written anew, and holds nothing of value."""
    try:
        found = read_known(path(), SCHEMA)["erasures"]
        return {k: {n: float(s) for n, s in stages.items()} for k, stages in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
