"""What a window meets in the wild: broken files, folders that go, disks that refuse. It says so and loses nothing."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from core.errors import InputError
from core.jobs.queue import QueueFile
from core.jobs.spec import IdentifySpec, ScoreSpec, ShootSpec
from core.jobs.validate import validate
from core.library.store import Library
from gui.pages.compare import ComparePage
from gui.pages.studio import StudioPage
from gui.state.library_model import LibraryModel
from gui.widgets.empty import EmptyState
from gui.window import MainWindow
from tests.gui.takes import add_takes

PATIENCE = 10_000
HUGE = 10**400
"""A whole number that JSON may hold and no float can."""


def _empty_words(window: MainWindow, key: str) -> list[str]:
    shown = [state for state in window.page(key).findChildren(EmptyState) if state.isVisible()]
    return [state.heading.text() for state in shown]


def _lose(window: MainWindow, folder: Path, qtbot: QtBot) -> Path:
    """Take the library's folder away while the window shows it."""
    assert window.session.library.kept
    away = folder.rename(folder.with_name("away"))
    qtbot.waitUntil(lambda: window.session.library.lost, timeout=PATIENCE)
    return away


def test_every_page_says_that_the_folder_is_gone_and_none_makes_it_again(
    window: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    entry = window.session.library.kept[0].id
    away = _lose(window, folder, qtbot)
    for key in ("compare", "probe", "studio", "library"):
        window.open_place(key)
        qtbot.waitUntil(lambda key=key: _empty_words(window, key) == ["The library’s folder is gone"], timeout=PATIENCE)
    window.session.jobs.pause()
    window.session.studio.set(text="Pipwick runs")
    studio = window.page("studio")
    assert isinstance(studio, StudioPage)
    studio.submit()
    window.session.studio.add_entry(entry, "Pipwick")
    studio.submit()
    assert not folder.exists()
    away.rename(folder)
    qtbot.waitUntil(lambda: len(window.session.library.kept) == 2, timeout=PATIENCE)


def test_the_queue_says_while_it_is_not_saved_and_falls_silent_after(
    window: MainWindow, folder: Path, qtbot: QtBot
) -> None:
    jobs = window.session.jobs
    jobs.restore()
    jobs.pause()
    away = _lose(window, folder, qtbot)
    jobs.add(IdentifySpec(library=str(folder)))
    qtbot.waitUntil(lambda: jobs.note.startswith("The list of jobs is not saved."), timeout=PATIENCE)
    away.rename(folder)
    jobs.add(IdentifySpec(library=str(folder)))
    qtbot.waitUntil(lambda: not jobs.note, timeout=PATIENCE)
    assert len(json.loads((folder / "queue.json").read_text("utf-8"))["jobs"]) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"created": 5},
        {"attempts": "many"},
        {"result": [["x"]]},
        {"seconds": HUGE},
        {"state": []},
        {"about": None},
        {"spec": {"job": "score", "entry": 5}},
        {"spec": {"job": "score"}},
        {"spec": {"job": "identify", "concepts": [1]}},
        {"spec": {"job": []}},
    ],
    ids=str,
)
def test_a_queue_that_was_changed_by_hand_is_left_as_it_is(tmp_path: Path, changes: dict[str, Any]) -> None:
    job = {"spec": {"job": "score", "entry": "Pipwick"}, "state": "queued"}
    text = json.dumps({"schema": 1, "jobs": [job, {**job, **changes}]})
    (tmp_path / "queue.json").write_text(text, "utf-8")
    file = QueueFile(tmp_path)
    assert file.open() == ()
    file.write(())
    file.close()
    assert "“queue.json” cannot be used" in file.note
    assert (tmp_path / "queue.json").read_text("utf-8") == text
    assert (tmp_path / "queue-2.json").exists()


def _spoil(gallery: Path) -> int:
    """Put strange files beside the takes, and strange values into their descriptions; the number of takes now."""
    clip = next(gallery.glob("*.webm"))
    strange: list[Any] = [HUGE, -1, True, [], {"a": 1}, "x" * 5000, "\u202eabc\n", None]
    names = (
        "prompt",
        "negative_prompt",
        "seed",
        "host",
        "encoder",
        "strength",
        "steps",
        "guidance",
        "order",
        "created",
    )
    for at, value in enumerate(strange):
        copy = Path(shutil.copy(clip, gallery / f"strange-{at}.webm"))
        copy.with_name(f"{copy.name}.json").write_text(json.dumps(dict.fromkeys(names, value)), "utf-8")
    (gallery / "loop.webm").symlink_to(gallery / "loop.webm")
    (gallery / "empty.webm").write_bytes(b"")
    os.utime(shutil.copy(clip, gallery / "old.webm"), (0, -(10.0**11)))
    return sum(path.is_file() for path in gallery.iterdir() if path.name.endswith((".webm", ".png")))


@pytest.mark.skipif(os.name == "nt", reason="needs links that lead to themselves")
def test_strange_takes_hide_no_others_and_can_be_used(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    add_takes(folder)
    count = _spoil(folder / "gallery")
    window.open_place("studio")
    page = window.page("studio")
    assert isinstance(page, StudioPage)
    qtbot.waitUntil(lambda: len(page.gallery.rows) == count, timeout=PATIENCE)
    for at, take in enumerate(page.gallery.rows):
        page.shown.grid.setCurrentIndex(page.gallery.index(at))
        page.form.fill(take)
        page.form.check()
        page.form.told()


def _no_clips(folder: Path) -> dict[str, bytes]:
    some = next(folder.rglob("*.webm")).read_bytes()
    return {
        "zero.webm": b"",
        "words.mp4": b"not a clip " * 99,
        "cut.webm": some[:900],
        "program.mkv": b"MZ" + bytes(999),
        "broken.gif": b"GIF89a" + bytes(99),
        "broken.png": b"\x89PNG\r\n\x1a\n" + bytes(99),
    }


def test_files_that_are_no_clips_say_so_in_their_panes(
    window: MainWindow, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    files = _no_clips(folder)
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    window.open_place("compare")
    page = window.page("compare")
    assert isinstance(page, ComparePage)
    window.go("compare", [tmp_path / name for name in files])
    qtbot.waitUntil(lambda: len(page.loader.problems) == len(files), timeout=PATIENCE)
    for name, told in zip(files, page.loader.problems.values(), strict=True):
        assert name in told
        assert "Choose" in told


def _trashed(model: LibraryModel, qtbot: QtBot) -> str:
    entry = model.kept[0].id
    model.trash([entry])
    qtbot.waitUntil(lambda: all(row.id != entry for row in model.kept), timeout=PATIENCE)
    return entry


def test_a_job_that_needs_a_trashed_entry_says_where_it_is(model: LibraryModel, folder: Path, qtbot: QtBot) -> None:
    entry = _trashed(model, qtbot)
    where = str(folder)
    for spec in (ScoreSpec(entry, library=where), ShootSpec(("a car",), entries=(entry,), library=where)):
        with pytest.raises(InputError, match=r"is in the trash\. Restore it first\."):
            validate(spec)


CHANGES: dict[str, Callable[[LibraryModel, str], None]] = {
    "The name is longer": lambda model, entry: model.rename(entry, "x" * 300),
    "no control characters": lambda model, entry: model.rename(entry, "a\0b"),
    "The notes have 1,000,000 characters.": lambda model, entry: model.annotate([entry], notes="n" * 1_000_000),
    "cannot be a tag": lambda model, entry: model.annotate([entry], tags=["t" * 61]),
    "at most 50 tags": lambda model, entry: model.annotate([entry], tags=[str(k) for k in range(51)]),
}


@pytest.mark.parametrize("told", CHANGES)
def test_what_cannot_be_written_is_told_and_changes_nothing(model: LibraryModel, told: str, qtbot: QtBot) -> None:
    before = Library(model.library.root).entries()
    with qtbot.waitSignal(model.failed, timeout=PATIENCE) as failed:
        CHANGES[told](model, model.kept[0].id)
    assert told in str(failed.args)
    assert Library(model.library.root).entries() == before


@pytest.mark.parametrize("name", ["😀 ﷽ مرحبا", "\u05e9\u05dc\u05d5\u05dd", "%s {name} \\", "<b>&amp;</b>"])
def test_names_of_every_script_are_kept_as_they_are(model: LibraryModel, name: str, qtbot: QtBot) -> None:
    with qtbot.waitSignal(model.done, timeout=PATIENCE):
        model.rename(model.kept[0].id, name)
    assert model.kept[0].name == name


def test_a_draft_of_another_shape_leaves_the_forms_usable(window: MainWindow, folder: Path) -> None:
    strange = json.dumps({"job": "erase", "concept": 5, "text": "x" * 99_999, "steps": HUGE})
    (folder / "studio.json").write_text(strange, "utf-8")
    window.open_place("studio")
    window.session.form.restore(json.loads(strange))
    assert window.session.form.concept == ""
    assert window.session.studio.text == ""
    assert window.session.studio.steps == 0
