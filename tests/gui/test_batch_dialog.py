"""Many erasures at once: every line is checked as it is written, and only a good list can be queued."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from pytestqt.qtbot import QtBot

from core.jobs.spec import EraseSpec
from gui.widgets.batch_dialog import BatchDialog

PATIENCE = 20_000
PATTERN = EraseSpec("", preset="instant", seed=7)


@pytest.fixture
def dialog(qtbot: QtBot) -> BatchDialog:
    """An empty list."""
    made = BatchDialog(PATTERN)
    qtbot.addWidget(made)
    return made


def test_a_good_list_becomes_a_job_a_line(dialog: BatchDialog, qtbot: QtBot) -> None:
    assert not dialog.start.isEnabled()
    dialog.edit.setPlainText("Pipwick\n\n# people\n  Mara   Quillon ")
    qtbot.waitUntil(dialog.start.isEnabled, timeout=PATIENCE)
    assert dialog.start.text().strip() == "Queue 2 jobs"
    dialog.accept()
    assert dialog.result()
    assert [(s.concept, s.kind, s.preset, s.seed) for s in dialog.specs] == [
        ("Pipwick", "character", "instant", 7), ("Mara Quillon", "person", "instant", 7),
    ]  # fmt: skip


def test_wrong_lines_are_told_and_marked_and_nothing_is_queued(dialog: BatchDialog, qtbot: QtBot) -> None:
    dialog.edit.setPlainText("Pipwick\nNobody\npipwick")
    qtbot.waitUntil(lambda: bool(dialog.edit.extraSelections()), timeout=PATIENCE)
    assert "Line 2" in dialog._wrong.text()
    assert "Line 3: “Pipwick” is in line 1 already." in dialog._wrong.text()
    assert [mark.cursor.blockNumber() for mark in dialog.edit.extraSelections()] == [1, 2]
    dialog.accept()
    assert not dialog.result()


def test_a_dropped_text_file_is_appended_and_another_file_is_refused(
    dialog: BatchDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "list.txt").write_text("car\nstar\n", "utf-8")
    (tmp_path / "clip.webm").write_bytes(b"\x1aE\xdf\xa3" * 50 + b"\xff\x00")
    dialog.edit.setPlainText("Pipwick\n")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("list.txt", "clip.webm")])
    assert dialog.edit.canInsertFromMimeData(dropped)
    dialog.edit.insertFromMimeData(dropped)
    qtbot.waitUntil(dialog.start.isEnabled, timeout=PATIENCE)
    assert [s.concept for s in dialog.specs] == ["Pipwick", "car", "star"]
    assert "clip.webm" in dialog._file_note.text()


def test_what_was_typed_last_is_checked_before_it_is_queued(dialog: BatchDialog) -> None:
    dialog.edit.setPlainText("Nobody")
    dialog.accept()
    assert not dialog.result()
    dialog.edit.setPlainText("Pipwick")
    dialog.accept()
    assert dialog.result()
    assert [s.concept for s in dialog.specs] == ["Pipwick"]


def test_too_long_a_list_is_told(dialog: BatchDialog, qtbot: QtBot) -> None:
    dialog.edit.setPlainText("\n".join(["Pipwick"] * 501))
    qtbot.waitUntil(lambda: "501" in dialog._wrong.text(), timeout=PATIENCE)
    assert not dialog.start.isEnabled()
