"""What is chosen decides what can be done: which actions are open, and the jobs that are made of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.jobs.spec import EraseSpec, ScoreSpec
from core.library.row import Row
from gui.state.choice import Choice
from gui.state.entry_facts import files_of, history_lines, made_facts, report_lines, score_lines
from gui.state.library_model import LibraryModel
from gui.state.scorecard import hosts
from tests.gui.samples import add_report


@pytest.fixture
def choice(model: LibraryModel) -> Iterator[Choice]:
    """A choice over a car and Pipwick, with nothing chosen."""
    yield Choice(model, "somewhere")
    model.close()


class Heard:
    """What a choice has told, in order."""

    def __init__(self, choice: Choice) -> None:
        self.asked: list[Any] = []
        self.went: list[tuple[str, Any]] = []
        self.failed: list[str] = []
        choice.asked.connect(self.asked.append)
        choice.went.connect(lambda place, thing: self.went.append((place, thing)))
        choice.failed.connect(self.failed.append)


def open_actions(choice: Choice) -> set[str]:
    """The names of what can be done."""
    names = (
        "some",
        "some_binned",
        "sound",
        "one_sound",
        "one_missing",
        "one_there",
        "comparable",
        "stackable",
        "judged",
    )
    return {name for name in names if getattr(choice, name)()}


GOOD = Row("1", "One", family="starter", passed=True)


@pytest.mark.parametrize(
    ("rows", "possible"),
    [
        ([], set()),
        ([GOOD], {"some", "sound", "one_sound", "one_there", "comparable", "judged"}),
        ([GOOD._replace(passed=None)], {"some", "sound", "one_sound", "one_there", "comparable"}),
        ([GOOD._replace(damage="Broken.")], {"some", "one_there"}),
        ([GOOD._replace(missing=True)], {"some", "one_missing"}),
        ([GOOD, GOOD._replace(id="2")], {"some", "sound", "comparable", "stackable"}),
        ([GOOD, GOOD._replace(id="2", family="other")], {"some", "sound"}),
        ([GOOD, GOOD._replace(id="2", missing=True)], {"some"}),
        ([GOOD._replace(id=str(number)) for number in range(7)], {"some", "sound", "stackable"}),
    ],
)
def test_what_can_be_done_follows_from_what_is_chosen(choice: Choice, rows: list[Row], possible: set[str]) -> None:
    choice.choose(rows)
    assert open_actions(choice) == possible


def test_in_the_trash_only_what_is_there_can_be_restored(choice: Choice) -> None:
    choice.model.show_trash(True)
    choice.choose([GOOD])
    assert open_actions(choice) == {"some_binned", "one_there"}


def test_choosing_the_same_again_tells_nothing(choice: Choice) -> None:
    told: list[None] = []
    choice.changed.connect(lambda: told.append(None))
    choice.choose(choice.model.rows)
    choice.choose(list(choice.model.rows))
    assert len(told) == 1


def test_jobs_are_made_of_the_one_that_is_chosen(choice: Choice) -> None:
    heard = Heard(choice)
    choice.choose(choice.model.rows[:1])
    choice.harden()
    choice.rerun()
    choice.measure()
    harden, again, measure = heard.asked
    assert isinstance(harden, EraseSpec)
    assert (harden.start, harden.library) == (choice.ids[0], "somewhere")
    assert (again.concept, again.start) == ("car", "")
    assert measure == ScoreSpec(choice.ids[0], full=True, library="somewhere")
    choice.probe()
    choice.edit()
    assert [place for place, _ in heard.went] == ["probe", "erase"]
    assert heard.went[1][1] == again


def test_nothing_is_asked_of_several_where_one_is_meant(choice: Choice) -> None:
    heard = Heard(choice)
    choice.choose(choice.model.rows)
    for act in (choice.harden, choice.rerun, choice.edit, choice.probe):
        act()
    assert heard.asked == []
    assert heard.went == []
    choice.compare()
    assert [entry.name for entry in heard.went[0][1]] == ["car", "Pipwick"]


def test_a_job_that_cannot_be_made_says_why(choice: Choice, tmp_path: Path) -> None:
    heard = Heard(choice)
    choice.choose(choice.model.rows[:1])
    assert choice.export(tmp_path / "card.xyz") is None
    assert len(heard.failed) == 1
    assert ".xyz" in heard.failed[0] or "html" in heard.failed[0]


def test_the_facts_of_an_entry(choice: Choice, tmp_path: Path) -> None:
    choice.choose(choice.model.rows[1:])
    entry = choice.entry
    assert entry is not None
    assert entry.manifest is not None
    facts = dict(made_facts(entry.manifest))
    assert facts["Erases"] == "Pipwick"
    assert facts["Strength"] == "1"
    assert facts["Made in"] == "24 seconds"
    assert "Settings" not in facts
    assert hosts(entry.scorecard)[0] == "still"
    assert ("Named directly", "96 %", "4 %") in score_lines(entry, "still")
    assert report_lines(entry) == []
    probed = add_report(choice.model.library, tmp_path, entry)
    assert "door is not closed" in report_lines(probed)[0][1]
    assert [what for _, what in history_lines(probed, choice.model.kept)] == ["Erased: Pipwick.", "Probed."]


def test_the_files_of_an_entry_tell_a_report_in_one_line(choice: Choice, tmp_path: Path) -> None:
    choice.choose(choice.model.rows[1:])
    entry = choice.entry
    assert entry is not None
    probed = add_report(choice.model.library, tmp_path, entry)
    (probed.folder / ".half.part").mkdir()
    (probed.folder / ".half.part" / "x").write_text("x")
    files = dict(files_of(probed.folder))
    assert files["delta.safetensors"].endswith("bytes")
    (report,) = [name for name in files if name.startswith("reports/")]
    assert report == f"reports/{probed.reports[0].parent.name}/"
    assert files[report].startswith("25 files")
    assert not any("part" in name for name in files)
