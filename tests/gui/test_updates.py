"""The window's question for a newer version: only where it is allowed, once a day, and never in anyone's way."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from core.settings import change, load
from core.updates import Feed, Release
from gui.pages.settings import SettingsPage
from gui.state.session import Session
from gui.state.settings_model import SettingsModel
from gui.state.updates import ASKED, Updates
from gui.theme import volatile_settings
from gui.widgets import update_notice
from gui.window import MainWindow
from tests.gui.signals import args_of
from tests.server import Fault, FileServer, clear_network, serving

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.usefixtures("socket_enabled")]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    clear_network(monkeypatch)
    volatile_settings().clear()
    with serving({}) as made:
        told = {"version": "99", "page": f"{made.url}/new", "summary": "<b>Faster</b>"}
        made.files["news.json"] = json.dumps(told).encode()
        yield made


@pytest.fixture
def updates(server: FileServer) -> Iterator[Updates]:
    """Allowed, with a feed."""
    change(updates=True)
    made = Updates(SettingsModel(), Feed(f"{server.plain}/news.json"))
    yield made
    made.close()


def test_a_newer_version_is_found_once_a_day(updates: Updates, server: FileServer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(updates.found, timeout=10_000) as found:
        updates.start()
    release = Release("99", f"{server.url}/new", "<b>Faster</b>")
    assert (args_of(found), updates.release) == ([release], release)
    updates.start()
    updates.close()
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("last", "asked"),
    [(timedelta(hours=23), 0), (timedelta(hours=25), 1), (timedelta(hours=-2), 1), (None, 1)],
)
def test_when_it_asked_last_is_remembered(
    updates: Updates, server: FileServer, last: timedelta | None, asked: int
) -> None:
    then = "nonsense" if last is None else (datetime.now(UTC) - last).isoformat()
    volatile_settings().setValue(ASKED, then)
    updates.start()
    updates.close()
    assert len(server.asked) == asked


@pytest.mark.parametrize("given", [{"updates": False}, {"offline": True}])
def test_nobody_is_asked_where_it_is_not_allowed(updates: Updates, server: FileServer, given: dict[str, bool]) -> None:
    updates._settings.change(**given)
    updates.start()
    updates.close()
    assert server.asked == []
    assert volatile_settings().value(ASKED) is None


def test_allowing_it_asks_at_once(server: FileServer, qtbot: QtBot) -> None:
    settings = SettingsModel()
    made = Updates(settings, Feed(f"{server.plain}/news.json"))
    made.start()
    assert volatile_settings().value(ASKED) is None
    with qtbot.waitSignal(made.found, timeout=10_000):
        settings.change(updates=True)
    made.close()


def test_a_failure_is_for_the_log_alone(
    updates: Updates, server: FileServer, caplog: pytest.LogCaptureFixture, qtbot: QtBot
) -> None:
    server.always["news.json"] = Fault("status", status=500)
    caplog.set_level(logging.INFO)
    with qtbot.waitSignal(updates._errands.done, timeout=10_000):
        updates.start()
    assert updates.release is None
    assert "The server answers 500." in caplog.text


def test_the_same_version_is_no_news(updates: Updates, server: FileServer, qtbot: QtBot) -> None:
    server.files["news.json"] = json.dumps({"version": "0.0.1", "page": f"{server.url}/new"}).encode()
    with qtbot.waitSignal(updates._errands.done, timeout=10_000):
        updates.start()
    assert updates.release is None


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the system's browser was asked to open."""
    addresses: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: addresses.append(url.toString()))
    return addresses


def test_the_window_offers_the_page_once_no_other_notice_is_read(
    window: MainWindow, opened: list[str], qtbot: QtBot
) -> None:
    window.newer._timer.setInterval(1)
    window.say("Something else.")
    window.newer.tell(Release("99", "https://lacuna.example/99", "<b>Faster</b>"))
    assert window.notice.text.text() == "Something else."
    window.notice.dismiss()
    qtbot.waitUntil(lambda: window.notice.text.text() == "Lacuna 99 is out. <b>Faster</b>", timeout=5_000)
    assert window.notice.action.text() == "Open its page"
    window.notice.do()
    assert opened == ["https://lacuna.example/99"]


def test_a_window_that_may_asks_after_it_has_painted(
    folder: Path, server: FileServer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_notice, "PAUSE_MS", 1)
    change(updates=True, welcomed=True)
    session = Session(str(folder))
    session.__dict__["updates"] = Updates(session.settings, Feed(f"{server.plain}/news.json"), session)
    window = MainWindow(session)
    qtbot.addWidget(window)
    with qtbot.waitSignal(session.updates.found, timeout=20_000):
        window.show()
    qtbot.waitUntil(lambda: "Lacuna 99 is out." in window.notice.text.text(), timeout=5_000)
    window.asks = False
    window.close()


def settings_page(folder: Path, source: Feed) -> tuple[SettingsPage, Session]:
    session = Session(str(folder))
    session.__dict__["updates"] = Updates(session.settings, source, session)
    return SettingsPage(session), session


def test_the_setting_turns_it_on_and_shows_what_is_out(
    folder: Path, server: FileServer, opened: list[str], qtbot: QtBot
) -> None:
    page, session = settings_page(folder, Feed(f"{server.plain}/news.json"))
    qtbot.addWidget(page)
    assert page.newer.isHidden()
    with qtbot.waitSignal(session.updates.found, timeout=10_000):
        page.updates.click()
    assert load().settings.updates
    assert (page.newer.text(), page.newer.isHidden()) == ("Lacuna 99 is out", False)
    page.newer.click()
    assert opened == [f"{server.url}/new"]
    page.close_down()
    session.close()


def test_a_copy_without_a_home_cannot_ask_and_says_why(folder: Path, qtbot: QtBot) -> None:
    page, session = settings_page(folder, Feed())
    qtbot.addWidget(page)
    assert not page.updates.isEnabled()
    assert "no address to ask" in page.updates.accessibleDescription()
    page.close_down()
    session.close()
