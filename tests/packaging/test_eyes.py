"""A small window on a virtual display, seen by a screen reader's eyes and worked by hands."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from eyes import Reader, Tree, session_bus
from hands import display, running
from measure import Display

PROGRAM = """
import sys
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

app = QApplication(sys.argv)
window = QWidget()
window.setWindowTitle("Small")
button, field, hidden = QPushButton("Press me"), QLineEdit(), QLabel("Hidden")
field.setAccessibleName("Name")
column = QVBoxLayout(window)
for widget in (button, field, hidden, QLabel("The quick brown fox jumps over the lazy dog. " * 3)):
    column.addWidget(widget)
hidden.hide()
button.clicked.connect(lambda: button.setText("Pressed") or button.setEnabled(False))
window.show()
sys.exit(app.exec())
"""


@pytest.fixture
def me(tmp_path: Path) -> Iterator[Reader]:
    """Someone before the small window."""
    own = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
    with display(frames=tmp_path) as name, session_bus(tmp_path, own, None) as bus:
        environment = {**os.environ, **own, "DISPLAY": name, "DBUS_SESSION_BUS_ADDRESS": bus, "QT_QPA_PLATFORM": "xcb"}
        tree = Tree(bus)
        with running(sys.executable, "-c", PROGRAM, environment=environment) as process:
            yield Reader(name, tmp_path / "shots", process, tree)
        tree.close()


def test_what_is_shown_is_seen_and_can_be_worked(me: Reader, tmp_path: Path) -> None:
    screen = Display(tmp_path)
    assert not screen.painted()
    assert 0 < screen.first_paint(time.monotonic(), me.process) < 30
    me.click("Press me", "button")
    me.wait("pressed button", lambda: [w for w in me.widgets() if w["name"] == "Pressed" and not w["enabled"]])
    me.click("Name", "text")
    me.type("Zoe")
    me.see_text("Zoe")
    assert not [w for w in me.widgets() if w["name"] == "Hidden"]
    me.minimise("Small")
    me.wait("empty display", lambda: not screen.painted())


def test_a_program_that_ends_before_it_shows_anything_is_told(tmp_path: Path) -> None:
    told = pytest.raises(AssertionError, match="ended with 1")
    with display(frames=tmp_path), running("/bin/false", environment={}) as process, told:
        Display(tmp_path).first_paint(time.monotonic(), process)
