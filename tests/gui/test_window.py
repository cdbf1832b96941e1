"""The window: its places, its keys, and how it starts and ends."""

from __future__ import annotations

import locale
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.jobs.events import Failure, Result
from core.jobs.spec import EraseSpec, IdentifySpec, ProbeSpec
from core.library.entry import Entry
from gui.app import application
from gui.pages.compare import ComparePage
from gui.pages.probe import ProbePage
from gui.state.jobs import Job, JobState
from gui.state.session import Session
from gui.widgets.side_bar import Place
from gui.window import PLACES, MainWindow
from tests.gui.samples import add_entry, add_knowledge, add_report

CONTROL = Qt.KeyboardModifier.ControlModifier
INTERACTIVE = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QAbstractSlider, QPlainTextEdit)


def own(widget: QWidget) -> bool:
    """Whether we made an interactive widget; Qt makes its own inside of others."""
    inside = isinstance(widget.parent(), QLineEdit)
    in_popup = any(isinstance(around, QComboBox) for around in ancestors(widget))
    return isinstance(widget, INTERACTIVE) and not isinstance(widget, QScrollBar) and not inside and not in_popup


def ancestors(widget: QWidget) -> list[QWidget]:
    """The widgets around a widget."""
    found, parent = [], widget.parentWidget()
    while parent is not None:
        found.append(parent)
        parent = parent.parentWidget()
    return found


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.key)
def test_its_keys_open_a_place(window: MainWindow, qtbot: QtBot, place: Place) -> None:
    qtbot.keySequence(window, place.keys)
    assert window.place == place.key
    focused = QApplication.focusWidget()
    assert focused is not None
    assert window.page(window.place) in (focused, *ancestors(focused))


def test_every_interactive_widget_has_an_accessible_name(window: MainWindow) -> None:
    for place in PLACES:
        window.open_place(place.key)
    widgets = [widget for widget in window.findChildren(QWidget) if own(widget)]
    assert len(widgets) > 40
    assert [f"{type(w).__name__} in {type(w.parent()).__name__}" for w in widgets if not w.accessibleName()] == []


def test_icon_buttons_say_their_shortcut_or_purpose(window: MainWindow) -> None:
    for place in PLACES:
        window.open_place(place.key)
    bare = [b for b in window.findChildren(QAbstractButton) if own(b) and not b.icon().isNull() and not b.text()]
    assert len(bare) >= 5
    assert [b.accessibleName() for b in bare if not b.toolTip()] == []


def entry_at(window: MainWindow, row: int) -> Entry:
    """The entry in a row of the library."""
    library = window.session.library
    return library.library.get(library.rows[row].id)


def finished(window: MainWindow, job: Job) -> None:
    """Tell the window that a job has ended."""
    window.session.jobs.finished.emit(job)


def done(entry: str) -> Job:
    """A finished job that made an entry."""
    job = Job(EraseSpec(concept="Pipwick"), state=JobState.DONE)
    job.result = Result("erase", {"entry": entry})
    return job


def test_a_finished_erasure_opens_compare_by_itself(window: MainWindow, qtbot: QtBot) -> None:
    entry = entry_at(window, 1)
    window.open_place("jobs")
    finished(window, done(entry.id))
    assert window.place == "compare"
    page = cast("ComparePage", window.page("compare"))
    assert page.entry is not None
    assert page.entry.id == entry.id
    qtbot.waitUntil(lambda: page.player.playing, timeout=10_000)


def test_it_does_not_take_the_page_away_from_someone_who_went_elsewhere(window: MainWindow) -> None:
    entry = entry_at(window, 0)
    finished(window, done(entry.id))
    assert window.place == "erase"
    assert window.notice.action.text() == "Open in Compare"
    window.notice.action.click()
    assert window.place == "compare"


def test_a_failure_elsewhere_is_noticed(window: MainWindow) -> None:
    job = Job(EraseSpec(concept="Pipwick"))
    job.apply(Failure("memory", "The device ran out of memory."), 0.0)
    finished(window, job)
    assert "Erase Pipwick failed" in window.notice.text.text()
    window.notice.action.click()
    assert window.place == "jobs"
    assert not window.notice.isVisible()


def test_a_library_that_cannot_be_opened_is_told_and_the_window_lives(tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder", "utf-8")
    window = MainWindow(Session(str(file)))
    qtbot.addWidget(window)
    window.open_place("library")
    window.open_place("compare")
    window.open_place("erase")
    assert window.place == "erase"
    file.unlink()
    window.open_place("library")
    assert window.session.library.rowCount() == 0


def test_the_theme_switch_tells_its_choice(window: MainWindow, qtbot: QtBot) -> None:
    dark = window.side.scheme.findChildren(QAbstractButton)[2]
    qtbot.mouseClick(dark, Qt.MouseButton.LeftButton)
    assert window.session.settings.value.theme == "dark"
    window.session.settings.change(theme="light")
    assert window.side.scheme.value == "light"


def test_numbers_are_read_with_a_point_whatever_the_desktop_says() -> None:
    application(["lacuna"])
    assert locale.localeconv()["decimal_point"] == "."


def test_closing_twice_and_reopening_is_fine(folder: Path, qtbot: QtBot) -> None:
    for _ in range(2):
        window = MainWindow(Session(str(folder)))
        qtbot.addWidget(window)
        window.show()
        window.open_place("compare")
        window.close()
        window.close()
        assert not window.isVisible()


def test_a_finished_probe_shows_its_report(window: MainWindow, tmp_path: Path) -> None:
    library = window.session.library.library
    entry = entry_at(window, 1)
    window.go("probe", entry)
    page = cast("ProbePage", window.page("probe"))
    assert page.untried.isVisible()
    add_report(library, tmp_path, entry, {"direct": (0.9, 0.0)})
    job = Job(ProbeSpec(entry.id), entry.name)
    job.apply(Result("probe", {"entry": entry.id}), 1.0)
    window.open_place("jobs")
    finished(window, job)
    assert window.place == "probe"
    assert page.form.entry is not None
    assert page.form.entry.id == entry.id
    assert page.view.report is not None


def test_a_stopped_probe_leaves_its_part_of_a_report(window: MainWindow, tmp_path: Path) -> None:
    entry = entry_at(window, 1)
    window.go("probe", entry)
    page = cast("ProbePage", window.page("probe"))
    add_report(window.session.library.library, tmp_path, entry, {"direct": (0.9, 0.0)}, complete=False)
    job = Job(ProbeSpec(entry.id), entry.name)
    job.apply(Failure("cancelled", "The job was cancelled."), 1.0)
    finished(window, job)
    assert page.view.report is not None
    assert not page.view.report.complete


def test_a_scan_fills_in_the_names_of_the_erase_page(window: MainWindow, folder: Path) -> None:
    add_knowledge(folder)
    job = Job(IdentifySpec())
    job.apply(Result("identify", {"concepts": []}), 1.0)
    window.open_place("jobs")
    finished(window, job)
    assert window.place == "erase"
    assert window.session.form.knowledge.verdict("Ollaby") == "unknown"


def test_what_was_found_earlier_is_known_from_the_start(folder: Path, qtbot: QtBot) -> None:
    add_knowledge(folder)
    window = MainWindow(Session(str(folder)))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.session.form.knowledge.verdict("Grumbo") == "known")
    window.close()


def test_a_job_that_waits_says_its_place_in_the_line(window: MainWindow) -> None:
    queue = window.session.jobs
    queue.pause()
    window.submit(EraseSpec("star"))
    window.submit(EraseSpec("car"))
    assert window.place == "jobs"
    assert "Queued #2. The queue is paused." in window.notice.text.text()
    assert window.notice.action.text() == "Go on"
    assert [job.state for job in queue.jobs] == [JobState.QUEUED, JobState.QUEUED]


def test_compare_shows_a_hardened_entry_beside_the_older_one(window: MainWindow, tmp_path: Path) -> None:
    library, old = window.session.library.library, entry_at(window, 0)
    new = add_entry(library, tmp_path, "car", "object", "crate", start=old.id)
    window.go("compare", new)
    page = cast("ComparePage", window.page("compare"))
    assert page.pair.isVisible()
    assert page.pair.pair is not None
    assert page.pair.host.value == "animatediff"
    window.go("compare", old)
    assert not page.pair.isVisible()
