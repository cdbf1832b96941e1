"""The pages, driven as a person drives them."""

from __future__ import annotations

from typing import cast

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.jobs.events import Failure, Metric, Preview, Progress, Result, Stage
from core.jobs.spec import EraseSpec, JobSpec, ProbeSpec
from gui.pages.compare import ComparePage
from gui.pages.erase import ErasePage
from gui.pages.jobs import JobsPage
from gui.pages.library import LibraryPage
from gui.state.erase_form import EraseForm
from gui.state.job_queue import JobQueue
from gui.state.jobs import Job
from gui.state.library_model import LibraryModel
from gui.widgets.curve import Curve
from gui.window import MainWindow
from tests.gui.signals import args_of

LEFT = Qt.MouseButton.LeftButton
_HOPPING = EraseSpec(concept="Pipwick", prompt="Pipwick hopping")


@pytest.fixture
def erase(qtbot: QtBot) -> ErasePage:
    """The Erase page over a fresh form."""
    page = ErasePage(EraseForm())
    qtbot.addWidget(page)
    page.show()
    return page


@pytest.fixture
def compare(model: LibraryModel, qtbot: QtBot) -> ComparePage:
    """The Compare page, with its clips loaded and its clock standing at the first frame."""
    page = ComparePage(model)
    qtbot.addWidget(page, before_close_func=lambda _: page.close_down())
    page.resize(1000, 700)
    page.show()
    qtbot.waitUntil(lambda: page.player.count == 12, timeout=10_000)
    page.player.pause()
    page.player.seek(0)
    return page


@pytest.fixture
def library(model: LibraryModel, qtbot: QtBot) -> LibraryPage:
    """The Library page."""
    page = LibraryPage(model)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.setFocus()
    return page


def links(page: ErasePage) -> list[QPushButton]:
    """The suggestions under the name."""
    return [b for b in page.findChildren(QPushButton) if b.property("role") == "link" and b.isVisible()]


def focused() -> QWidget:
    """The widget that hears the keyboard."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_nothing_named_starts_nothing(erase: ErasePage, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(erase.asked):
        qtbot.mouseClick(erase.start, LEFT)
    assert erase.concept.property("wrong") is True


def test_a_mistyped_name_is_put_right_by_a_click_and_starts_by_the_keyboard(erase: ErasePage, qtbot: QtBot) -> None:
    qtbot.keyClicks(erase.concept, "Grumb0")
    with qtbot.assertNotEmitted(erase.asked):
        qtbot.keyClick(erase.concept, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(links(erase)) == 1)
    (near,) = links(erase)
    qtbot.mouseClick(near, LEFT)
    assert erase.concept.text() == "Grumbo"
    with qtbot.waitSignal(erase.asked) as told:
        qtbot.keyClick(erase.concept, Qt.Key.Key_Return)
    spec = cast("EraseSpec", args_of(told)[0])
    assert (spec.concept, spec.kind, spec.prompt) == ("Grumbo", "character", "Grumbo bouncing in a meadow")


def test_tab_goes_from_top_to_bottom_and_arrows_through_the_names(erase: ErasePage, qtbot: QtBot) -> None:
    erase.activateWindow()
    qtbot.waitUntil(erase.isActiveWindow)
    erase.concept.setFocus()
    visited = []
    for _ in range(16):
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
        visited.append(focused().accessibleName())
    assert visited == [
        "Pipwick", "Mara Quillon", "car", "Vello Harn", "What does this model know?", "Kind: Character",
        "Other names it goes by", "Also erase (optional)", "It will be led to", "Neighbours to protect (optional)",
        "Guarded",
        "Your own pictures of it, a folder (optional)", "Choose a folder of pictures",
        "Prompt of the clip", "Video model: AnimateDiff", "Seed",
    ]  # fmt: skip
    chips = next(b for b in erase.findChildren(QPushButton) if b.text() == "Pipwick")
    chips.setFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Right)
    assert focused().accessibleName() == "Grumbo"
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert erase.concept.text() == "Grumbo"


def test_typed_names_and_seed_reach_the_spec(erase: ErasePage, qtbot: QtBot) -> None:
    erase.form.set_concept("car")
    erase.synonyms.clear()
    qtbot.keyClicks(erase.synonyms, "a beetle")
    erase.seed.clear()
    qtbot.keyClicks(erase.seed, "42x")
    with qtbot.waitSignal(erase.asked) as told:
        qtbot.mouseClick(erase.start, LEFT)
    spec = cast("EraseSpec", args_of(told)[0])
    assert (spec.synonyms, spec.seed) == (("a beetle",), 42)


def test_compare_steps_all_panes_together_by_the_keyboard(compare: ComparePage, qtbot: QtBot) -> None:
    assert list(compare.views) == ["before", "negative", "after"]
    qtbot.keyClick(compare.transport.timeline, Qt.Key.Key_Period)
    qtbot.keyClick(compare.transport.timeline, Qt.Key.Key_Period)
    assert {view.index for view in compare.views.values()} == {2}
    qtbot.keyClick(compare.transport.timeline, Qt.Key.Key_Comma)
    assert {view.index for view in compare.views.values()} == {1}
    qtbot.keyClick(compare.transport.timeline, Qt.Key.Key_Space)
    assert compare.player.playing
    qtbot.keyClick(compare.transport.timeline, Qt.Key.Key_Space)
    assert not compare.player.playing


def test_the_scrub_bar_goes_to_the_frame_under_the_pointer(compare: ComparePage, qtbot: QtBot) -> None:
    bar = compare.transport.timeline
    qtbot.mouseClick(bar, LEFT, pos=QPoint(round(bar.position_of(7)), 10))
    assert {view.index for view in compare.views.values()} == {7}
    qtbot.keyClick(bar, Qt.Key.Key_End)
    assert compare.player.index == 11


def test_another_video_model_shows_its_clips_and_figures(compare: ComparePage, qtbot: QtBot) -> None:
    before = compare.views["before"]
    second = compare.host.findChildren(QPushButton)[1]
    with qtbot.waitSignal(compare.loader.loaded):
        qtbot.mouseClick(second, LEFT)
    assert compare.views["before"] is not before
    assert compare.scorecard.host.value == "text2video"


def test_a_clip_that_is_gone_is_told_and_the_rest_plays(compare: ComparePage, qtbot: QtBot) -> None:
    entry = compare.entry
    assert entry is not None
    entry.previews["after-animatediff"].write_bytes(b"no clip")
    with qtbot.waitSignal(compare.failed) as told:
        compare.show_entry(entry)
    assert "after-animatediff.webm" in args_of(told)[0]
    assert compare.views["after"].picture() is None
    assert compare.views["before"].picture() is not None


def test_the_picker_lists_all_sound_entries_whatever_is_searched(compare: ComparePage) -> None:
    compare.library.search("pipwick")
    assert [compare.picker.itemText(at) for at in range(compare.picker.count())] == ["car", "Pipwick"]
    compare.library.kept[0].delta.write_bytes(b"broken")
    compare.library.reload()
    assert [compare.picker.itemText(at) for at in range(compare.picker.count())] == ["Pipwick"]
    assert compare.entry is not None
    assert compare.entry.name == "Pipwick"


def test_compare_teaches_where_there_is_nothing(model: LibraryModel, qtbot: QtBot) -> None:
    for entry in list(model.kept):
        model.trash(entry)
    page = ComparePage(model)
    qtbot.addWidget(page, before_close_func=lambda _: page.close_down())
    page.show()
    assert page.empty.isVisible()
    with qtbot.waitSignal(page.new):
        qtbot.mouseClick(page.empty.action, LEFT)


def test_delete_and_undo_by_the_keyboard(library: LibraryPage, qtbot: QtBot) -> None:
    entry = library.entry
    assert entry is not None
    with qtbot.waitSignal(library.noticed) as told:
        qtbot.keyClick(library.grid, Qt.Key.Key_Delete)
    text, action, undo = args_of(told)
    assert "moved to the trash" in text
    assert action == "Undo"
    assert library.model.row_of(entry.id) == -1
    undo()
    assert library.entry is not None
    assert library.entry.id == entry.id


def test_the_trash_shows_what_was_deleted_and_gives_it_back(library: LibraryPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(library.delete, LEFT)
    qtbot.mouseClick(library.bin, LEFT)
    assert [entry.name for entry in library.model.entries] == ["car"]
    assert library.restore.isVisible()
    assert not library.delete.isVisible()
    qtbot.mouseClick(library.restore, LEFT)
    assert library.empty.isVisible()
    qtbot.mouseClick(library.bin, LEFT)
    assert len(library.model.entries) == 2


def test_rename_by_f2_keeps_the_entry_chosen(library: LibraryPage, qtbot: QtBot) -> None:
    library.grid.setCurrentIndex(library.model.index(1))
    entry = library.entry
    assert entry is not None
    qtbot.keyClick(library.grid, Qt.Key.Key_F2)
    editor = library.grid.viewport().findChildren(QLineEdit)[0]
    editor.setText("The sprout")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: library.model.entries[1].name == "The sprout")
    assert library.entry is not None
    assert library.entry.id == entry.id


def test_search_narrows_as_one_types_and_return_opens(library: LibraryPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(library.search, "pipw")
    assert [entry.name for entry in library.model.entries] == ["Pipwick"]
    with qtbot.waitSignal(library.opened) as told:
        library.grid.setFocus()
        qtbot.keyClick(library.grid, Qt.Key.Key_Return)
    assert args_of(told)[0].name == "Pipwick"
    qtbot.keyClicks(library.search, "zzz")
    assert library.empty.isVisible()
    assert not library.empty.action.isVisible()


def test_a_damaged_entry_says_why_and_does_not_open(library: LibraryPage, qtbot: QtBot) -> None:
    entry = library.model.entries[0]
    entry.delta.write_bytes(b"broken")
    library.model.reload()
    library.grid.setCurrentIndex(library.model.index(library.model.row_of(entry.id)))
    assert not library.open.isEnabled()
    assert not library.rename.isEnabled()
    assert library.delete.isEnabled()
    with qtbot.assertNotEmitted(library.opened):
        qtbot.keyClick(library.grid, Qt.Key.Key_Return)


@pytest.fixture
def jobs(qtbot: QtBot) -> JobsPage:
    """The Jobs page over a queue that runs nothing; tests put jobs in by hand."""
    page = JobsPage(JobQueue())
    qtbot.addWidget(page)
    page.show()
    return page


def put(page: JobsPage, spec: JobSpec = _HOPPING) -> Job:
    """A running job that no engine knows of."""
    job, queue = Job(spec), page.queue
    queue.beginInsertRows(queue.index(-1), len(queue.jobs), len(queue.jobs))
    queue.jobs.append(job)
    queue.endInsertRows()
    job.start(0.0)
    queue.changed.emit(job)
    return job


def words(page: QWidget) -> str:
    """All that is written on the visible labels."""
    return "\n".join(shown.text() for shown in page.findChildren(QLabel) if shown.isVisible())


def test_jobs_show_stage_count_preview_and_curves(jobs: JobsPage) -> None:
    job = put(jobs)
    png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
    for event in (Stage("Erase", 2, 5), Progress(3, 10, 40.0), Preview(png, "before"), Metric("loss", 1, 0.5)):
        job.apply(event, 1.0)
    jobs.queue.changed.emit(job)
    assert "Erase (2 of 5)" in words(jobs)
    assert "3 of 10" in words(jobs)
    assert "about 40 seconds left" in words(jobs)
    assert jobs.preview.picture() is not None
    assert [curve.title for curve in jobs.findChildren(Curve)] == ["Loss"]
    assert jobs.cancel.isVisible()
    job.apply(Result("erase", {"entry": "some-entry"}), 2.0)
    jobs.queue.changed.emit(job)
    assert jobs.open.isVisible()
    assert not jobs.cancel.isVisible()


def test_a_probe_shows_a_line_for_each_probe_instead_of_curves(jobs: JobsPage) -> None:
    job = put(jobs, ProbeSpec("x", ("direct", "token_search")))
    for event in (Stage("By name", 1, 3), Metric("direct", 1, 0.0), Metric("token_search", 2, 0.25)):
        job.apply(event, 1.0)
    jobs.queue.changed.emit(job)
    assert jobs.rates.rates == {"By name": 0.0, "Searched words": 0.25}
    assert jobs.findChildren(Curve) == []
    job.apply(Result("probe", {"entry": "some-entry"}), 2.0)
    jobs.queue.changed.emit(job)
    assert jobs.open.accessibleName() == "Read the report"


def test_the_page_follows_the_running_job_until_someone_looks_at_another(jobs: JobsPage) -> None:
    first, second = put(jobs), put(jobs)
    assert jobs.job is first
    first.apply(Failure("memory", "No room."), 1.0)
    jobs.queue.running = second
    jobs.queue.changed.emit(second)
    assert jobs.job is second
    jobs.list.setCurrentIndex(jobs.queue.index(0))
    jobs.queue.changed.emit(second)
    assert jobs.job is first
    jobs.queue.running = None


def test_a_failed_job_says_what_why_and_what_to_do(jobs: JobsPage) -> None:
    job = put(jobs)
    job.apply(Failure("memory", "The device ran out of memory.", "The clip is <b>large</b>.", "Ask for less."), 1.0)
    jobs.queue.changed.emit(job)
    for part in ("The device ran out of memory.", "The clip is <b>large</b>.", "Ask for less."):
        assert part in words(jobs)
    assert jobs.retry.isVisible()


def test_jobs_teach_where_there_are_none(jobs: JobsPage, qtbot: QtBot) -> None:
    assert "No jobs yet" in words(jobs)
    with qtbot.waitSignal(jobs.new):
        qtbot.mouseClick(next(b for b in jobs.findChildren(QPushButton) if b.text() == "Erase a concept"), LEFT)


def test_the_notice_of_a_deletion_undoes_it_in_the_window(window: MainWindow, qtbot: QtBot) -> None:
    window.open_place("library")
    page = cast("LibraryPage", window.page("library"))
    qtbot.mouseClick(page.delete, LEFT)
    assert window.notice.isVisible()
    assert QRect(QPoint(0, 0), window.size()).contains(window.notice.geometry())
    qtbot.mouseClick(window.notice.action, LEFT)
    assert not window.notice.isVisible()
    assert [entry.name for entry in page.model.entries] == ["car", "Pipwick"]
