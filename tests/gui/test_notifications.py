"""What the desktop is told of jobs that end while nobody looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

from core.jobs.events import Event, Failure, Result
from core.jobs.spec import EraseSpec
from gui.state.job_queue import JobQueue
from gui.state.jobs import Job
from gui.state.notifications import Notifier, news
from gui.state.session import Session
from gui.state.settings_model import SettingsModel
from gui.widgets.desktop_notice import DesktopNotice


def over(event: Event) -> Job:
    """A job that ended so, after 70 seconds."""
    job = Job(EraseSpec("Pipwick"))
    job.start(0.0)
    job.apply(event, 70.0)
    return job


DONE, FAILED = Result("erase", {"entry": "x"}), Failure("memory", "The device ran out of memory.", "why")


@pytest.fixture
def queue() -> Iterator[JobQueue]:
    """An idle queue."""
    made = JobQueue()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("event", "waiting", "said"),
    [
        (DONE, 0, "Done in 70 seconds."),
        (DONE, 1, "Done in 70 seconds. One more job waits."),
        (FAILED, 3, "The device ran out of memory. 3 more jobs wait."),
        (Failure("cancelled", "The job was cancelled."), 0, ""),
    ],
)
def test_the_news_of_a_job(event: Event, waiting: int, said: str) -> None:
    assert news(over(event), waiting) == said


def test_a_desktop_without_a_tray_is_told_what_it_can_be(qtbot: QtBot, tmp_path: Path) -> None:
    session = Session(str(tmp_path), SettingsModel(tmp_path / "settings.toml"))
    window = QWidget()
    qtbot.addWidget(window)
    shown: list[Job] = []
    notice = DesktopNotice(window, session, shown.append)
    with qtbot.waitSignal(notice.notifier.told):
        session.jobs.finished.emit(over(DONE))
    assert not notice.findChildren(QSystemTrayIcon)
    assert shown == []
    session.close()


def test_only_someone_who_does_not_look_is_told(queue: JobQueue, qtbot: QtBot) -> None:
    looking = True
    notifier = Notifier(queue, lambda: looking)
    with qtbot.assertNotEmitted(notifier.told):
        queue.finished.emit(over(DONE))
    looking = False
    job = over(FAILED)
    with qtbot.waitSignal(notifier.told) as heard:
        queue.finished.emit(job)
    assert heard.args == ["Erase Pipwick", "The device ran out of memory.", job]
