"""What leaves the library for other tools and people, and what comes in from them, as a person does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from core.library.bundle import inspect, pack
from core.library.exporters import TARGETS
from core.library.row import row_of
from core.library.store import Library
from gui.pages.library import LibraryPage
from gui.state.arrivals import question, told
from gui.state.exporting import Exporter
from gui.theme import volatile_settings
from gui.widgets.export_dialog import ExportDialog
from tests.core.library.samples import add_real
from tests.gui.library_pages import LEFT, PATIENCE, answer, drop, names, opened


@pytest.fixture
def page(folder: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[LibraryPage]:
    """The page over a copy of the drawn library; files are saved in `out`."""
    with opened(folder, qtbot) as made:
        (tmp_path / "out").mkdir()
        volatile_settings().setValue("save/folder", str(tmp_path / "out"))
        yield made


def bundled(folder: Path, path: Path, name: str = "car") -> Path:
    return pack(Library(folder).get(name), path, "MIT")


def agree(box: QMessageBox) -> None:
    box.buttons()[0].click()


def exporting(folder: Path, target: str) -> Exporter:
    """An exporter of a real entry, for a tool."""
    made = Exporter(folder, row_of(add_real(Library(folder), "Wheels")))
    made.set_target(target)
    return made


def test_an_entry_is_exported_as_a_lora_and_told_with_its_size_rank_and_share(
    page: LibraryPage, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    page.take(add_real(Library(folder), "Wheels").id)
    qtbot.waitUntil(lambda: "Wheels" in names(page), timeout=PATIENCE)
    page.choose_ids([row.id for row in page.model.rows if row.name == "Wheels"])
    dialog = page.passing.export()
    assert dialog is not None
    dialog.targets.setCurrentIndex(dialog.targets.findData("lora"))
    assert dialog.lora.isVisibleTo(dialog)
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE) as noticed:
        qtbot.mouseClick(dialog.go, LEFT)
    told_of = noticed.args[0] if noticed.args else ""
    assert "“Wheels.safetensors”" in told_of
    assert "rank 2, 100.0 % of the change" in told_of
    assert (tmp_path / "out" / "Wheels.safetensors").is_file()


def test_only_what_the_model_can_is_offered_and_only_a_small_lora_asks_for_a_share(page: LibraryPage) -> None:
    dialog = page.passing.export()
    assert dialog is not None
    offered = [dialog.targets.itemData(at) for at in range(dialog.targets.count())]
    assert offered == ["diffusers", "pipeline", "change", "lora"]
    said = dialog.refused.text()
    assert "ComfyUI, Forge. Only the text encoders of Stable Diffusion" in said
    assert "InvokeAI. It is 128 numbers wide" in said
    for tool in (tool for tool in TARGETS if tool.name in offered):
        dialog.targets.setCurrentIndex(dialog.targets.findData(tool.name))
        assert dialog.about.text() == tool.summary
        assert dialog.saver.path.suffix == tool.suffix
        assert dialog.lora.isVisibleTo(dialog) is (tool.name == "lora")
    dialog.reject()


def test_the_tool_of_the_last_time_is_offered_first(page: LibraryPage, folder: Path) -> None:
    exporting(folder, "lora").close()
    dialog = page.passing.export()
    assert dialog is not None
    assert dialog.targets.currentData() == "lora"
    dialog.reject()


def test_an_entry_without_its_model_is_told_before_anything_is_written(page: LibraryPage, folder: Path) -> None:
    lost = row_of(add_real(Library(folder), "Wheels"))._replace(family="gone", kin="sd2")
    dialog = ExportDialog(Exporter(folder, lost), page)
    assert "“Wheels” waits for its model." in dialog.problem.text()
    assert not dialog.go.isEnabled()
    dialog.reject()


def test_what_cannot_be_exported_is_told_in_the_dialog(page: LibraryPage, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = page.passing.export()
    assert dialog is not None
    qtbot.mouseClick(dialog.go, LEFT)
    qtbot.waitUntil(lambda: "another text encoder" in dialog.problem.text(), timeout=PATIENCE)
    assert list((tmp_path / "out").iterdir()) == []
    dialog.reject()


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize("target", ["lora", "diffusers"])
def test_an_export_that_was_stopped_leaves_nothing(folder: Path, tmp_path: Path, target: str, qtbot: QtBot) -> None:
    exporter = exporting(folder, target)
    with qtbot.waitSignal(exporter.failed, timeout=PATIENCE) as failed:
        exporter.save()
        exporter.stop()
    assert failed.args == [""]
    assert list((tmp_path / "out").iterdir()) == []


def test_an_entry_is_passed_on_and_comes_back_out_of_the_bundle(
    page: LibraryPage, tmp_path: Path, qtbot: QtBot
) -> None:
    chosen = page.choice.one
    assert chosen is not None
    dialog = page.passing.pass_on()
    assert dialog is not None
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert inspect(tmp_path / "out" / f"{chosen.name}.lacuna").entry == chosen.id


def test_a_dropped_bundle_is_shown_asked_about_and_taken_in(
    page: LibraryPage, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = bundled(folder, tmp_path / "car.lacuna")
    gone = Library(folder).get("car").id
    page.model.trash([gone])
    page.model.purge([gone])
    qtbot.waitUntil(lambda: names(page) == ["Pipwick"], timeout=PATIENCE)
    asked: list[str] = []
    answer(QMessageBox, lambda box: (asked.append(f"{box.text()} {box.informativeText()}"), agree(box)))
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE, check_params_cb=lambda text, *_: "taken into" in text):
        drop(page, path)
    assert names(page) == ["Pipwick", "car"] or names(page) == ["car", "Pipwick"]
    for part in ("Take “car” into the library?", "Erases: car", "Model: Starter", "Licence of the model: MIT"):
        assert part in asked[0]


def test_a_bundle_that_is_not_wanted_is_left_alone(
    page: LibraryPage, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path = bundled(folder, tmp_path / "car.lacuna")
    with qtbot.waitSignal(page.passing.arrivals.found, timeout=PATIENCE):
        answer(QMessageBox, lambda box: box.reject())
        drop(page, path)
    assert sorted(names(page)) == ["Pipwick", "car"]


def test_a_bundle_that_is_none_is_refused_with_the_reason(page: LibraryPage, tmp_path: Path, qtbot: QtBot) -> None:
    bad = tmp_path / "bad.lacuna"
    bad.write_text("no zip")
    with qtbot.waitSignal(page.noticed, timeout=PATIENCE) as noticed:
        drop(page, bad)
    assert noticed.args is not None
    assert "It is no bundle, or it is cut off." in noticed.args[0]


def test_a_bundle_of_an_unknown_model_and_endless_names_is_still_a_question_to_read(
    folder: Path, tmp_path: Path
) -> None:
    holds = replace(inspect(bundled(folder, tmp_path / "car.lacuna")), name="\n".join(["x"] * 5000), family="other")
    assert question([holds]).count("\n") == 0
    assert len(told([holds])) < 600
    assert "Model: other, which this Lacuna does not have" in told([holds])
    assert told([holds] * 9).count("Erases: car") == 4
    assert question([holds, holds]) == "Take 2 entries into the library?"
