"""The main job through the window, with the real engine and the real starter: click Erase, watch before and after."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.library.store import Library
from gui.pages.compare import ComparePage
from gui.pages.erase import ErasePage
from gui.state.session import Session
from gui.window import MainWindow


@pytest.mark.timeout(600)
def test_a_click_on_erase_ends_in_compare_with_both_clips(tmp_path: Path, qtbot: QtBot) -> None:
    """A person types a name, clicks, and sees two moving clips and a scorecard of what they made."""
    window = MainWindow(Session(str(tmp_path / "library")))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    page = window.page("erase")
    assert isinstance(page, ErasePage)
    qtbot.keyClicks(page.concept, "Tizzel")
    qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    assert window.place == "jobs"
    qtbot.waitUntil(lambda: window.place == "compare", timeout=500_000)
    shown = window.page("compare")
    assert isinstance(shown, ComparePage)
    qtbot.waitUntil(lambda: shown.player.count == 12, timeout=10_000)
    [entry] = Library(tmp_path / "library").entries()
    assert shown.entry is not None
    assert shown.entry.id == entry.id
    assert {"before", "after"} <= set(shown.views)
    assert entry.scorecard is not None
    assert entry.scorecard["hosts"]["animatediff"]["erased"]["direct"]["n"] > 0
    assert shown.headline.isVisible()
    window.close()
