"""A monkey at the window: seeded random clicks, keys, wheels, drags and sizes; nothing may break or be left behind.

LACUNA_MONKEY_EVENTS makes it longer than the suite has time for; a failure names the seed and the last events.
"""

from __future__ import annotations

import gc
import os
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.places import PLACES
from gui.window import MainWindow

EVENTS = int(os.environ.get("LACUNA_MONKEY_EVENTS", "400"))
FIRST = int(os.environ.get("LACUNA_MONKEY_SEED", "0"))
_NAMES = (
    "Tab Backtab Return Space Escape Delete Up Down Left Right Home End PageUp PageDown"
    " F J K L I O Comma Period 0 5 F1 F2 Question"
)
KEYS = [getattr(Qt.Key, f"Key_{name}") for name in _NAMES.split()]
WORDS = ("Pipwick", "😀 ﷽ مرحبا", "x" * 300, "<b>&amp;</b>", "%s {name} \\", "\t\n")


class Monkey:
    """Does one random thing at a time to a window and remembers the last ones."""

    def __init__(self, window: MainWindow, seed: int) -> None:
        self.window, self.random = window, random.Random(seed)
        self.done: deque[str] = deque(maxlen=25)
        self.acts: list[Callable[[], str]] = [
            *(4 * [self.click]),
            *(4 * [self.key]),
            self.type,
            self.wheel,
            self.drag,
            self.resize,
            self.go,
        ]

    def act(self) -> None:
        """One event, delivered."""
        self.done.append(self.random.choice(self.acts)())
        QApplication.processEvents()

    def _target(self) -> tuple[QWidget, QPoint]:
        """A widget and a point of it; what PySide gives for a child lives only as long as what it gave for `top`."""
        self._top = top = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self.window
        at = QPoint(self.random.randrange(top.width()), self.random.randrange(top.height()))
        widget = top.childAt(at) or top
        return widget, widget.mapFrom(top, at)

    def click(self) -> str:
        """Click somewhere with some button."""
        widget, at = self._target()
        name = f"click {type(widget).__name__} “{widget.accessibleName()}” {at.toTuple()}"
        which = Qt.MouseButton.RightButton if self.random.random() < 0.1 else Qt.MouseButton.LeftButton
        QTest.mouseClick(widget, which, Qt.KeyboardModifier.NoModifier, at)
        return name

    def key(self) -> str:
        """Press some key, now and then with Control."""
        key = self.random.choice(KEYS)
        held = Qt.KeyboardModifier.ControlModifier if self.random.random() < 0.15 else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(QApplication.focusWidget() or self.window, key, held)
        return f"key {Qt.Key(key).name} {held.name}"

    def type(self) -> str:
        """Type some words where the focus is, as an input method does: keys are Latin only."""
        words = self.random.choice(WORDS)
        event = QInputMethodEvent()
        event.setCommitString(words)
        QApplication.sendEvent(QApplication.focusWidget() or self.window, event)
        return f"type {words[:12]!r}"

    def wheel(self) -> str:
        """Turn the wheel somewhere."""
        widget, at = self._target()
        turn = QPoint(0, self.random.choice((-240, -120, 120, 240)))
        nothing = QPoint()
        event = QWheelEvent(
            QPointF(at),
            QPointF(widget.mapToGlobal(at)),
            nothing,
            turn,
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)
        return f"wheel {type(widget).__name__}"

    def drag(self) -> str:
        """Press, move, let go."""
        widget, at = self._target()
        name = f"drag {type(widget).__name__} “{widget.accessibleName()}”"
        QTest.mousePress(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        QTest.mouseMove(widget, at + QPoint(self.random.randrange(-90, 90), self.random.randrange(-90, 90)))
        QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
        return name

    def resize(self) -> str:
        """Give the window another size."""
        size = QSize(self.random.randrange(1180, 1900), self.random.randrange(680, 1200))
        self.window.resize(size)
        return f"resize {size.toTuple()}"

    def go(self) -> str:
        """Open another place."""
        place = self.random.choice(PLACES)
        self.window.open_place(place.key)
        return f"go {place.key}"


@pytest.fixture
def dismissing(qtbot: QtBot) -> Iterator[None]:
    """Says no to every dialog after a moment, as its own loop would wait for ever."""

    def dismiss() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            dialog.reject()

    timer = QTimer()
    timer.setInterval(150)
    timer.timeout.connect(dismiss)
    timer.start()
    yield
    timer.stop()
    assert qtbot is not None


@pytest.mark.parametrize("seed", range(FIRST, FIRST + 3))
@pytest.mark.usefixtures("dismissing")
def test_a_monkey_breaks_nothing(window: MainWindow, seed: int) -> None:
    monkey = Monkey(window, seed)
    try:
        for _ in range(EVENTS):
            if not window.isVisible():
                window.show()
            monkey.act()
    except BaseException:
        print("The last events:", *monkey.done, sep="\n  ")
        raise
    assert len(monkey.done) > 0
    assert window.place in {place.key for place in PLACES}


def _alive(window: MainWindow) -> Counter[str]:
    """How many objects of each class the window holds, and how many other windows there are."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    tops = (f"window {type(top).__name__}" for top in QApplication.topLevelWidgets())
    return Counter([*(type(found).__name__ for found in window.findChildren(QObject)), *tops])


def _visit(window: MainWindow) -> None:
    """Open every place, have it show an entry, read the library again, and lay each thing over the window once."""
    for place in PLACES:
        window.open_place(place.key)
        QTest.qWait(30)
    for row in window.session.library.kept:
        for key in ("compare", "probe", "studio", "library"):
            window.go(key, window.session.library.entry(row.id))
            QTest.qWait(40)
    window.session.library.reload()
    for show in (window.show_palette, window.show_shortcuts, window.show_welcome):
        show()
        QTest.qWait(30)
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
        QTest.qWait(30)


def test_visits_leave_nothing_behind(window: MainWindow) -> None:
    _visit(window)
    before = _alive(window)
    _visit(window)
    _visit(window)
    now = _alive(window)
    grown = {name: now[name] - before[name] for name in now if now[name] >= before[name] + 2}
    assert not grown, f"Two visits of all places left behind: {grown}"
