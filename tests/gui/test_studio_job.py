"""From the Studio's form to takes in its gallery, by the real engine."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from gui.pages.studio import StudioPage
from gui.state.jobs import JobState
from gui.state.session import Session


def test_what_is_asked_for_lands_in_the_gallery(tmp_path: Path, qtbot: QtBot) -> None:
    session = Session(str(tmp_path))
    page = StudioPage(session)
    qtbot.addWidget(page)
    page.show()
    page.form.set(text="a car on a beach", seeds="1-2", host="still", negative="a car", steps=4)
    page.submit()
    assert not page.panel._error.text()
    job = session.jobs.jobs[-1]
    qtbot.waitUntil(lambda: job.over, timeout=120_000)
    assert job.state is JobState.DONE
    assert job.place == "studio"
    qtbot.waitUntil(lambda: page.gallery.rowCount() == 4, timeout=10_000)
    assert [take.seed for take in page.gallery.rows] == [1, 1, 2, 2]
    page.close_down()
    session.close()
    session.library.close()
