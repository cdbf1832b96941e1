"""The desk: one thing after the other, answers to everything, and no look where nothing can have changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.errors import InputError, LacunaError
from core.library.store import Library
from gui.workers.library_desk import LibraryDesk, Snapshot
from tests.core.library.samples import add

PATIENCE = 10_000


@pytest.fixture
def told() -> list[tuple[Snapshot, object]]:
    return []


@pytest.fixture
def desk(library: Library, told: list[tuple[Snapshot, object]]) -> Iterator[LibraryDesk]:
    made = LibraryDesk(library)
    made.answered.connect(lambda snapshot, result: told.append((snapshot, result)))
    yield made
    made.close()


def names(snapshot: Snapshot) -> list[str]:
    return [row.name for row in snapshot.shelf.kept]


def test_work_is_done_in_order_and_read_after_each(
    desk: LibraryDesk, told: list[tuple[Snapshot, object]], qtbot: QtBot
) -> None:
    for name in ("One", "Two", "Three"):
        desk.do(lambda library, name=name: add(library, name).name)
    assert desk.busy
    qtbot.waitUntil(lambda: len(told) == 3, timeout=PATIENCE)
    assert [result for _, result in told] == ["One", "Two", "Three"]
    assert [len(names(snapshot)) for snapshot, _ in told] == [1, 2, 3]
    assert not desk.busy


def refused(_: Library) -> None:
    raise InputError("Not this one.")


def unreadable(library: Library) -> None:
    (library.root / "nothing").read_bytes()


def test_what_fails_is_answered_in_words(desk: LibraryDesk, told: list[tuple[Snapshot, object]], qtbot: QtBot) -> None:
    desk.do(refused)
    desk.do(unreadable)
    qtbot.waitUntil(lambda: len(told) == 2, timeout=PATIENCE)
    first, second = (result for _, result in told)
    assert isinstance(first, InputError)
    assert isinstance(second, LacunaError)
    assert "nothing" in str(second)


def test_looks_that_wait_are_one(desk: LibraryDesk, told: list[tuple[Snapshot, object]], qtbot: QtBot) -> None:
    desk.do(lambda library: add(library, "One"))
    for _ in range(5):
        desk.look()
    desk.do(lambda library: add(library, "Two"))
    qtbot.waitUntil(lambda: not desk.busy, timeout=PATIENCE)
    assert len(told) == 3


def test_where_nothing_has_changed_the_same_snapshot_comes_again(
    desk: LibraryDesk, told: list[tuple[Snapshot, object]], library: Library
) -> None:
    add(library, "One")
    desk.look_now()
    desk.look_now()
    assert told[0][0] is told[1][0]


def test_coming_back_to_the_window_is_a_reason_to_look(
    desk: LibraryDesk, told: list[tuple[Snapshot, object]], library: Library, qtbot: QtBot
) -> None:
    entry = add(library, "One")
    desk.look_now()
    (entry.folder / "scorecard.json").write_text("{")
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    qtbot.waitUntil(lambda: bool(told[-1][0].shelf.kept[0].damage), timeout=PATIENCE)


def test_closing_does_what_waits(library: Library) -> None:
    desk = LibraryDesk(library)
    for name in ("One", "Two", "Three"):
        desk.do(lambda library, name=name: add(library, name))
    desk.close()
    assert {row.name for row in library.rows()} == {"One", "Two", "Three"}


def test_a_library_that_may_not_be_read_says_so_and_keeps_what_was_shown(
    desk: LibraryDesk, told: list[tuple[Snapshot, object]], library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(library, "One")
    desk.look_now()

    def denied(path: Path) -> Iterator[object]:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("core.library.places.os.scandir", denied)
    desk.look_now()
    assert names(told[-1][0]) == ["One"]
    assert "right" in told[-1][0].problem
