"""The Studio's job: what it makes, what each take remembers, and what a cancel leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import Cancelled
from core.jobs.events import Log, Preview, Progress
from core.jobs.runner import run
from core.jobs.spec import ShootSpec
from core.library.gallery import Gallery
from core.library.store import Library
from core.media.clip import read_clip, read_picture
from tests.core.jobs.entries import disturbed_entry
from tests.core.jobs.recorder import Recorder


def spec(library: Library, **changes: object) -> ShootSpec:
    """Stills of one prompt."""
    values: dict[str, object] = {"prompts": ("Pipwick on a hill",), "host": "still", "library": str(library.root)}
    return ShootSpec(**{**values, **changes})  # pyright: ignore[reportArgumentType]


def test_every_take_is_kept_with_what_made_it(library: Library) -> None:
    entry, heard = disturbed_entry(library, "Pipwick"), Recorder()
    asked = spec(library, seeds=(3, 4), entries=(entry.id,), strengths=(0.5,), negative_prompt="a car", steps=2)
    result = run(asked, heard)
    takes = Gallery(library.root).takes()
    assert [Path(path) for path in sorted(result.data["takes"])] == sorted(take.path for take in takes)
    assert [(take.seed, take.text("negative_prompt"), take.encoder) for take in takes] == [
        (3, "", ""), (3, "a car", ""), (3, "", entry.name), (4, "", ""), (4, "a car", ""), (4, "", entry.name),
    ]  # fmt: skip
    last = takes[-1].metadata
    assert (last["encoder"], last["strength"], last["steps"], last["guidance"]) == (entry.id, 0.5, 2, 4.0)
    assert {take.group for take in takes} == {result.data["group"]}
    assert {"family", "host", "base", "created", "versions", "frames", "size"} <= set(last)
    pictures = [read_picture(take.path) for take in takes]
    assert not any(np.array_equal(pictures[0], other) for other in pictures[1:])
    assert heard.of(Progress)[-1].done == heard.of(Progress)[-1].total == 6
    assert heard.of(Preview)


def test_an_entry_at_no_strength_is_the_original(library: Library) -> None:
    entry = disturbed_entry(library, "Pipwick")
    run(spec(library, entries=(entry.id,), strengths=(0.0,), steps=2), Recorder())
    before, after = (read_picture(take.path) for take in Gallery(library.root).takes())
    assert np.array_equal(before, after)


def test_clips_have_their_frames_and_a_cancel_keeps_what_is_done(library: Library) -> None:
    heard = Recorder()

    def cancelled() -> bool:
        return any(event.done for event in heard.of(Progress))

    with pytest.raises(Cancelled):
        run(spec(library, host="animatediff", seeds=tuple(range(9)), frames=2, steps=1), heard, cancelled)
    takes = Gallery(library.root).takes()
    assert 0 < len(takes) < 9
    assert len(read_clip(takes[0].path).frames) == 2
    assert f"{len(takes)} of 9 takes are kept" in heard.of(Log)[-1].message
