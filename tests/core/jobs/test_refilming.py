"""A copy at another strength gets clips of its own, of the same prompt and seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.concepts import world
from core.errors import InputError
from core.jobs.filming import Reel, Take
from core.jobs.judging import seeing
from core.jobs.refilming import lacks_clips, refilm
from core.jobs.reporting import Report
from core.library.entry import Entry
from core.library.store import Library
from core.media.clip import read_clip
from tests.core.library.samples import SCORECARD, delta, manifest
from tests.core.models.pair import disturbed, hurried

FRAMES = 3
CONCEPTS = tuple(concept for concept in world("starter").concepts if concept.name == "Pipwick")


@pytest.fixture
def report() -> Report:
    made = Report(lambda _: None, lambda: False, {"Make the clips after": 1.0})
    with made.stage("Make the clips after"):
        return made


@pytest.fixture
def entry(library: Library, tmp_path: Path, report: Report) -> Entry:
    """An entry with a clip of the original and one of something that is not its encoder's."""
    opened = hurried(FRAMES)
    asked = manifest()
    reel = Reel(opened, asked.prompt, asked.seed, "animatediff", tmp_path, report, seeing("starter", CONCEPTS))
    reel.film({"before": Take(opened.encoder), "after": Take(disturbed(opened.encoder))}, ["animatediff"])
    return library.add(asked, delta(), SCORECARD, reel.previews())


def test_a_copy_at_another_strength_is_filmed(library: Library, entry: Entry, tmp_path: Path, report: Report) -> None:
    copy = library.duplicate(entry.id, strength=0.5)
    assert (lacks_clips(entry), lacks_clips(copy)) == (False, True)
    opened, folder = hurried(FRAMES), tmp_path / "again"
    folder.mkdir()
    filmed = refilm(library, copy, opened, opened.encoder, CONCEPTS, folder, report)
    assert set(filmed.previews) == {"before-animatediff", "after-animatediff"}
    assert (filmed.damage, library.verify(copy.id), lacks_clips(filmed)) == ("", [], False)
    assert filmed.thumbnail is not None
    before, after = (read_clip(filmed.previews[f"{column}-animatediff"]) for column in ("before", "after"))
    assert np.array_equal(before.frames, after.frames), "the original encoder gives the same frames again"
    assert "strength 0.5" in after.metadata["encoder"]
    with pytest.raises(InputError, match="already"):
        library.add_previews(copy.id, {"after-animatediff": filmed.previews["after-animatediff"]})
