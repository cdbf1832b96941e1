"""The Jobs page: what it shows of a job, what can be done by button and key, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.errors import FailureKind
from core.jobs.events import Failure, Metric, Preview, Progress, Result, Stage
from core.jobs.spec import EraseSpec, JobSpec, ProbeSpec
from gui.pages.jobs import JobsPage
from gui.state.jobs import Job, JobState
from gui.state.session import Session
from gui.state.settings_model import SettingsModel
from gui.widgets.curve import Curve
from gui.widgets.shortcuts import bind

LEFT = Qt.MouseButton.LeftButton
HOPPING = EraseSpec("Pipwick", prompt="Pipwick bouncing in a meadow")
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[JobsPage]:
    """The page over a paused queue; tests put jobs in by hand, and no engine is started."""
    session = Session(str(tmp_path / "library"), SettingsModel(tmp_path / "settings.toml"))
    session.jobs.pause()
    made = JobsPage(session)
    qtbot.addWidget(made)
    bind(made, made.commands)
    made.show()
    yield made
    made.close_down()
    session.jobs.running = None
    session.close()


def put(page: JobsPage, spec: JobSpec = HOPPING) -> Job:
    """A waiting job."""
    return page.queue.add(spec)


def run(page: JobsPage, spec: JobSpec = HOPPING) -> Job:
    """A running job that no engine knows of."""
    job = page.queue.running = put(page, spec)
    job.start(0.0)
    page.queue.changed.emit(job)
    return job


def end(page: JobsPage, job: Job, event: Result | Failure) -> None:
    """A job ends as the engine would have it."""
    page.queue.running = job
    page.queue.worker.events.emit([event])


def words(page: QWidget) -> str:
    """All that is written on the visible labels."""
    return "\n".join(shown.text() for shown in page.findChildren(QLabel) if shown.isVisible())


def press(page: QWidget, text: str, qtbot: QtBot) -> None:
    """Press the visible button with this text."""
    found = next(b for b in page.findChildren(QPushButton) if b.text().strip() == text and b.isVisible())
    qtbot.mouseClick(found, LEFT)


def test_a_job_shows_stage_count_preview_and_curves(page: JobsPage) -> None:
    job = run(page)
    for event in (Stage("Erase", 2, 5), Progress(3, 10, 40.0), Preview(PNG, "before"), Metric("loss", 1, 0.5)):
        job.apply(event, 1.0)
    job.heard = 1e12
    page.queue.changed.emit(job)
    assert "Erase (2 of 5)" in words(page)
    assert "3 of 10" in words(page)
    assert "about 40 seconds left" in words(page)
    assert page.panel.figures.preview.picture() is not None
    assert [curve.title for curve in page.findChildren(Curve)] == ["Loss"]
    assert page.panel.cancel.isVisible()
    end(page, job, Result("erase", {"entry": "some-entry"}))
    assert page.panel.open.isVisible()
    assert not page.panel.cancel.isVisible()


def test_a_probe_shows_a_line_for_each_probe_instead_of_curves(page: JobsPage) -> None:
    job = run(page, ProbeSpec("x", ("direct", "token_search")))
    for event in (Stage("By name", 1, 3), Metric("direct", 1, 0.0), Metric("token_search", 2, 0.25)):
        job.apply(event, 1.0)
    page.queue.changed.emit(job)
    assert page.panel.figures.rates.rates == {"By name": 0.0, "Searched words": 0.25}
    assert page.findChildren(Curve) == []
    end(page, job, Result("probe", {"entry": "some-entry"}))
    assert page.panel.open.accessibleName() == "Read the report"


def test_the_page_follows_the_running_job_until_someone_looks_at_another(page: JobsPage) -> None:
    first, second = run(page), put(page)
    assert page.job is first
    end(page, first, Failure("internal", "No."))
    page.queue.running = second
    page.queue.changed.emit(second)
    assert page.job is second
    page.list.setCurrentIndex(page.queue.index(page.queue.jobs.index(first)))
    page.queue.changed.emit(second)
    assert page.job is first


def test_a_failed_job_says_what_why_what_to_do_and_in_which_stage(page: JobsPage) -> None:
    job = run(page)
    job.apply(Stage("Erase", 2, 5), 1.0)
    end(page, job, Failure("memory", "The device ran out of memory.", "The clip is <b>large</b>.", "Ask for less."))
    for part in ("The device ran out of memory.", "The clip is <b>large</b>.", "Ask for less.", "Failed in “Erase”"):
        assert part in words(page)


@pytest.mark.parametrize("kind", [*FailureKind, "yet unheard of"])
def test_every_failure_offers_a_way_out(page: JobsPage, kind: str) -> None:
    end(page, run(page), Failure(kind, "It failed."))
    offered = [b.text() for b in page.panel.problem.findChildren(QPushButton) if b.isVisible()]
    assert offered
    assert page.panel.problem.isVisible()


def test_less_memory_is_set_and_the_job_queued_again(page: JobsPage, qtbot: QtBot) -> None:
    job = run(page)
    end(page, job, Failure("memory", "The device ran out of memory."))
    press(page.panel.problem, "Retry with less memory", qtbot)
    assert page.session.settings.value.memory == "low"
    again = page.queue.waiting()[0]
    assert (again.spec, again.attempts) == (job.spec, 2)
    assert page.job is again
    end(page, again, Failure("memory", "The device ran out of memory."))
    page.choose(again)
    shown = [b.text().strip() for b in page.panel.problem.findChildren(QPushButton) if b.isVisible()]
    assert shown == ["Retry", "Change the settings"], "there is nothing below the lowest setting"


@pytest.mark.parametrize(
    ("kind", "text", "place", "thing"),
    [
        ("input", "Change the settings", "erase", HOPPING),
        ("storage", "Choose another folder", "settings", "library"),
        ("damaged", "Open the library", "library", None),
    ],
)
def test_a_remedy_leads_where_it_is_done(
    page: JobsPage, qtbot: QtBot, kind: str, text: str, place: str, thing: Any
) -> None:
    end(page, run(page), Failure(kind, "It failed."))
    with qtbot.waitSignal(page.went) as heard:
        press(page.panel.problem, text, qtbot)
    assert heard.args == [place, thing]


def test_a_job_can_be_edited_and_run_again(page: JobsPage, qtbot: QtBot) -> None:
    job = put(page)
    page.queue.cancel(job)
    with qtbot.waitSignal(page.went) as heard:
        press(page, "Edit and run again", qtbot)
    assert heard.args == ["erase", HOPPING]


def test_waiting_jobs_move_by_key(page: JobsPage, qtbot: QtBot) -> None:
    first, second = put(page), put(page, EraseSpec("car"))
    page.choose(second)
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert page.queue.jobs == [second, first]
    assert page.job is second
    assert page.list.currentIndex().row() == 0
    qtbot.keyClick(page.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert page.queue.jobs == [first, second]


def test_removing_can_be_undone(page: JobsPage, qtbot: QtBot) -> None:
    first, second = put(page), put(page, EraseSpec("car"))
    page.choose(first)
    page.list.setFocus()
    with qtbot.waitSignal(page.noticed) as heard:
        qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert page.queue.jobs == [second]
    assert page.job is second
    assert heard.args is not None
    heard.args[2]()
    assert page.queue.jobs == [second, first]


def test_a_paused_queue_says_so_and_goes_on(page: JobsPage, qtbot: QtBot) -> None:
    put(page)
    assert "A job waits until you let it go on." in words(page)
    put(page)
    assert "2 jobs wait until you let them go on." in words(page)
    page.queue.remove(page.queue.waiting())
    assert not page.go_on.isVisible()
    qtbot.mouseClick(page.pause, LEFT)
    assert not page.queue.paused
    assert page.pause.accessibleName() == "Pause after the running job"


def test_what_is_unusual_about_the_queue_is_told(page: JobsPage) -> None:
    put(page)
    page.queue.note = "Another window has it."
    page.queue.turned.emit()
    assert "Another window has it." in words(page)


def test_only_what_is_over_is_tidied_away(page: JobsPage, qtbot: QtBot) -> None:
    waiting, over = put(page), put(page)
    assert not page.tidy.isEnabled()
    page.queue.cancel(over)
    qtbot.mouseClick(page.tidy, LEFT)
    assert page.queue.jobs == [waiting]
    assert waiting.state is JobState.QUEUED


def test_an_empty_page_teaches_and_leads_to_erase(page: JobsPage, qtbot: QtBot) -> None:
    assert "No jobs yet" in words(page)
    with qtbot.waitSignal(page.went) as heard:
        press(page, "Erase a concept", qtbot)
    assert heard.args == ["erase", None]


def test_every_command_can_be_run_at_any_time(page: JobsPage) -> None:
    for command in page.commands:
        if command.key != "jobs.many" and command.enabled():
            command.run()
    assert len({command.key for command in page.commands}) == len(page.commands)


def test_a_result_of_a_vanished_entry_is_told_in_words(page: JobsPage, qtbot: QtBot) -> None:
    job = run(page)
    end(page, job, Result("erase", {"entry": "20260101-gone-abcdef"}))
    with qtbot.waitSignal(page.noticed) as heard:
        qtbot.mouseClick(page.panel.open, LEFT)
    assert "20260101-gone-abcdef" in str(heard.args)
