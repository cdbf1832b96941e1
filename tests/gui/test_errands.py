"""Small pieces of work in threads: each is answered once, a failed one with None, and none after the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread, Slot
from pytestqt.qtbot import QtBot

from core.errors import InputError
from gui.workers.errands import Errands

PATIENCE = 10_000


class Answers(QObject):
    """Hears of what was done, in the window's thread."""

    def __init__(self, errands: Errands) -> None:
        super().__init__()
        self.heard: dict[str, object] = {}
        errands.done.connect(self._take)

    @Slot(str, object)
    def _take(self, key: str, result: object) -> None:
        assert QThread.currentThread() is self.thread()
        self.heard[key] = result


@pytest.fixture
def errands() -> Iterator[Errands]:
    """A pool of one thread, closed after the test."""
    made = Errands()
    yield made
    made.close()


def test_work_is_done_beside_the_window_and_answered_by_its_key(errands: Errands, qtbot: QtBot) -> None:
    here, answers = QThread.currentThread(), Answers(errands)
    errands.run("where", lambda: QThread.currentThread() is here)
    errands.run("sum", lambda: 1 + 1)
    qtbot.waitUntil(lambda: len(answers.heard) == 2, timeout=PATIENCE)
    assert answers.heard == {"where": False, "sum": 2}


@pytest.mark.parametrize("error", [InputError("no"), FileNotFoundError("no"), ValueError("no")])
def test_what_cannot_be_read_is_answered_with_none(errands: Errands, error: Exception, qtbot: QtBot) -> None:
    def fail() -> None:
        raise error

    answers = Answers(errands)
    errands.run("lost", fail)
    qtbot.waitUntil(lambda: "lost" in answers.heard, timeout=PATIENCE)
    assert answers.heard == {"lost": None}


def test_nothing_is_done_after_the_end(errands: Errands) -> None:
    done: list[str] = []
    errands.run("before", lambda: done.append("before"))
    errands.close()
    errands.run("after", lambda: done.append("after"))
    errands.close()
    assert "after" not in done
