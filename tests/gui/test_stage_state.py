"""How panes are laid out, known by their keys alone."""

from __future__ import annotations

import pytest

from gui.state.stage import GAINS, Mode, StageState
from gui.state.viewport import Viewport


@pytest.fixture
def state() -> StageState:
    """Three panes side by side."""
    made = StageState()
    made.set_panes(["before", "negative", "after"])
    return made


def test_the_first_and_the_last_pane_are_a_and_b(state: StageState) -> None:
    assert (state.a, state.b) == ("before", "after")
    assert state.shown == ("before", "negative", "after")


@pytest.mark.parametrize("mode", [Mode.WIPE, Mode.OVERLAY, Mode.DIFFERENCE, Mode.TOGGLE])
def test_two_panes_share_a_picture_in_every_other_mode(state: StageState, mode: Mode) -> None:
    state.set_mode(mode)
    assert state.shown == ("before", "after")
    state.set_panes(["only"])
    assert state.shown == ("only",)
    assert not state.paired


def test_choosing_the_other_one_exchanges_a_and_b(state: StageState) -> None:
    state.choose_a("negative")
    assert (state.a, state.b) == ("negative", "after")
    state.choose_a("after")
    assert (state.a, state.b) == ("after", "negative")
    state.choose_b("after")
    assert (state.a, state.b) == ("negative", "after")


def test_a_and_b_stay_with_their_panes_while_others_come_and_go(state: StageState) -> None:
    state.choose_b("negative")
    state.set_panes(["before", "negative", "after", "another"])
    assert (state.a, state.b) == ("before", "negative")
    state.set_panes(["negative", "after"])
    assert (state.a, state.b) == ("negative", "after")


def test_a_flip_shows_the_other_side_while_toggling_and_exchanges_them_elsewhere(state: StageState) -> None:
    state.set_mode(Mode.TOGGLE)
    state.flip()
    assert (state.flipped, state.a) == (True, "before")
    state.set_mode(Mode.WIPE)
    assert not state.flipped
    state.flip()
    assert (state.a, state.b) == ("after", "before")


def test_each_mode_moves_its_own_figure_and_keeps_it_in_bounds(state: StageState) -> None:
    state.set_mode(Mode.WIPE)
    state.adjust(5)
    assert state.edge == pytest.approx(0.6)
    state.adjust(-500)
    assert state.edge == 0.0
    state.set_mode(Mode.OVERLAY)
    state.adjust(500)
    assert state.opacity == 1.0
    state.set_mode(Mode.DIFFERENCE)
    for _ in GAINS:
        state.adjust(5)
    assert state.gain == GAINS[-1]
    state.adjust(-5)
    assert state.gain == GAINS[-2]


def test_nudges_add_up_and_go(state: StageState) -> None:
    for by in (1, 1, -3):
        state.nudge("after", by)
    assert state.offsets == {"after": -1}
    state.nudge("after", 1)
    assert state.offsets == {}
    state.nudge("before", 2)
    state.clear_nudges()
    assert state.offsets == {}


def test_other_panes_begin_without_zoom_and_nudges(state: StageState) -> None:
    state.set_view(Viewport(4.0, 0.2, 0.3))
    state.nudge("after", 2)
    state.set_panes(["before", "after"])
    assert state.view.fits
    assert state.offsets == {}
