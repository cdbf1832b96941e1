"""The index: every entry in short, in SQLite. It may be deleted, broken or unwritable; the folders decide."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Container, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from core.library.entry import DELTA, MANIFEST, SCORECARD, read_entry
from core.library.row import Row, row_of

VERSION = 4
"""Raised with every change of the table; an older index is made anew, a newer one is left to the newer Lacuna."""

ENTRIES, TRASH = "entries", "trash"
"""The two places, as their folders are called."""

_LISTS = tuple(Row._fields.index(name) for name in ("concepts", "tags"))
_FLAGS = tuple(Row._fields.index(name) for name in ("missing", "pictured", "newer"))
_PASSED = Row._fields.index("passed")
_COLUMNS = ", ".join(Row._fields)
_TABLE = f"CREATE TABLE IF NOT EXISTS entry (place TEXT, {_COLUMNS}, PRIMARY KEY (place, id))"
_INSERT = f"INSERT OR REPLACE INTO entry VALUES ({', '.join('?' * (len(Row._fields) + 1))})"
_WATCHED = tuple(f"{os.sep}{file}" for file in (MANIFEST, SCORECARD, DELTA))

_FEW = 200

T = TypeVar("T")


class _Newer(sqlite3.DatabaseError):
    """The index is of a newer version than this one."""


class Shelf(NamedTuple):
    """All that a library holds, the newest first."""

    kept: tuple[Row, ...] = ()
    binned: tuple[Row, ...] = ()


EMPTY = Shelf()


@dataclass(frozen=True)
class Changes:
    """The ids of what is new since the index last looked, what has changed, and what is gone."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.vanished)


def _stamp(folder: str) -> str:
    """Changes whenever the files that a row is made of do, without reading them."""
    return "|".join(_file_stamp(folder + file) for file in _WATCHED)


def _file_stamp(path: str) -> str:
    try:
        found = os.lstat(path)
    except OSError:
        return ""
    return f"{found.st_ino}-{found.st_mtime_ns}-{found.st_size}"


class Index:
    """Keeps the rows of both places in the file `path`, or in memory where that file cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def look(self, folders: Mapping[str, Mapping[str, str]], before: Shelf, *, trusting: bool = False) -> Shelf:
        """Every row of both places, brought up to date with their folders first; see `refresh`.

        Rows of `before` that still hold are given again as the same objects. `trusting` looks only at entries that
        are not known or were distrusted, which is enough after a change of one's own.
        """

        def query(db: sqlite3.Connection) -> Shelf:
            for place, elsewhere in ((TRASH, ENTRIES), (ENTRIES, TRASH)):
                _refresh(db, place, folders[place], folders[elsewhere], trusting=trusting)
            return Shelf(tuple(_rows(db, ENTRIES, before.kept)), tuple(_rows(db, TRASH, before.binned)))

        return self._safely(query)

    def refresh(self, place: str, folders: Mapping[str, str], elsewhere: Container[str]) -> Changes:
        """Make the rows match the folders, reading only what changed, and tell what did.

        An entry whose folder is gone is kept and marked as missing, unless its id is `elsewhere`, in the other place.
        """
        return self._safely(lambda db: _refresh(db, place, folders, elsewhere))

    def names(self, place: str, folders: Mapping[str, str], besides: str = "") -> list[str]:
        """The names of all entries that are there, one left out: reads what is not known or was distrusted only."""

        def query(db: sqlite3.Connection) -> list[str]:
            _refresh(db, place, folders, (), trusting=True)
            found = db.execute("SELECT id, name FROM entry WHERE place = ?", (place,))
            return [name for id, name in found if id in folders and id != besides]

        return self._safely(query)

    def distrust(self, id: str) -> None:
        """Have an entry read again at the next look, whatever its stamp says."""
        self._safely(lambda db: db.execute("UPDATE entry SET stamp = '' WHERE id = ?", (id,)))

    def forget(self, place: str, ids: Iterable[str]) -> None:
        """Leave rows out; those whose folder is there come back with the next look."""
        self._safely(lambda db: _forget(db, place, ids))

    def rebuild(self, places: Mapping[str, Mapping[str, str]]) -> None:
        """Delete the file and write it anew; OSError or sqlite3.Error if it cannot be written."""
        self._drop()
        with _opened(self.path) as db:
            for place, folders in places.items():
                _refresh(db, place, folders, ())

    def _safely(self, query: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with _opened(self.path) as db:
                return query(db)
        except _Newer:
            own = self.path.with_name(f"index-{VERSION}.sqlite")
            if own != self.path:
                self.path = own
                return self._safely(query)
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
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise _Newer
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError("an older version")
        db.execute("PRAGMA journal_mode = WAL")
        if not version:
            db.execute(_TABLE)
            db.execute(f"PRAGMA user_version = {VERSION}")
        yield db


def _refresh(
    db: sqlite3.Connection,
    place: str,
    folders: Mapping[str, str],
    elsewhere: Container[str],
    *,
    trusting: bool = False,
) -> Changes:
    """Make the rows match the folders.

    Damaged entries are read each time: what they lack may have come, in a file that no stamp covers. `trusting` reads
    neither those nor a stamp that is known.
    """
    asked = "SELECT id, stamp, damage != '', missing FROM entry WHERE place = ?"
    known: dict[str, tuple[str, str, int, int]] = {found[0]: found for found in db.execute(asked, (place,))}
    now = {id: (trusting and id in known and known[id][1]) or _stamp(path) for id, path in folders.items()}
    added = [id for id in now if id not in known]
    changed = [id for id, stamp in now.items() if id in known and known[id][1] != stamp]
    doubted = [] if trusting else [id for id, _, damaged, _ in known.values() if damaged and id in now]
    read = dict.fromkeys((*added, *changed, *doubted))
    fresh = [row_of(read_entry(Path(folders[id])))._replace(stamp=now[id]) for id in read]
    db.executemany(_INSERT, [(place, *_values(row)) for row in fresh])
    away = [id for id in known if id not in now]
    gone = [id for id in away if not known[id][3]]
    _forget(db, place, [id for id in away if id in elsewhere or place == TRASH])
    db.executemany("UPDATE entry SET missing = 1, stamp = '' WHERE place = ? AND id = ?", [(place, id) for id in gone])
    return Changes(tuple(added), tuple(changed), tuple(gone))


def _rows(db: sqlite3.Connection, place: str, before: Iterable[Row]) -> Iterator[Row]:
    """The rows of a place, the newest first."""
    held = {row.id: row for row in before}
    asked = "SELECT id, stamp, missing, damage FROM entry WHERE place = ? ORDER BY created DESC, id DESC"
    found = db.execute(asked, (place,)).fetchall()
    new = {id for id, *state in found if id not in held or _state(held[id]) != state}
    fresh = _fetched(db, place, new)
    return (fresh[id] if id in new else held[id] for id, *_ in found)


def _state(row: Row) -> list[object]:
    return [row.stamp, row.missing, row.damage]


def _fetched(db: sqlite3.Connection, place: str, ids: set[str]) -> dict[str, Row]:
    """Whole rows by id: a few one by one, many in one go."""
    if len(ids) > _FEW:
        found = db.execute(f"SELECT {_COLUMNS} FROM entry WHERE place = ?", (place,))
    else:
        one = f"SELECT {_COLUMNS} FROM entry WHERE place = ? AND id = ?"
        found = (values for id in ids for values in db.execute(one, (place, id)))
    return {values[0]: _row(values) for values in found}


def _forget(db: sqlite3.Connection, place: str, ids: Iterable[str]) -> None:
    db.executemany("DELETE FROM entry WHERE place = ? AND id = ?", [(place, id) for id in ids])


def _values(row: Row) -> list[Any]:
    """A row as columns."""
    values: list[Any] = list(row)
    for at in _LISTS:
        values[at] = json.dumps(values[at], ensure_ascii=False)
    return values


def _row(values: tuple[Any, ...]) -> Row:
    """A row from its columns; ValueError never, since `_values` wrote them in this version."""
    row = list(values)
    for at in _LISTS:
        row[at] = _list(row[at])
    for at in _FLAGS:
        row[at] = bool(row[at])
    row[_PASSED] = None if row[_PASSED] is None else bool(row[_PASSED])
    return Row._make(row)


@lru_cache(4096)
def _list(text: str) -> tuple[str, ...]:
    """Most lists are short and the same in many rows."""
    return tuple(json.loads(text))
