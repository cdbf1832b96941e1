from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from core.errors import FailureKind, LacunaError
from core.library.query import Query
from core.library.store import Library
from tests.core.library.samples import add


def found(library: Library, text: str) -> list[str]:
    return [row.name for row in library.rows(Query(text)) if not row.missing]


def test_every_word_must_fit_some_field(library: Library) -> None:
    add(library, "Red", concept="Quillby", prompt="a fern in the rain")
    add(library, "Blue", concept="Quillby", prompt="a fern in the sun")
    library.annotate("Blue", notes="Größe stimmt", tags=("keep",))
    assert found(library, "quillby FERN") == ["Blue", "Red"]
    assert found(library, "fern rain") == ["Red"]
    assert found(library, "GRÖSSE keep") == ["Blue"]
    assert found(library, '% _ " OR 1=1') == []
    assert found(library, "") == ["Blue", "Red"]


def test_the_index_follows_the_folders(library: Library) -> None:
    add(library, "First")
    add(library, "Second")
    assert found(library, "first") == ["First"]
    library.rename("First", "Third")
    library.trash("Second")
    assert found(library, "first") == []
    assert found(library, "third") == ["Third"]
    assert found(library, "second") == []
    shutil.rmtree(library.get("Third").folder)
    assert found(library, "third") == []


@pytest.mark.parametrize("junk", [b"", b"junk" * 5000, None])
def test_a_lost_or_broken_index_is_made_anew(library: Library, junk: bytes | None) -> None:
    add(library, "First")
    assert found(library, "first") == ["First"]
    path = library.root / "index.sqlite"
    path.unlink() if junk is None else path.write_bytes(junk)
    assert found(library, "first") == ["First"]
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT count(*) FROM entry").fetchone() == (1,)


def test_an_index_of_another_version_or_shape_is_made_anew(library: Library) -> None:
    add(library, "First")
    for change in ("PRAGMA user_version = 99", "ALTER TABLE entry RENAME COLUMN words TO speech"):
        library.rebuild()
        with closing(sqlite3.connect(library.root / "index.sqlite")) as db, db:
            db.execute(change)
        assert found(library, "first") == ["First"]


def test_search_does_without_a_file(library: Library) -> None:
    add(library, "First")
    (library.root / "index.sqlite").unlink()
    (library.root / "index.sqlite").mkdir()
    assert found(library, "first") == ["First"]
    with pytest.raises(LacunaError) as caught:
        library.rebuild()
    assert caught.value.kind is FailureKind.STORAGE


def test_rebuild_counts_the_entries_damaged_ones_too(library: Library) -> None:
    entry = add(library, "First")
    add(library, "Second")
    (entry.folder / "manifest.json").unlink()
    assert library.rebuild() == 2
    assert [row.id for row in library.rows(Query(entry.id))] == [entry.id]
