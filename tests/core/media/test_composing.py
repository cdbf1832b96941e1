"""A comparison as a clip: every frame of every panel at its time, in every mode, under the words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import Cancelled, InputError
from core.media import composing
from core.media.captions import fitted, strip
from core.media.composing import GAP, MODES, Layout, Panel, caption_of, compose, difference
from core.media.film import Clip

SIDE = 384
BARE = Layout(words=False)


def numbered(values: list[int], fps: float = 8.0, side: int = SIDE, times: tuple[float, ...] = ()) -> Clip:
    """A clip of grey frames."""
    return Clip(np.stack([np.full((side, side, 3), value, np.uint8) for value in values]), fps, {}, times)


def greys(frames: NDArray[np.uint8], x: int) -> list[int]:
    """What each frame shows in one column of the middle row."""
    return [int(frame[frame.shape[0] // 2, x, 0]) for frame in frames]


ONE, OTHER = Panel(numbered([10, 20, 30]), "Before", "as it was"), Panel(numbered([110, 120, 130]), "After")


def test_side_by_side_shows_the_same_moment_of_each() -> None:
    made = compose([ONE, OTHER, ONE], BARE)
    assert made.frames.shape == (3, SIDE, 3 * SIDE + 2 * GAP, 3)
    assert made.fps == pytest.approx(8.0)
    columns = (SIDE // 2, SIDE + GAP + 9, 2 * (SIDE + GAP) + 9)
    assert [greys(made.frames, x) for x in columns] == [[10, 20, 30], [110, 120, 130], [10, 20, 30]]


def test_a_slower_a_shorter_and_an_uneven_clip_keep_their_own_time() -> None:
    slow = Panel(numbered([1, 2], fps=4.0), "slow")
    short = Panel(numbered([5, 6]), "short")
    uneven = Panel(numbered([7, 8, 9], times=(0.0, 0.125, 0.375)), "uneven")
    still = Panel(numbered([70], fps=1.0), "still")
    made = compose([slow, short, uneven, still], BARE).frames
    columns = [k * (SIDE + GAP) + 5 for k in range(4)]
    assert len(made) == 4
    assert [greys(made, x)[:4] for x in columns] == [[1, 1, 2, 2], [5, 6, 6, 6], [7, 8, 8, 9], [70, 70, 70, 70]]


def test_a_wipe_changes_at_its_edge() -> None:
    made = compose([ONE, OTHER], replace(BARE, mode="wipe", edge=0.25)).frames
    edge = made.shape[2] // 4
    assert greys(made, edge - 3) == [10, 20, 30]
    assert greys(made, edge + 2) == [110, 120, 130]
    assert greys(compose([ONE, OTHER], replace(BARE, mode="wipe", edge=0.0)).frames, 2) == [110, 120, 130]
    assert greys(compose([ONE, OTHER], replace(BARE, mode="wipe", edge=1.0)).frames, 2) == [10, 20, 30]


def test_an_overlay_and_a_difference_are_what_their_numbers_say() -> None:
    assert greys(compose([ONE, OTHER], replace(BARE, mode="overlay", opacity=0.25)).frames, 9) == [35, 45, 55]
    assert greys(compose([ONE, OTHER], replace(BARE, mode="difference", gain=2.0)).frames, 9) == [200, 200, 200]
    assert not compose([ONE, ONE], replace(BARE, mode="difference", gain=16.0)).frames.any()
    assert difference(np.full((1, 1, 3), 3, np.uint8), np.full((1, 1, 3), 9, np.uint8), 100).max() == 255


def test_words_stand_above_and_below_and_leave_the_pictures_alone() -> None:
    made = compose([ONE, OTHER], Layout(caption="“a prompt”  ·  seed 3")).frames
    bare = compose([ONE, OTHER], BARE).frames
    above = strip(SIDE, ("Before", "as it was"), 15).shape[0]
    assert np.array_equal(made[:, above : above + SIDE], bare)
    for band in (made[0, :above, :SIDE], made[0, :above, -SIDE:], made[0, above + SIDE :]):
        assert band.max() > 150
    assert len({frame[:above].tobytes() for frame in made}) == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("sides", [(1, 1), (64, 33), (1200, 300)])
def test_every_mode_takes_every_size(mode: str, sides: tuple[int, int]) -> None:
    panels = [Panel(numbered([9], side=side), "Größe 🙂 عربي " * 20, "note") for side in sides]
    made = compose(panels, Layout(mode, caption="x" * 3000)).frames
    assert len(made) == 1
    assert made.shape[1] <= 1400
    assert made.shape[2] <= 3840


def test_many_wide_clips_fit_the_width() -> None:
    wide = Panel(Clip(np.zeros((1, 1080, 1920, 3), np.uint8), 8.0), "wide")
    made = compose([wide] * 6, BARE).frames
    assert 3700 < made.shape[2] <= 3840
    assert made.shape[1] == pytest.approx(1080 * (3840 / 6) / 1920, abs=4)


def test_a_long_comparison_is_made_smaller_to_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "ROOM", 3 * 2 * 100 * 100)
    made = compose([ONE, OTHER], BARE).frames
    assert len(made) == 3
    assert made.shape[1] == pytest.approx(100, abs=1)


def test_what_it_was_made_of_is_kept_and_progress_told() -> None:
    told: list[tuple[int, int]] = []
    made = compose([ONE, OTHER], Layout(metadata={"of": [1]}), lambda done, total: told.append((done, total)))
    assert made.metadata == {"of": [1]}
    assert told == [(1, 3), (2, 3), (3, 3)]

    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        compose([ONE, OTHER], BARE, stop)


def test_one_clip_and_unknown_modes_are_refused() -> None:
    with pytest.raises(InputError, match="compared with itself"):
        compose([ONE], BARE)
    with pytest.raises(InputError, match="no way to compare"):
        compose([ONE, OTHER], Layout("blink"))


def test_the_caption_tells_what_all_share() -> None:
    same = {"prompt": "a hill", "seed": 3, "encoder": "x"}
    assert caption_of([same, {**same, "encoder": "y"}]) == "“a hill”  ·  seed 3"
    assert caption_of([same, {**same, "seed": 4}]) == ""
    assert caption_of([{}, {}]) == ""


def test_long_lines_are_cut_and_short_ones_kept() -> None:
    assert fitted("short", 200, 14) == "short"
    cut = fitted("a long line " * 20, 200, 14)
    assert cut.endswith("…")
    assert 10 < len(cut) < 60
    assert strip(100, (), 14).shape == (0, 100, 3)
