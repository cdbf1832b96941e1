"""The log: nothing is lost on the way to the window, and nothing floods it."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import qWarning
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.jobs.events import Failure, Log
from core.jobs.spec import EraseSpec
from gui.state.jobs import Job
from gui.state.log_model import KEPT, RECORD_ROLE, LogFilter, LogModel, Record
from gui.state.watch import Watch, written

LOG = logging.getLogger("tests.log")


@pytest.fixture
def model() -> Iterator[LogModel]:
    made = LogModel()
    made.listen()
    yield made
    made.close()


def texts(model: LogModel | LogFilter) -> list[str]:
    return [model.index(row, 0).data(RECORD_ROLE).text for row in range(model.rowCount())]


def test_records_of_any_thread_arrive(model: LogModel, qtbot: QtBot) -> None:
    LOG.warning("from %s", "here")
    threads = [threading.Thread(target=LOG.warning, args=("from thread %d", number)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    qtbot.waitUntil(lambda: model.rowCount() == 5)
    assert set(texts(model)) == {"from here", *(f"from thread {number}" for number in range(4))}


def test_a_flood_reaches_the_window_in_one_piece_and_the_oldest_go(model: LogModel, qtbot: QtBot) -> None:
    told: list[int] = []
    model.rowsInserted.connect(lambda _parent, first, last: told.append(last - first + 1))
    for number in range(KEPT + 100):
        LOG.info("line %d", number)
    qtbot.waitUntil(lambda: model.rowCount() == KEPT)
    assert told == [KEPT]
    LOG.info("one more")
    qtbot.waitUntil(lambda: texts(model)[-1:] == ["one more"])
    assert model.rowCount() == KEPT
    assert texts(model)[0] == "line 101"


def test_a_traceback_stands_below_the_line(model: LogModel, qtbot: QtBot) -> None:
    try:
        raise ValueError("no such thing")
    except ValueError:
        LOG.exception("It failed")
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    record: Record = model.index(0, 0).data(RECORD_ROLE)
    assert (record.text, record.level) == ("It failed", logging.ERROR)
    assert "ValueError: no such thing" in record.detail
    assert "\n" not in model.index(0, 0).data()


def test_what_jobs_say_is_taken_over_once(model: LogModel) -> None:
    job = Job(EraseSpec(concept="Pipwick"))
    job.apply(Log("info", "made pictures"), 1.0)
    model.follow(job)
    job.apply(Log("warning", "few pictures"), 2.0)
    model.follow(job)
    model.follow(job)
    job.apply(Failure("memory", "The device ran out of memory.", "", "Ask for less.", "Traceback:\n  deep"), 3.0)
    model.follow(job)
    model.follow(job)
    model.drain()
    assert texts(model) == [
        "Erase Pipwick: made pictures",
        "Erase Pipwick: few pictures",
        "Erase Pipwick: The device ran out of memory. Ask for less.",
    ]
    levels = [model.index(row, 0).data(RECORD_ROLE).level for row in range(3)]
    assert levels == [logging.INFO, logging.WARNING, logging.ERROR]
    assert model.index(2, 0).data(RECORD_ROLE).detail == "Traceback:\n  deep"


def test_the_filter_goes_by_level_and_words(model: LogModel) -> None:
    LOG.info("all is well")
    LOG.warning("Disk is nearly full")
    LOG.error("disk is full")
    model.drain()
    shown = LogFilter(model)
    shown.narrow(logging.WARNING, "")
    assert texts(shown) == ["Disk is nearly full", "disk is full"]
    shown.narrow(logging.DEBUG, "FULL nearly")
    assert texts(shown) == ["Disk is nearly full"]
    assert "Warning tests.log: Disk is nearly full" in shown.text([0])
    shown.narrow(logging.DEBUG, "")
    assert shown.rowCount() == 3


def test_clear_forgets_and_goes_on(model: LogModel) -> None:
    LOG.info("before")
    model.drain()
    model.clear()
    LOG.info("after")
    model.drain()
    assert texts(model) == ["after"]


def test_a_closed_model_hears_nothing(model: LogModel) -> None:
    model.close()
    LOG.error("too late")
    model.drain()
    assert model.rowCount() == 0


def test_an_exception_that_nobody_caught_is_told_once_in_a_while(model: LogModel) -> None:
    watch, told = Watch(), []
    watch.failed.connect(lambda text, action, act: told.append((text, action, act)))
    watch.open_log = model.clear
    with watch.installed():
        for _ in range(3):
            try:
                raise RuntimeError("broken slot")
            except RuntimeError:
                sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        thread = threading.Thread(target=int, args=("x",))
        thread.start()
        thread.join()
    assert sys.excepthook != watch.caught
    model.drain()
    assert texts(model)[:1] == ["RuntimeError: broken slot"]
    assert texts(model)[3].startswith("ValueError")
    assert len(told) == 1
    assert "Traceback" not in told[0][0]
    assert told[0][2] == model.clear


def test_a_broken_slot_does_not_end_the_window(model: LogModel, qtbot: QtBot) -> None:
    button, watch = QPushButton(), Watch()
    qtbot.addWidget(button)
    button.clicked.connect(lambda: {}["nothing"])
    with watch.installed(), qtbot.waitSignal(watch.failed):
        button.click()
    model.drain()
    assert texts(model) == ["KeyError: 'nothing'"]


def test_what_qt_warns_of_is_in_the_log(model: LogModel) -> None:
    with Watch().installed():
        qWarning("a widget is upside down")
    model.drain()
    assert texts(model) == ["a widget is upside down"]


def test_the_log_is_written_to_a_file_and_a_crash_beside_it(tmp_path: Path) -> None:
    with written(tmp_path / "logs"):
        LOG.warning("Bücher")
    LOG.warning("later")
    assert (tmp_path / "logs/lacuna.log").read_text("utf-8").endswith("WARNING tests.log: Bücher\n")
    assert (tmp_path / "logs/crash.log").exists()


def test_a_folder_that_cannot_be_written_to_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with written(tmp_path / "file"):
        LOG.warning("nowhere")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b""
