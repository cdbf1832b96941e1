"""A form that survives a restart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.state.draft import Draft
from tests.gui.signals import args_of


def draft(path: Path, state: Mapping[str, object], wanted: bool = True) -> Draft:
    """A draft of a state."""
    return Draft(path, lambda: state, lambda: wanted)


def test_what_changed_is_written_after_a_pause_and_read_again(tmp_path: Path, qtbot: QtBot) -> None:
    path, state = tmp_path / "form.json", {"text": "🦎"}
    made = draft(path, state)
    made.note()
    qtbot.waitUntil(path.exists, timeout=10_000)
    made.close()
    assert draft(path, {}).read() == state


def test_closing_writes_at_once_but_only_what_changed(tmp_path: Path, qapp: object) -> None:
    path = tmp_path / "form.json"
    untouched = draft(path, {"text": "a"})
    untouched.close()
    assert not path.exists()
    made = draft(path, {"text": "a"})
    made.note()
    made.close()
    assert draft(path, {}).read() == {"text": "a"}
    assert qapp is not None


def test_nothing_is_kept_where_a_person_does_not_want_it(tmp_path: Path, qapp: object) -> None:
    path = tmp_path / "form.json"
    made = draft(path, {"text": "a"}, wanted=False)
    made.note()
    made.close()
    assert not path.exists()
    path.write_text('{"text": "a"}')
    assert made.read() == {}
    assert qapp is not None


def test_a_draft_of_an_earlier_version_had_no_schema(tmp_path: Path) -> None:
    path = tmp_path / "form.json"
    path.write_text('{"text": "a"}', "utf-8")
    assert draft(path, {}).read() == {"text": "a"}


def test_a_draft_of_a_newer_lacuna_stays_and_that_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "form.json"
    path.write_text('{"schema": 2, "novel": 1}', "utf-8")
    made = draft(path, {"text": "a"})
    with qtbot.waitSignal(made.refused) as refused:
        assert made.read() == {}
    assert "form.json” was written by a newer Lacuna" in str(args_of(refused)[0])
    made.note()
    made.close()
    assert path.read_text("utf-8") == '{"schema": 2, "novel": 1}'


def test_a_draft_of_a_newer_lacuna_stays_where_drafts_were_off_at_the_start(tmp_path: Path, qapp: object) -> None:
    path, wanted = tmp_path / "form.json", [False]
    path.write_text('{"schema": 2, "novel": 1}', "utf-8")
    made = Draft(path, lambda: {"text": "a"}, lambda: wanted[0])
    assert made.read() == {}
    wanted[0] = True
    made.note()
    made.close()
    assert path.read_text("utf-8") == '{"schema": 2, "novel": 1}'
    assert qapp is not None


@pytest.mark.parametrize("text", ["", "{", "[]", "\0"])
def test_a_broken_file_reads_as_empty(tmp_path: Path, text: str) -> None:
    (tmp_path / "form.json").write_text(text)
    assert draft(tmp_path / "form.json", {}).read() == {}


def test_a_folder_that_is_gone_is_not_made_again(tmp_path: Path, qapp: object) -> None:
    made = draft(tmp_path / "gone" / "form.json", {"text": "a"})
    made.note()
    made.close()
    assert not (tmp_path / "gone").exists()
    assert qapp is not None
