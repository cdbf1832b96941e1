"""What is compared, without a screen: entries of one family, files from elsewhere, and which panes are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.state.compare import CompareState
from gui.state.comparison import MOST
from gui.state.library_model import LibraryModel
from tests.gui.coded import GREEN, RED, write_coded


@pytest.fixture
def state(model: LibraryModel) -> CompareState:
    """Nothing yet, over the drawn library."""
    return CompareState(model)


def ids(state: CompareState) -> list[str]:
    """The entries of the library, the newest first."""
    return [row.id for row in state.library.kept]


def test_an_entry_brings_a_comparison_for_each_host(state: CompareState) -> None:
    state.show_ids(ids(state)[:1])
    assert list(state.hosts) == ["animatediff", "text2video"]
    assert [pane.key for pane in state.panes] == ["before", "negative", "after"]
    state.set_host("text2video")
    assert state.panes[0].path.name == "before-text2video.webm"
    assert state.family == "starter"


def test_the_chosen_host_stays_while_other_entries_are_shown(state: CompareState) -> None:
    state.show_ids(ids(state)[:1])
    state.set_host("text2video")
    state.show_ids(ids(state)[1:])
    assert state.host == "text2video"
    state.set_host("a host that is none")
    assert state.host == "text2video"


def test_encoders_join_and_leave_but_the_last_stays(state: CompareState) -> None:
    first, second = ids(state)
    state.show_ids([first])
    state.add(second)
    state.add(second)
    assert [entry.id for entry in state.entries] == [first, second]
    state.remove(first)
    state.remove(second)
    assert [entry.id for entry in state.entries] == [second]


def test_more_panes_than_the_stage_holds_wait_until_others_are_hidden(state: CompareState, qtbot: QtBot) -> None:
    first, second = ids(state)
    third = state.library.library.duplicate(second).id
    state.show_ids([first, second])
    with qtbot.waitSignal(state.failed) as told:
        state.add(third)
    assert told.args is not None
    assert str(MOST) in told.args[0]
    assert state.comparison is not None
    listed = state.comparison.panes
    assert len(listed) > len(state.panes) == MOST
    for pane in listed[: len(listed) - MOST]:
        state.hide(pane.key, True)
    assert state.panes[-1] == listed[-1]


def test_files_replace_the_entries_and_what_cannot_be_compared_changes_nothing(
    state: CompareState, tmp_path: Path, qtbot: QtBot
) -> None:
    paths = [write_coded(tmp_path / "green", 2, GREEN), write_coded(tmp_path / "red", 2, RED)]
    state.show_files(paths)
    assert [pane.path for pane in state.panes] == paths
    assert (state.entry, state.family) == (None, "")
    for wrong in ([], [tmp_path / "none.webm"], paths * MOST):
        with qtbot.waitSignal(state.failed), qtbot.assertNotEmitted(state.changed):
            state.show_files(wrong)
    assert [pane.path for pane in state.panes] == paths


def test_an_entry_that_is_gone_is_told(state: CompareState, qtbot: QtBot) -> None:
    with qtbot.waitSignal(state.failed):
        state.show_ids(["20200101-gone-abcdef"])
    assert state.comparison is None
