"""The GPU pack among the settings: shown where it is of use, installed by the real pip, stopped, switched, removed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from core.hardware.checks import Level, Verdict
from core.hardware.devices import Device, Driver
from core.hardware.pack.install import Step
from core.hardware.pack.place import Place, choice, decide
from core.hardware.pack.standing import Standing, State, standing
from gui.pages.settings import SettingsPage
from gui.state.gpu_pack import GpuPack, Progress
from gui.state.session import Session
from gui.widgets.gpu_pack_card import GpuPackCard
from gui.widgets.gpu_pack_dialog import GpuPackDialog
from gui.widgets.verdict import VerdictLine
from tests.core.hardware.pack.samples import put, shelf
from tests.gui.signals import args_of

CARD = (Device("cuda:0", "Some GPU", 12_000_000_000, 9_000_000_000, capability=(8, 6)),)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """The place of a pack, and an index on the disk."""
    made = shelf(tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return made


def pack_at(place: Place) -> GpuPack:
    """The state for a computer whose driver reports a card."""
    return GpuPack(place=place, looking=lambda: standing(place, "", Driver("580.1", 13), CARD))


@pytest.fixture
def card(place: Place, qtbot: QtBot) -> Iterator[GpuPackCard]:
    pack = pack_at(place)
    made = GpuPackCard(pack)
    qtbot.addWidget(made)
    asked(pack, qtbot)
    yield made
    pack.close()


def asked(pack: GpuPack, qtbot: QtBot) -> None:
    """Until it is known where it stands."""
    with qtbot.waitSignal(pack.changed):
        pack.ask()


def settled(card: GpuPackCard, qtbot: QtBot, state: State) -> None:
    """Until nothing is being done any more, and the pack stands there."""
    pack = card.pack

    def is_so() -> bool:
        return pack.progress is None and pack.standing is not None and pack.standing.state is state

    qtbot.waitUntil(is_so, timeout=30_000)


def test_a_computer_without_a_card_sees_nothing_of_it(place: Place, qtbot: QtBot) -> None:
    pack, around = GpuPack(place=place), QWidget()
    made = GpuPackCard(pack, around)
    qtbot.addWidget(around)
    around.show()
    assert not made.isVisible()
    pack.standing = Standing(State.NO_CARD, "none")
    pack.changed.emit()
    assert not made.isVisible()
    pack.close()


def test_it_is_installed_once_the_licence_is_accepted(card: GpuPackCard, place: Place, qtbot: QtBot) -> None:
    decide(place.root, accepted="")
    assert not card.isHidden()
    assert "Some GPU" in card.words.text()
    card.install.click()
    dialog = card.findChildren(GpuPackDialog)[-1]
    assert not dialog.go.isEnabled()
    dialog.accept_it.click()
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert not card.cancel.isHidden()
    assert card.install.isHidden()
    settled(card, qtbot, State.READY)
    assert choice(place.root).accepted == "Terms"
    assert (card.problem.text(), card.install.isHidden(), card.remove.isHidden()) == ("", True, False)
    assert card.words.text().startswith("Jobs can use Some GPU")


def test_a_stop_leaves_no_pack_and_no_complaint(card: GpuPackCard, place: Place, qtbot: QtBot) -> None:
    card.pack.install()
    card.cancel.click()
    settled(card, qtbot, State.ABSENT)
    assert (card.problem.text(), place.marker()) == ("", None)


def test_what_went_wrong_is_said(card: GpuPackCard, place: Place, qtbot: QtBot) -> None:
    for path in (place.root.parent / "index").iterdir():
        path.unlink()
    card.pack.install()
    settled(card, qtbot, State.ABSENT)
    assert "does not have what is needed" in card.problem.text()
    assert not card.install.isHidden()


def test_a_pack_is_switched_off_and_on_and_removed(card: GpuPackCard, place: Place, qtbot: QtBot) -> None:
    put(place)
    asked(card.pack, qtbot)
    assert card.on.isChecked()
    card.on.click()
    settled(card, qtbot, State.OFF)
    assert choice(place.root).use == "never"
    card.on.click()
    settled(card, qtbot, State.READY)
    answered(card, "Cancel", card.ask_to_remove)
    assert place.marker() is not None
    answered(card, "Remove", card.ask_to_remove)
    settled(card, qtbot, State.ABSENT)
    assert place.marker() is None


def answered(card: GpuPackCard, button: str, ask: Callable[[], None]) -> None:
    def press() -> None:
        box = card.findChildren(QMessageBox)[-1]
        next(b for b in box.buttons() if b.text() == button).click()

    QTimer.singleShot(50, press)
    ask()


def test_a_pack_that_fails_says_why_and_can_be_tried_again(card: GpuPackCard, place: Place, qtbot: QtBot) -> None:
    put(place, problem="ImportError: no")
    asked(card.pack, qtbot)
    assert "ImportError: no" in card.words.text()
    card.check.click()
    settled(card, qtbot, State.READY)
    assert card.check.isHidden()


def test_the_bar_tells_how_far_it_is() -> None:
    assert Progress(Step.DOWNLOAD, 1_300_000_000, 2_600_000_000).words == "Downloading: 1.3 GB of 2.6 GB"
    assert Progress(Step.UNPACK, 0, 4_000_000_000).words.startswith("Unpacking")
    assert Progress(Step.TRY, 0, 1).words == "Trying it…"


def test_the_page_goes_to_it_once_there_is_something_to_see(folder: Path, place: Place, qtbot: QtBot) -> None:
    session = Session(str(folder))
    page = SettingsPage(session)
    qtbot.addWidget(page)
    page.pack.close()
    with qtbot.waitExposed(page):
        page.show()
    page.take("gpu")
    assert not page.gpu.install.hasFocus()
    page.pack.place, page.pack.standing = place, standing(place, "", Driver("580.1", 13), CARD)
    page.pack.changed.emit()
    qtbot.waitUntil(lambda: page.focusWidget() is page.gpu.install)
    page.close_down()
    session.close()


def test_the_welcome_leads_to_it(qtbot: QtBot) -> None:
    line = VerdictLine(Verdict("gpu", "Graphics card", Level.NOTE, "There.", "See.", "gpu"))
    qtbot.addWidget(line)
    with qtbot.waitSignal(line.followed) as told:
        line.way.click()
    assert args_of(told) == ["gpu"]
