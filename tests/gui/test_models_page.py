"""The Models page as a person uses it: download, pause, go on, refuse a licence, add by drop, remove, and erase."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from core.models.downloads import State
from core.models.registry import Registry
from core.models.token import set_token, token_file
from core.settings import change
from gui.pages.models import ModelsPage
from gui.state.model_row import Act
from gui.state.session import Session
from gui.widgets.import_model_dialog import ImportModelDialog
from gui.widgets.licence_dialog import DownloadDialog
from gui.widgets.model_details import facts
from gui.widgets.token_dialog import TokenDialog
from tests.core.models.shelf import FILES, TOTAL, ready, small
from tests.gui.dropping import drop
from tests.gui.model_samples import write_offered, write_own
from tests.gui.signals import args_of
from tests.models import write_checkpoint
from tests.server import Fault, FileServer, serving

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
LEFT = Qt.MouseButton.LeftButton
REMOTE = "unet/model.fp16.safetensors"
Dialog = TypeVar("Dialog", bound=QWidget)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The models folder, with one small model on offer beside the usual ones."""
    change(models=str(tmp_path / "models"))
    small(tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    with serving(FILES) as made:
        ready(monkeypatch, made.url)
        yield made


@pytest.fixture
def page(root: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[ModelsPage]:
    session = Session(str(tmp_path / "library"))
    made = ModelsPage(session)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: made.model.row("small") is not None)
    assert root == made.model.downloading.downloads.registry.root
    yield made
    made.close_down()
    session.close()


def choose(page: ModelsPage, name: str, qtbot: QtBot) -> None:
    """Choose a model by its id."""
    page.take(name)
    qtbot.waitUntil(lambda: page.chosen is not None and page.chosen.id == name)


def press(page: ModelsPage, act: Act, qtbot: QtBot) -> None:
    """Press the button of an act in the panel."""
    row = page.chosen
    assert row is not None
    made = page.details.main if row.first is act else page.details.buttons[act]
    assert made.isVisible()
    qtbot.mouseClick(made, LEFT)


def opened(page: QWidget, kind: type[Dialog]) -> Dialog:
    """The dialog of a kind that is open."""
    return next(dialog for dialog in page.findChildren(kind) if dialog.isVisible())


def waits(page: ModelsPage, name: str, state: State, qtbot: QtBot) -> None:
    """Until a model is in a state."""

    def there() -> bool:
        row = page.model.row(name)
        return row is not None and row.status.state is state

    qtbot.waitUntil(there, timeout=10_000)


def answer(page: ModelsPage, words: str, act: Callable[[], object]) -> None:
    """Do something that asks, and press the button of these words."""

    def click() -> None:
        box = page.findChildren(QMessageBox)[-1]
        next(b for b in box.buttons() if b.text() == words).click()

    QTimer.singleShot(50, click)
    act()


def agree(page: ModelsPage, qtbot: QtBot) -> DownloadDialog:
    """Open the dialog of the small model, and accept its licence once its size is known."""
    choose(page, "small", qtbot)
    press(page, Act.DOWNLOAD, qtbot)
    dialog = opened(page, DownloadDialog)
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=10_000)
    assert not dialog.go.isEnabled()
    dialog.accept_it.click()
    return dialog


@pytest.mark.usefixtures("server")
def test_a_download_shows_its_size_and_licence_and_makes_a_model(page: ModelsPage, root: Path, qtbot: QtBot) -> None:
    dialog = agree(page, qtbot)
    assert "300 KB in 2 files" in dialog.amount.text()
    assert "free on the disk" in dialog.disk.text()
    with qtbot.waitSignal(page.model.installed, timeout=10_000):
        qtbot.mouseClick(dialog.go, LEFT)
    waits(page, "small", State.READY, qtbot)
    assert Registry(root).get("small") is not None
    row = page.model.row("small")
    assert row is not None
    assert (row.status.done, row.told()) == (TOTAL, "Ready")
    assert page.session.form.family.name == "starter"
    with qtbot.waitSignal(page.went) as led:
        press(page, Act.ERASE, qtbot)
    assert args_of(led) == ["erase", "small"]


def test_a_download_is_paused_and_goes_on_without_asking_again(
    page: ModelsPage, server: FileServer, qtbot: QtBot
) -> None:
    server.faults[REMOTE] = [Fault("stall", at=200_000)]
    dialog = agree(page, qtbot)
    qtbot.mouseClick(dialog.go, LEFT)
    qtbot.waitUntil(server.stalled.is_set, timeout=10_000)
    waits(page, "small", State.DOWNLOADING, qtbot)
    assert page.details.bar.isVisible()
    assert page.details.note.isVisible()
    press(page, Act.PAUSE, qtbot)
    waits(page, "small", State.PAUSED, qtbot)
    assert page.details.state.text().startswith("Paused at ")
    assert page.chosen is not None
    assert facts(page.chosen)[0] == ("Size", "300 KB")
    press(page, Act.RESUME, qtbot)
    waits(page, "small", State.READY, qtbot)
    assert "Range" in server.of(REMOTE)[-1].headers


@pytest.mark.usefixtures("server")
def test_a_licence_that_is_not_accepted_downloads_nothing(page: ModelsPage, root: Path, qtbot: QtBot) -> None:
    choose(page, "small", qtbot)
    press(page, Act.DOWNLOAD, qtbot)
    dialog = opened(page, DownloadDialog)
    qtbot.waitUntil(lambda: dialog.preview is not None, timeout=10_000)
    qtbot.mouseClick(dialog.go, LEFT)
    assert dialog.isVisible()
    qtbot.mouseClick(dialog.cancel, LEFT)
    with qtbot.waitSignal(page.noticed) as told:
        page.model.start("small")
    assert "licence" in args_of(told)[0]
    assert not (root / "small").exists()


def test_what_stands_against_a_download_is_told_before_it(page: ModelsPage, server: FileServer, qtbot: QtBot) -> None:
    server.repos.clear()
    choose(page, "small", qtbot)
    press(page, Act.DOWNLOAD, qtbot)
    dialog = opened(page, DownloadDialog)
    qtbot.waitUntil(lambda: bool(dialog.problem.text()), timeout=10_000)
    dialog.accept_it.click()
    assert not dialog.go.isEnabled()
    dialog.reject()


def test_a_broken_file_is_found_and_only_that_is_fetched_again(
    page: ModelsPage, server: FileServer, root: Path, qtbot: QtBot
) -> None:
    qtbot.mouseClick(agree(page, qtbot).go, LEFT)
    waits(page, "small", State.READY, qtbot)
    (root / "small" / "unet" / "model.safetensors").write_bytes(b"broken")
    page.model.look()
    waits(page, "small", State.DAMAGED, qtbot)
    asked = len(server.of("unet/config.json"))
    press(page, Act.REPAIR, qtbot)
    waits(page, "small", State.READY, qtbot)
    assert len(server.of("unet/config.json")) == asked


def test_removing_asks_first_and_deletes_what_was_downloaded(page: ModelsPage, root: Path, qtbot: QtBot) -> None:
    write_offered(root, "clip-judge")
    page.model.look()
    waits(page, "clip-judge", State.READY, qtbot)
    choose(page, "clip-judge", qtbot)
    answer(page, "Cancel", lambda: page.do(Act.REMOVE))
    assert Registry(root).get("clip-judge") is not None
    with qtbot.waitSignal(page.noticed):
        answer(page, "Remove", lambda: page.do(Act.REMOVE))
    assert Registry(root).get("clip-judge") is None
    waits(page, "clip-judge", State.ABSENT, qtbot)


def test_a_dropped_checkpoint_is_told_for_what_it_is_and_linked(
    page: ModelsPage, root: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "mine" / "tuned.safetensors"
    write_checkpoint(path, "sd1")
    qtbot.keyClicks(page.search, "xyzzy")
    assert drop(page, [path])
    dialog = opened(page, ImportModelDialog)
    qtbot.waitUntil(lambda: dialog.found is not None, timeout=10_000)
    assert dialog.what.text() == "A text-to-image model of Stable Diffusion 1"
    assert "in one file" in dialog.words.text()
    qtbot.keyClicks(dialog.name, "My own")
    with qtbot.waitSignal(page.model.installed, timeout=10_000):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    (known,) = Registry(root).components()
    assert known.title == "My own"
    assert known.sources["unet"].path == path
    row = page.model.row(known.id)
    assert row is not None
    assert row.own
    assert row.told() == "Ready, where it lies"
    assert page.chosen == row


def test_a_file_that_is_no_model_is_refused_in_words(page: ModelsPage, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "notes.safetensors").write_bytes(b"\x80\x02 no model")
    assert drop(page, [tmp_path / "notes.safetensors"])
    dialog = opened(page, ImportModelDialog)
    qtbot.waitUntil(lambda: bool(dialog.problem.text()), timeout=10_000)
    assert not dialog.go.isEnabled()
    dialog.reject()


def test_files_that_have_moved_are_noticed_and_forgetting_leaves_them(
    page: ModelsPage, root: Path, qtbot: QtBot
) -> None:
    own = write_own(root)
    (path,) = (Path(place) for place in own.files)
    moved = path.rename(path.with_suffix(".elsewhere"))
    page.model.look()
    waits(page, own.id, State.DAMAGED, qtbot)
    choose(page, own.id, qtbot)
    assert page.details.state.text() == "Moved or changed"
    assert path.name in page.details.problem.text()
    assert page.chosen is not None
    assert page.chosen.first is Act.RELINK
    with qtbot.waitSignal(page.noticed):
        answer(page, "Forget", lambda: page.do(Act.REMOVE))
    assert Registry(root).components() == ()
    assert moved.exists()


def test_search_family_and_installed_narrow_the_list(page: ModelsPage, root: Path, qtbot: QtBot) -> None:
    everything = page.model.rowCount()
    qtbot.keyClicks(page.search, "lightning steps")
    assert {row.family for row in page.model.rows} == {"sd1"}
    assert 0 < page.model.rowCount() < everything
    page.search.clear()
    page.family.setCurrentIndex(page.family.findData("sd2"))
    page.family.activated.emit(page.family.currentIndex())
    assert {row.family for row in page.model.rows} == {"sd2", ""}
    qtbot.keyClicks(page.search, "xyzzy")
    assert page.empty.isVisible()
    qtbot.mouseClick(page.empty.action, LEFT)
    assert page.model.rowCount() == everything
    page.shown.chosen.emit("installed")
    assert [row.id for row in page.model.rows] == ["starter"]
    assert root.exists()


@pytest.mark.usefixtures("server")
def test_another_models_folder_counts_at_once(page: ModelsPage, tmp_path: Path, qtbot: QtBot) -> None:
    write_offered(tmp_path / "other", "clip-judge")
    page.session.settings.use_models(tmp_path / "other")
    waits(page, "clip-judge", State.READY, qtbot)
    assert page.model.row("small") is None
    judge = page.model.row("clip-judge")
    assert judge is not None
    page.model.remove(judge)
    waits(page, "clip-judge", State.ABSENT, qtbot)
    assert Registry(tmp_path / "other").components() == ()


def test_an_offline_lacuna_says_so_and_leads_to_the_settings(page: ModelsPage, qtbot: QtBot) -> None:
    page.session.settings.change(offline=True)
    assert page.banner.isVisible()
    with qtbot.waitSignal(page.went) as led:
        qtbot.mouseClick(page.settings, LEFT)
    assert args_of(led)[0] == "settings"


def test_a_token_is_typed_unseen_kept_and_forgotten(
    page: ModelsPage, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    page.ask_token()
    dialog = opened(page, TokenDialog)
    assert dialog.edit.echoMode() is QLineEdit.EchoMode.Password
    qtbot.keyClicks(dialog.edit, "hf_abcdefghijkl")
    qtbot.mouseClick(dialog.keep, LEFT)
    assert token_file().read_text() == "hf_abcdefghijkl"
    set_token("hf_another_one")
    page.ask_token()
    again = opened(page, TokenDialog)
    assert again.edit.text() == ""
    qtbot.mouseClick(again.forget, LEFT)
    assert not token_file().exists()
    again.reject()


def test_every_button_of_the_panel_is_a_command_of_the_palette(page: ModelsPage) -> None:
    keys = {command.key for command in page.commands}
    assert {f"models.{act}" for act in Act} <= keys
    assert all(isinstance(made, QAbstractButton) and made.accessibleName() for made in page.details.buttons.values())
