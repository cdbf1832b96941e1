"""The clips after the erasure, made anew for an entry that has none: a copy at another strength."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from core.concepts import Concept
from core.generation.sample import Frames
from core.jobs.filming import Reel, Take
from core.jobs.judging import seeing
from core.jobs.keeping import encoder_label
from core.jobs.reporting import Report
from core.library.entry import Entry, require_manifest
from core.library.store import Library
from core.media.clip import read_clip
from core.models.opened import Family

_BEFORE, _AFTER = "before-", "after-"


def lacks_clips(entry: Entry) -> bool:
    """Whether an entry shows what was before its erasure, and not what comes after."""
    return any(stem.startswith(_BEFORE) for stem in entry.previews) and not _shown(entry, _AFTER)


def refilm(
    library: Library,
    entry: Entry,
    opened: Family,
    encoder: nn.Module,
    concepts: tuple[Concept, ...],
    folder: Path,
    report: Report,
) -> Entry:
    """Film the entry's encoder wherever the original was filmed, same prompt and seed, and keep clips and thumbnail."""
    manifest, hosts = require_manifest(entry), _shown(entry, _BEFORE)
    eye = seeing(opened.card.name, concepts)
    reel = Reel(opened, manifest.prompt, manifest.seed, hosts[0], folder, report, eye)
    reel.thumbnails.append(_frames(entry.previews[f"{_BEFORE}{hosts[0]}"], opened, hosts[0]))
    label = encoder_label(manifest.name, manifest.strength, library.load_delta(entry.id))
    reel.film({"after": Take(encoder, label)}, hosts)
    return library.add_previews(entry.id, reel.previews())


def _shown(entry: Entry, column: str) -> list[str]:
    """The hosts that an entry has clips of in a column."""
    return [stem.removeprefix(column) for stem in entry.previews if stem.startswith(column)]


def _frames(path: Path, opened: Family, host: str) -> Frames:
    """The frames of a kept clip in the size that the host makes, as a batch of one."""
    frames = read_clip(path).frames
    step = max(1, frames.shape[1] // opened.host(host).card.pixels[1])
    return frames[None, :, ::step, ::step]
