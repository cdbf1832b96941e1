"""The library: adds, finds, renames, trashes and checks entries. Every write is whole or absent, even after a kill."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from numpy.typing import NDArray
from platformdirs import user_data_path

from core.errors import FailureKind, InputError, LacunaError
from core.files import atomic_write_text, is_plain_file, storage, sync_folder, write_synced
from core.library.delta import delta_bytes, read_delta
from core.library.entry import (
    DELTA,
    MANIFEST,
    PREVIEWS,
    REPORT,
    SCORECARD,
    THUMBNAIL,
    Entry,
    Problem,
    file_fault,
    problems,
    read_entry,
    require_manifest,
    sha256,
)
from core.library.index import Index
from core.library.manifest import Manifest, damaged, json_text, manifest_text
from core.library.naming import clean_name, find, free_name, new_id
from core.library.reports import new_stamp, picture_bytes, report_bytes, write_report

LOCK_SECONDS = 30.0
"""How long a write waits for another window or job that writes."""

_STEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SUFFIXES = (".webm", ".mp4", ".png")


class Library:
    """A folder of erased encoders; safe for several threads and processes at once.

    `wanted` is an id, the unique start of one, or a unique name; InputError if no entry or more than one fits.
    Writes raise LacunaError(STORAGE) where the disk or the rights do not allow them.
    """

    def __init__(self, root: Path | str | None = None) -> None:
        chosen = Path(root).expanduser() if root else user_data_path("Lacuna", appauthor=False) / "library"
        self.root = chosen.absolute()
        with storage(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        self._entries, self._trash = self.root / "entries", self.root / "trash"
        self._index = Index(self.root / "index.sqlite")
        with suppress(LacunaError), self._writing(wait=0):
            self._sweep()

    def add(
        self,
        manifest: Manifest,
        delta: Mapping[str, NDArray[Any]],
        scorecard: dict[str, Any],
        previews: Mapping[str, Path],
    ) -> Entry:
        """Keep a new entry; `id`, `created` and `files` of the manifest are filled, and its name is made unique.

        `previews` maps stems to clips or pictures, which are copied with their `.json` sidecars; `thumbnail` is a PNG.
        """
        texts = {DELTA: delta_bytes(delta), SCORECARD: json_text(scorecard).encode()}
        sources = _preview_files(previews)
        with self._writing():
            now = datetime.now(UTC)
            name = free_name(clean_name(manifest.name), self._names())
            new = replace(manifest, id=new_id(name, now), name=name, created=now.isoformat())
            folder = self._entries / new.id
            with self._part(folder) as part:
                _fill(part, new, texts, sources)
            return read_entry(folder)

    def entries(self) -> list[Entry]:
        """Every entry, the newest first, damaged ones included and marked."""
        return _newest_first(_folders(self._entries))

    def get(self, wanted: str) -> Entry:
        """One entry."""
        return find(self.entries(), wanted)

    def load_delta(self, wanted: str) -> dict[str, NDArray[Any]]:
        """θ − θ₀ by tensor name, float16 or float32, after its SHA-256 was checked; LacunaError(DAMAGED)."""
        entry = self.get(wanted)
        if why := entry.damage or file_fault(entry, DELTA):
            raise damaged(f"“{entry.name}” cannot be used: its {DELTA} or its description is damaged.", why)
        try:
            return read_delta(entry.delta)
        except ValueError as error:
            raise damaged(f"“{entry.name}” cannot be used.", f"{DELTA}: {error}.") from error

    def rename(self, wanted: str, name: str) -> Entry:
        """Give an entry another name; a number is added where the name is taken."""
        with self._writing():
            entry = self.get(wanted)
            return _describe(entry, name=free_name(clean_name(name), self._names(besides=entry.id)))

    def annotate(self, wanted: str, notes: str, tags: tuple[str, ...]) -> Entry:
        """Replace the notes and tags of an entry."""
        with self._writing():
            return _describe(self.get(wanted), notes=notes, tags=tags)

    def set_scorecard(self, wanted: str, scorecard: dict[str, Any]) -> Entry:
        """Replace the scorecard. A kill leaves the old or the new one: in between, the manifest vouches for neither."""
        text = json_text(scorecard)
        with self._writing():
            entry = self.get(wanted)
            files = dict(require_manifest(entry).files)
            files.pop(SCORECARD, None)
            entry = _describe(entry, files=files)
            atomic_write_text(entry.folder / SCORECARD, text)
            return _describe(entry, files={**files, SCORECARD: sha256(entry.folder / SCORECARD)})

    def add_report(self, wanted: str, report: dict[str, Any], pictures: Mapping[str, Path]) -> Entry:
        """Keep a probe's report and the PNG files it names; its `id` is filled with the stamp that names its folder.

        A kill leaves no report or the whole one, and the entry sound either way.
        """
        with self._writing():
            entry = self.get(wanted)
            manifest, stamp = require_manifest(entry), new_stamp(datetime.now(UTC))
            with storage(entry.folder):
                files = {**picture_bytes(pictures), REPORT: report_bytes(report, stamp)}
                digests = write_report(entry.folder, stamp, files)
            return _describe(entry, files={**manifest.files, **digests})

    def trash(self, wanted: str) -> None:
        """Move an entry to the library's trash, from where `restore` brings it back."""
        with self._writing():
            self._move(self.get(wanted), self._trash)

    def restore(self, wanted: str) -> Entry:
        """Bring an entry back from the trash, under a name with a number if its own was taken meanwhile."""
        with self._writing():
            entry = find(self.trashed(), wanted, "trash")
            name = free_name(entry.name, self._names())
            if name != entry.name:
                _describe(entry, name=name)
            return read_entry(self._move(entry, self._entries))

    def trashed(self) -> list[Entry]:
        """Every entry in the trash, the newest first."""
        return _newest_first(_folders(self._trash))

    def purge(self, wanted: str) -> None:
        """Delete an entry of the trash for good."""
        with self._writing():
            entry = find(self.trashed(), wanted, "trash")
            with storage(entry.folder):
                _delete(entry.folder.replace(_part_of(entry.folder)))

    def verify(self, wanted: str = "") -> list[Problem]:
        """Read every file of one entry, or of all, and compare it with the SHA-256 in its manifest."""
        entries = [self.get(wanted)] if wanted else self.entries()
        return [problem for entry in entries for problem in problems(entry)]

    def rebuild(self) -> int:
        """Write the search index anew from the folders and return the number of entries."""
        folders = _folders(self._entries)
        with self._writing(), storage(self._index.path):
            try:
                self._index.rebuild(folders)
            except sqlite3.Error as error:
                raise OSError(None, str(error)) from error
        return len(folders)

    def search(self, text: str) -> list[Entry]:
        """The entries that hold every word in their name, concept, kind, family, method, prompt, notes or tags."""
        folders = _folders(self._entries)
        return _newest_first({found: folders[found] for found in self._index.search(text, folders)})

    def _names(self, besides: str = "") -> list[str]:
        return [entry.name for entry in self.entries() if entry.id != besides]

    @contextmanager
    def _writing(self, wait: float = LOCK_SECONDS) -> Generator[None]:
        """Hold the library's lock, which the system drops if this process is killed; never taken twice."""
        lock = self.root / ".lock"
        with storage(self.root):
            lock.touch()
            self._entries.mkdir(exist_ok=True)
            self._trash.mkdir(exist_ok=True)
        try:
            with FileLock(lock, timeout=wait):
                yield
        except Timeout:
            why, fix = "Another window or job has been writing to it for a while.", "Wait for it, then try again."
            raise LacunaError(FailureKind.STORAGE, "The library is busy.", why, fix) from None

    def _sweep(self) -> None:
        """Delete what a kill left half done; the lock is held, so nobody is writing it."""
        for place in (self._entries, self._trash):
            for part in place.glob(".*.part"):
                _delete(part)

    @contextmanager
    def _part(self, folder: Path) -> Generator[Path]:
        """A hidden folder to fill that becomes `folder` in one step when the block ends well, and is gone otherwise."""
        part = _part_of(folder)
        with storage(folder):
            try:
                (part / PREVIEWS).mkdir(parents=True)
                yield part
                sync_folder(part / PREVIEWS)
                sync_folder(part)
                part.replace(folder)
            except BaseException:
                _delete(part)
                raise
            sync_folder(folder.parent)

    def _move(self, entry: Entry, place: Path) -> Path:
        target = place / entry.id
        with storage(entry.folder):
            entry.folder.rename(target)
            sync_folder(place)
            sync_folder(entry.folder.parent)
        return target


def _folders(place: Path) -> dict[str, Path]:
    """The folders of entries in a place by id; hidden ones are half done, files are not ours."""
    with storage(place):
        found = place.iterdir() if place.is_dir() else ()
        return {p.name: p for p in found if not p.name.startswith(".") and (p.is_dir() or p.is_symlink())}


def _newest_first(folders: Mapping[str, Path]) -> list[Entry]:
    return sorted(map(read_entry, folders.values()), key=lambda e: (e.created, e.id), reverse=True)


def _part_of(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.part")


def _delete(folder: Path) -> None:
    """Delete a folder, or the link that stands in its place."""
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _preview_files(previews: Mapping[str, Path]) -> dict[str, Path]:
    """Where each preview and sidecar goes, and from which file; InputError for what is no clip or picture."""
    files: dict[str, Path] = {}
    for stem, source in previews.items():
        target = THUMBNAIL if stem == "thumbnail" else f"{PREVIEWS}/{stem}{source.suffix}"
        fits = _STEM.fullmatch(stem) and source.suffix in _SUFFIXES and Path(target).suffix == source.suffix
        if not fits or not is_plain_file(source):
            raise InputError(f"“{source}” cannot be the preview “{stem}”.", "It is no WebM, MP4 or PNG file.")
        files[target] = source
        beside = source.with_name(f"{source.name}.json")
        if is_plain_file(beside):
            files[f"{target}.json"] = beside
    return files


def _fill(part: Path, manifest: Manifest, texts: Mapping[str, bytes], sources: Mapping[str, Path]) -> None:
    """Write every file of a new entry, the manifest with their SHA-256 last."""
    for file, data in texts.items():
        write_synced(part / file, data)
    for file, source in sources.items():
        write_synced(part / file, source.read_bytes())
    files = {file: sha256(part / file) for file in (*texts, *sources)}
    write_synced(part / MANIFEST, manifest_text(replace(manifest, files=files)).encode())


def _describe(entry: Entry, **changes: Any) -> Entry:
    """Write the manifest with some fields changed, and read the entry again."""
    manifest = replace(require_manifest(entry), **changes)
    atomic_write_text(entry.folder / MANIFEST, manifest_text(manifest))
    return read_entry(entry.folder)
