"""The library: adds, finds, changes, trashes and checks entries. Every write is whole or absent, even after a kill."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from numpy.typing import NDArray

from core.errors import FailureKind, InputError, LacunaError
from core.files import atomic_write_bytes, atomic_write_text, storage
from core.i18n import number, tr
from core.library.delta import delta_bytes
from core.library.entry import (
    CARD_SCHEMA,
    DELTA,
    ID,
    MANIFEST,
    REPORT,
    SCORECARD,
    Entry,
    Problem,
    load_delta,
    problems,
    read_entry,
    require_manifest,
    sha256,
)
from core.library.filling import (
    entry_folders,
    fill,
    preview_files,
    read_foreign,
    sources_in,
    unmeasured,
    without_results,
)
from core.library.index import EMPTY, ENTRIES, TRASH, Changes, Index, Shelf
from core.library.manifest import MAX_STARS, TEXT_LIMIT, Manifest, json_text, manifest_text
from core.library.naming import clean_name, clean_tags, find, free_name, new_id, usable_name
from core.library.places import arriving, delete, folders_in, holds_more_than, move, part_of, sweep
from core.library.query import Query
from core.library.reports import new_stamp, picture_bytes, report_bytes, write_report
from core.library.row import Row
from core.schema import require_not_newer
from core.settings import library_folder

LOCK_SECONDS = 30.0
"""How long a write waits for another window or job that writes."""
STRENGTHS = (0.0, 1.5)
"""The range of α in θ₀ + α·Δ."""


class Library:
    """A folder of erased encoders; safe for several threads and processes at once.

    `wanted` is an id, the unique start of one, or a unique name; InputError if no entry or more than one fits.
    Writes raise LacunaError(STORAGE) where the disk or the rights do not allow them.
    """

    def __init__(self, root: Path | str | None = None) -> None:
        chosen = Path(root).expanduser() if root else library_folder()
        self.root = chosen.absolute()
        with storage(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        self._entries, self._trash = self.root / ENTRIES, self.root / TRASH
        self._index = Index(self.root / "index.sqlite")
        with suppress(LacunaError, OSError), self._writing(wait=0):
            sweep(self._entries)
            sweep(self._trash)

    @property
    def present(self) -> bool:
        """Whether the folder is there: it may be removed, or its disk unplugged, while a window shows it."""
        return self.root.is_dir()

    @property
    def watched(self) -> tuple[Path, ...]:
        """What changes in the file system whenever another window or program changes the library."""
        return self._entries, self._trash, self.root / ".lock"

    def mark(self) -> tuple[int, ...]:
        """The times of what is `watched`: the same two times if no Lacuna wrote and no folder came or went between."""
        return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in self.watched)

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
        sources, named = preview_files(previews), replace(manifest, name=clean_name(manifest.name), files={})
        with self._writing():
            return self._add(named, texts, sources)

    def _add(self, manifest: Manifest, texts: Mapping[str, bytes], sources: Mapping[str, Path]) -> Entry:
        """A new entry under a name and an id of its own; the lock is held."""
        now = datetime.now(UTC)
        name = free_name(usable_name(manifest.name), self._names())
        new = replace(manifest, id=new_id(name, now), name=name, created=now.isoformat())
        folder = self._entries / new.id
        with arriving(folder) as part:
            fill(part, new, texts, sources)
        return read_entry(folder)

    def entries(self) -> list[Entry]:
        """Every entry, the newest first, damaged ones included and marked. Reads every folder; see `rows`."""
        return _newest_first(folders_in(self._entries).values())

    def trashed(self) -> list[Entry]:
        """Every entry in the trash, the newest first."""
        return _newest_first(folders_in(self._trash).values())

    def rows(self, query: Query | None = None, *, trashed: bool = False) -> list[Row]:
        """The entries in short, those that fit a query in its order; all, the newest first, without one.

        Only folders that changed since the last look are read. Missing entries, whose folder is gone, are marked.
        """
        shelf = self.look()
        return (query or Query()).checked().select(shelf.binned if trashed else shelf.kept)

    def look(self, before: Shelf = EMPTY, *, trusting: bool = False) -> Shelf:
        """Every row of the library and its trash; see `Index.look`."""
        folders = {place: folders_in(self.root / place) for place in (ENTRIES, TRASH)}
        return self._index.look(folders, before, trusting=trusting)

    def is_larger_than(self, count: int) -> bool:
        """Whether the library or its trash holds more than so many things; looks no further than it must."""
        return any(holds_more_than(place, count) for place in (self._entries, self._trash))

    def folder_of(self, id: str, *, trashed: bool = False) -> Path:
        """Where an entry of this id lies; its folder need not be there."""
        return (self._trash if trashed else self._entries) / id

    def get(self, wanted: str) -> Entry:
        """One entry; InputError for one that is missing."""
        if found := self._by_id(self._entries, wanted):
            return found
        if binned := self._by_id(self._trash, wanted):
            raise InputError(tr("“{name}” is in the trash.", name=binned.name), fix=tr("Restore it first."))
        row = find(self.rows(), wanted)
        if row.missing:
            what = tr("“{name}” is missing: its folder is gone.", name=row.name)
            fix = tr("Put the folder back, or relink the entry to where it is now.")
            raise InputError(what, fix=fix)
        return read_entry(self._entries / row.id)

    def get_trashed(self, wanted: str) -> Entry:
        """One entry of the trash."""
        if found := self._by_id(self._trash, wanted):
            return found
        return read_entry(self._trash / find(self.rows(trashed=True), wanted, trashed=True).id)

    def _by_id(self, place: Path, wanted: str) -> Entry | None:
        """The entry of exactly this id, without a look at the others."""
        folder = place / wanted
        return read_entry(folder) if ID.fullmatch(wanted) and (folder.is_dir() or folder.is_symlink()) else None

    def load_delta(self, wanted: str) -> dict[str, NDArray[Any]]:
        """θ − θ₀ by tensor name, float16 or float32, after its SHA-256 was checked; LacunaError(DAMAGED)."""
        return load_delta(self.get(wanted))

    def rename(self, wanted: str, name: str) -> Entry:
        """Give an entry another name; a number is added where the name is taken."""
        with self._writing():
            entry = self.get(wanted)
            return self._describe(entry, name=free_name(clean_name(name), self._names(besides=entry.id)))

    def annotate(
        self, wanted: str, *, notes: str | None = None, tags: Sequence[str] | None = None, stars: int | None = None
    ) -> Entry:
        """Replace the notes, tags or rating (0 to 5 stars) of an entry; what is None stays."""
        if stars is not None and not 0 <= stars <= MAX_STARS:
            what = tr("An entry has 0 to {limit} stars, not {given}.", limit=MAX_STARS, given=stars)
            raise InputError(what, fix=tr("Give a number from 0 to {limit}.", limit=MAX_STARS))
        if notes is not None and len(notes) > TEXT_LIMIT:
            what = tr("The notes have {count} characters.", count=number(len(notes)))
            raise InputError(what, fix=tr("Use {most} at most.", most=number(TEXT_LIMIT)))
        given = {"notes": notes, "tags": None if tags is None else clean_tags(tags), "stars": stars}
        with self._writing():
            return self._describe(self.get(wanted), **{key: value for key, value in given.items() if value is not None})

    def set_scorecard(self, wanted: str, scorecard: dict[str, Any]) -> Entry:
        """Replace the scorecard, unless a newer Lacuna wrote it.

        A kill leaves the old or the new one: in between, the manifest vouches for neither.
        """
        text = json_text(scorecard)
        with self._writing():
            entry = self.get(wanted)
            files = dict(require_manifest(entry).files)
            require_not_newer(entry.folder / SCORECARD, CARD_SCHEMA)
            files.pop(SCORECARD, None)
            entry = self._describe(entry, files=files)
            atomic_write_text(entry.folder / SCORECARD, text)
            return self._describe(entry, files={**files, SCORECARD: sha256(entry.folder / SCORECARD)})

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
            return self._describe(entry, files={**manifest.files, **digests})

    def add_previews(self, wanted: str, previews: Mapping[str, Path]) -> Entry:
        """Keep more clips and pictures with an entry, as `add` does; InputError for one that it has already."""
        sources = preview_files(previews)
        with self._writing():
            entry = self.get(wanted)
            files = dict(require_manifest(entry).files)
            if known := [file for file in sources if file in files]:
                what = tr("“{name}” has the file {file} already.", name=entry.name, file=known[0])
                raise InputError(what, fix=tr("Leave it as it is."))
            for file, source in sources.items():
                atomic_write_bytes(entry.folder / file, source.read_bytes())
                files[file] = sha256(entry.folder / file)
            return self._describe(entry, files=files)

    def duplicate(self, wanted: str, name: str = "", strength: float | None = None) -> Entry:
        """A copy with an id and a name of its own, its `source` the entry it was made from.

        With another `strength`, α in [0, 1.5], the copy has neither the figures, the clips after the erasure nor the
        reports of the original: they were made at its strength. `score` measures the copy.
        """
        low, high = STRENGTHS
        if strength is not None and not low <= strength <= high:
            what = tr("The strength {given} is out of range.", given=number(strength, "g"))
            raise InputError(
                what, fix=tr("Use a number from {low} to {high}.", low=number(low, "g"), high=number(high, "g"))
            )
        with self._writing():
            entry = self.get(wanted)
            manifest = require_manifest(entry)
            sources, texts = sources_in(entry.folder, manifest), dict[str, bytes]()
            new = replace(manifest, name=clean_name(name) if name else entry.name, source=entry.id)
            if strength is not None and strength != manifest.strength:
                new = replace(new, strength=float(strength))
                sources, texts = without_results(sources), {SCORECARD: unmeasured(entry.scorecard, float(strength))}
            return self._add(new, texts, sources)

    def adopt(self, folder: Path, wanted: str = "") -> Entry:
        """Copy an entry's folder from elsewhere into the library, every file compared with its SHA-256.

        With `wanted`, an id, only that entry is taken. The name is made unique, the id stays. InputError for what is
        no entry or is here already, LacunaError(DAMAGED) for one that has changed.
        """
        manifest = read_foreign(folder)
        if wanted and manifest.id != wanted:
            what = tr("“{folder}” is another entry: {id}.", folder=folder, id=manifest.id)
            raise InputError(what, fix=tr("Choose the folder of {id}.", id=wanted))
        with self._writing():
            if (self._entries / manifest.id).exists():
                what = tr("“{name}” is already in the library.", name=manifest.name)
                raise InputError(what, fix=tr("Use the entry {id}.", id=manifest.id))
            if (self._trash / manifest.id).exists():
                what = tr("“{name}” is already in the trash.", name=manifest.name)
                raise InputError(what, fix=tr("Restore the entry {id}.", id=manifest.id))
            named = replace(manifest, name=free_name(usable_name(manifest.name), self._names()))
            with arriving(self._entries / manifest.id) as part:
                fill(part, named, {}, sources_in(folder, manifest))
            return read_entry(self._entries / manifest.id)

    def relink(self, wanted: str, folder: Path) -> Entry:
        """Bring a missing entry back from its folder, or one that holds it, which stays; errors as for `adopt`."""
        id = self._missing(wanted).id
        inside = (place for place in entry_folders(folder) if place.name == id)
        return self.adopt(next(inside, folder), id)

    def forget(self, wanted: str) -> None:
        """Take a missing entry off the list; nothing is deleted."""
        self._index.forget(ENTRIES, [self._missing(wanted).id])

    def _missing(self, wanted: str) -> Row:
        row = find(self.rows(), wanted)
        if not row.missing:
            raise InputError(tr("“{name}” is not missing.", name=row.name), fix=tr("Use it as it is."))
        return row

    def trash(self, wanted: str) -> Entry:
        """Move an entry to the library's trash, from where `restore` brings it back."""
        with self._writing():
            entry = self.get(wanted)
            moved = move(entry.folder, self._trash)
            self._index.forget(ENTRIES, [entry.id])
            return read_entry(moved)

    def restore(self, wanted: str) -> Entry:
        """Bring an entry back from the trash, under a name with a number if its own was taken meanwhile."""
        with self._writing():
            entry = self.get_trashed(wanted)
            name = free_name(entry.name, self._names())
            if name != entry.name:
                self._describe(entry, name=name)
            return read_entry(move(entry.folder, self._entries))

    def purge(self, wanted: str) -> None:
        """Delete an entry of the trash for good."""
        with self._writing():
            self._purge(self.get_trashed(wanted).folder)

    def empty_trash(self) -> int:
        """Delete everything in the trash for good, and tell how many entries that were."""
        with self._writing():
            folders = folders_in(self._trash)
            for folder in folders.values():
                self._purge(Path(folder))
            return len(folders)

    def _purge(self, folder: Path) -> None:
        with storage(folder):
            delete(folder.replace(part_of(folder)))

    def verify(self, wanted: str = "") -> list[Problem]:
        """Read every file of one entry, or of all, and compare it with the SHA-256 in its manifest."""
        entries = [self.get(wanted)] if wanted else self.entries()
        return [problem for entry in entries for problem in problems(entry)]

    def rescan(self) -> Changes:
        """Look at every folder again, and tell what has changed since the index last looked."""
        entries, trash = folders_in(self._entries), folders_in(self._trash)
        self._index.refresh(TRASH, trash, entries)
        return self._index.refresh(ENTRIES, entries, trash)

    def rebuild(self) -> int:
        """Write the index anew from the folders and return the number of entries; missing ones are forgotten."""
        folders = folders_in(self._entries)
        with self._writing(), storage(self._index.path):
            try:
                self._index.rebuild({ENTRIES: folders, TRASH: folders_in(self._trash)})
            except sqlite3.Error as error:
                raise OSError(None, str(error)) from error
        return len(folders)

    def _names(self, besides: str = "") -> list[str]:
        """The names that are taken."""
        return self._index.names(ENTRIES, folders_in(self._entries), besides)

    def _describe(self, entry: Entry, **changes: Any) -> Entry:
        """Write the manifest with some fields changed, and read the entry again."""
        manifest = replace(require_manifest(entry), **changes)
        atomic_write_text(entry.folder / MANIFEST, manifest_text(manifest))
        self._index.distrust(entry.id)
        return read_entry(entry.folder)

    @contextmanager
    def _writing(self, wait: float = LOCK_SECONDS) -> Generator[None]:
        """Hold the library's lock, which the system drops if this process is killed; never taken twice.

        The lock's time is set at the end, for other windows to see that something was written.
        """
        lock = self.root / ".lock"
        with storage(self.root):
            lock.touch()
            self._entries.mkdir(exist_ok=True)
            self._trash.mkdir(exist_ok=True)
        try:
            with FileLock(lock, timeout=wait):
                yield
                with suppress(OSError):
                    lock.touch()
        except Timeout:
            why, fix = (
                tr("Another window or job has been writing to it for a while."),
                tr("Wait for it, then try again."),
            )
            raise LacunaError(FailureKind.STORAGE, tr("The library is busy."), why, fix) from None


def _newest_first(folders: Iterable[str]) -> list[Entry]:
    return sorted(map(read_entry, map(Path, folders)), key=lambda e: (e.created, e.id), reverse=True)
