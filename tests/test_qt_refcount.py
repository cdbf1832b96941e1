"""PySide6 6.12 drops a reference to None or True with every wrapped call, and Python 3.11 dies when none is left."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel

CALLS = 100
SLACK = 20
"""References that come and go by themselves while the calls run."""


class Emitter(QObject):
    """Emits a boolean."""

    changed = Signal(bool)


@pytest.mark.parametrize("singleton", [None, True], ids=str)
def test_wrapped_calls_keep_the_references_of_singletons(singleton: bool | None, qapp: QApplication) -> None:
    emitter, label, heard = Emitter(), QLabel(), []
    emitter.changed.connect(lambda on: heard.append(str(on)))
    before = sys.getrefcount(singleton)
    for _ in range(CALLS):
        qapp.processEvents()
        label.setText("text")
        emitter.changed.emit(True)
    lost = before - sys.getrefcount(singleton)
    assert heard == ["True"] * CALLS
    assert abs(lost) < SLACK
