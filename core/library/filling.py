"""How the files of an entry come into its folder: from a job, from another entry, or from a folder elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from core.errors import InputError
from core.files import is_plain_file, read_object, write_synced
from core.i18n import tr
from core.library.entry import (
    CARD_SCHEMA,
    DELTA,
    ID,
    MANIFEST,
    PREVIEWS,
    REPORTS,
    SCORECARD,
    THUMBNAIL,
    is_missing,
    sha256,
)
from core.library.manifest import SCHEMA, Manifest, damaged, json_text, manifest_text
from core.schema import require_not_newer

_STEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SUFFIXES = (".webm", ".mp4", ".png")
_AFTER = "after-"
_STAYS = (
    "schema",
    "concept",
    "concepts",
    "kind",
    "family",
    "method",
    "preset",
    "settings",
    "seed",
    "step",
    "artifact_bytes",
)
"""What a scorecard says of the erasure itself, whatever the strength."""


def preview_files(previews: Mapping[str, Path]) -> dict[str, Path]:
    """Where each preview and sidecar goes, and from which file; InputError for what is no clip or picture."""
    files: dict[str, Path] = {}
    for stem, source in previews.items():
        target = THUMBNAIL if stem == "thumbnail" else f"{PREVIEWS}/{stem}{source.suffix}"
        fits = _STEM.fullmatch(stem) and source.suffix in _SUFFIXES and Path(target).suffix == source.suffix
        if not fits or not is_plain_file(source):
            what = tr("“{path}” cannot be the preview “{stem}”.", path=source, stem=stem)
            raise InputError(what, tr("It is no WebM, MP4 or PNG file."))
        files[target] = source
        beside = source.with_name(f"{source.name}.json")
        if is_plain_file(beside):
            files[f"{target}.json"] = beside
    return files


def fill(part: Path, manifest: Manifest, texts: Mapping[str, bytes], sources: Mapping[str, Path]) -> None:
    """Write every file of a new entry, the manifest with their SHA-256 last. OSError.

    Where `manifest.files` already says what a file must be, one that is not so is refused with LacunaError(DAMAGED).
    """
    for file, data in texts.items():
        write_synced(part / file, data)
    for file, source in sources.items():
        (part / file).parent.mkdir(parents=True, exist_ok=True)
        write_synced(part / file, source.read_bytes())
    files = {file: sha256(part / file) for file in (*texts, *sources)}
    for file in sources:
        if manifest.files.get(file, files[file]) != files[file]:
            what = tr("“{name}” cannot be copied.", name=manifest.name)
            raise damaged(what, tr("{file} has changed since it was written.", file=file))
    write_synced(part / MANIFEST, manifest_text(replace(manifest, files=files)).encode())


def sources_in(folder: Path, manifest: Manifest) -> dict[str, Path]:
    """Every file that the manifest lists, by its place; LacunaError(DAMAGED) where one is missing or a link."""
    lost = [file for file in manifest.files if is_missing(folder, file)]
    lost += [file for file in (DELTA, SCORECARD) if file not in manifest.files]
    if lost:
        what = tr("“{name}” cannot be copied.", name=manifest.name)
        raise damaged(what, tr("{file} is missing or not a plain file.", file=lost[0]))
    return {file: folder / file for file in manifest.files}


def without_results(sources: Mapping[str, Path]) -> dict[str, Path]:
    """The files that hold at any strength: neither clips after the erasure, nor reports, nor the scorecard."""
    return {file: path for file, path in sources.items() if not _is_result(PurePosixPath(file))}


def _is_result(file: PurePosixPath) -> bool:
    shown = file.parent.name == PREVIEWS and (file.name.startswith(_AFTER) or str(file) == THUMBNAIL)
    return shown or file.parts[0] == REPORTS or str(file) == SCORECARD


def unmeasured(card: Mapping[str, Any] | None, strength: float) -> bytes:
    """A scorecard that has no figures: those it had were measured at another strength."""
    stays = {key: card[key] for key in _STAYS if card and key in card}
    return json_text({"schema": CARD_SCHEMA, **stays, "strength": strength, "hosts": {}}).encode()


def entry_folders(folder: Path) -> list[Path]:
    """The folders of entries in what a person points to: itself, those in it, or those of the library that it is."""
    for place in (folder, folder / "entries"):
        if is_plain_file(place / MANIFEST):
            return [place]
        if place.is_dir() and (inside := sorted(p for p in place.iterdir() if is_plain_file(p / MANIFEST))):
            return [path for path in inside if not path.name.startswith(".")]
    return []


def read_foreign(folder: Path) -> Manifest:
    """The manifest of an entry in a folder of any name; LacunaError for one that is damaged, or of a newer Lacuna."""
    what = tr("“{folder}” is no entry of a library.", folder=folder)
    require_not_newer(folder / MANIFEST, SCHEMA)
    try:
        manifest = Manifest.from_dict(read_object(folder / MANIFEST))
    except ValueError as error:
        raise InputError(what, f"{MANIFEST}: {error}.", tr("Choose the folder of an entry.")) from None
    if not ID.fullmatch(manifest.id):
        raise damaged(what, tr("Its id is not one that Lacuna gives."))
    return manifest
