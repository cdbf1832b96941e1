"""The search index: words of every entry in SQLite. It may be deleted, broken or unwritable; the folders decide."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from core.library.entry import MANIFEST, Entry, read_entry

VERSION = 1
"""Raised with every change of the table; an index of another version is made anew."""

_TABLE = "CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY, stamp TEXT NOT NULL, words TEXT NOT NULL)"


def _stamp(folder: Path) -> str:
    """Changes whenever the manifest does, without reading it."""
    try:
        found = (folder / MANIFEST).lstat()
    except OSError:
        return ""
    return f"{found.st_ino}-{found.st_mtime_ns}-{found.st_size}"


def _words(entry: Entry) -> str:
    """What a search looks through; an entry that lost its manifest is found by its id."""
    m = entry.manifest
    fields = (m.name, m.concept, m.kind, m.family, m.method, m.prompt, m.notes, *m.tags) if m else (entry.id,)
    return "\n".join(fields).casefold()


class Index:
    """Finds ids by words in the file `path`, or in memory where that file cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def search(self, text: str, folders: Mapping[str, Path]) -> set[str]:
        """The ids of the entries that hold every word of `text`, brought up to date with the folders first."""

        def query(db: sqlite3.Connection) -> set[str]:
            _refresh(db, folders)
            words = text.casefold().split() or [""]
            return set.intersection(*(_with_word(db, word) for word in words))

        return self._safely(query)

    def rebuild(self, folders: Mapping[str, Path]) -> None:
        """Delete the file and write it anew; OSError or sqlite3.Error if it cannot be written."""
        self._drop()
        with _opened(self.path) as db:
            _refresh(db, folders)

    def _safely(self, query: Callable[[sqlite3.Connection], set[str]]) -> set[str]:
        try:
            with _opened(self.path) as db:
                return query(db)
        except sqlite3.Error:
            pass
        try:
            self._drop()
            with _opened(self.path) as db:
                return query(db)
        except (sqlite3.Error, OSError):
            with _opened(None) as db:
                return query(db)

    def _drop(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


@contextmanager
def _opened(path: Path | None) -> Generator[sqlite3.Connection]:
    """A connection whose changes are kept if the block ends well; sqlite3.Error if the file is of no use."""
    with closing(sqlite3.connect(path or ":memory:", timeout=10)) as db, db:
        db.execute("PRAGMA journal_mode = WAL")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError("another version")
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute(_TABLE)
        yield db


def _with_word(db: sqlite3.Connection, word: str) -> set[str]:
    return {row[0] for row in db.execute("SELECT id FROM entry WHERE instr(words, ?) > 0", (word,))}


def _refresh(db: sqlite3.Connection, folders: Mapping[str, Path]) -> None:
    """Make the rows match the folders, reading only what changed."""
    known = dict(db.execute("SELECT id, stamp FROM entry"))
    current = {name: _stamp(folder) for name, folder in folders.items()}
    changed = [name for name, stamp in current.items() if known.get(name) != stamp]
    db.executemany("DELETE FROM entry WHERE id = ?", [(name,) for name in {*changed, *(known.keys() - current)}])
    rows = [(name, current[name], _words(read_entry(folders[name]))) for name in changed]
    db.executemany("INSERT INTO entry VALUES (?, ?, ?)", rows)
