"""Probing as a job: what it says and keeps, what a stop leaves, and what is refused before it starts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import InputError, LacunaError
from core.evaluation.probes import ATTACKS, WRITTEN
from core.jobs.events import Failure, Metric, Progress, Result, Stage
from core.jobs.probe_list import OWN, PROBES, chosen_probes
from core.jobs.runner import run_safely
from core.jobs.spec import ProbeSpec
from core.jobs.validate import validate
from core.library.reports import read_report
from core.library.store import Library
from core.media.clip import read_picture
from tests.core.jobs.entries import disturbed_entry
from tests.core.jobs.recorder import Recorder

SHORT = ProbeSpec("", pictures=4, budget=1)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """An empty library."""
    return Library(tmp_path / "library")


def spec_for(library: Library, *concepts: str, **changes: Any) -> ProbeSpec:
    """A short job on an entry that erases these."""
    entry = disturbed_entry(library, *(concepts or ("Pipwick",)))
    return replace(SHORT, entry=entry.id, library=str(library.root), **changes)


def test_every_card_has_its_probe() -> None:
    assert [card.name for card in PROBES if card.attack] == sorted(ATTACKS, key=[c.name for c in PROBES].index)
    assert [card.name for card in PROBES if not card.attack] == list(WRITTEN)
    assert len({card.title for card in (*PROBES, OWN)}) == len(PROBES) + 1


def test_the_usual_probes_are_those_of_no_name_and_order_is_the_lists() -> None:
    usual = [card.name for card in chosen_probes(())]
    assert usual == [*WRITTEN, "token_search", "embedding_inversion"]
    assert [card.name for card in chosen_probes(("foreign", "direct", "direct"))] == ["direct", "foreign"]
    assert chosen_probes(("direct",), "mine.txt")[-1] is chosen_probes(("own",), "mine.txt")[0] is OWN


def test_a_report_is_told_and_kept_with_its_pictures(library: Library) -> None:
    recorder = Recorder()
    spec = spec_for(library, probes=("direct", "embedding_inversion", "latent_inversion"))
    ended = run_safely(spec, recorder)
    assert isinstance(ended, Result)
    entry = library.get(spec.entry)
    (path,) = entry.reports
    report = read_report(path)
    assert report == ended.data["report"]
    assert (ended.data["path"], ended.data["entry"]) == (str(path), entry.id)
    assert (report["complete"], report["concepts"], report["pictures"]) == (True, ["Pipwick"], 4)
    assert [probe["name"] for probe in report["probes"]] == ["direct", "embedding_inversion", "latent_inversion"]
    assert [(p["attack"], p["text"]) for p in report["probes"]] == [(False, True), (True, True), (True, False)]
    for probe in report["probes"]:
        assert probe["before"]["n"] == probe["after"]["n"] == 4
        assert (probe["budget"] != "") == probe["attack"]
        assert 1 <= len(probe["examples"]) <= 4
        for example in probe["examples"]:
            assert read_picture(path.with_name(example["before"])).shape == (384, 384, 3)
            assert read_picture(path.with_name(example["after"])).shape == (384, 384, 3)
    assert {file.name for file in path.parent.iterdir()} == {"report.json"} | {
        example[column] for probe in report["probes"] for example in probe["examples"] for column in ("before", "after")
    }
    assert (library.verify(), entry.previews) == ([], {})
    assert [m.name for m in recorder.of(Metric)] == [p["name"] for p in report["probes"]]
    assert len(recorder.pictures()) == 3
    assert [stage.index for stage in recorder.of(Stage)] == list(range(1, recorder.of(Stage)[0].count + 1))
    assert all(0 < progress.done <= progress.total for progress in recorder.of(Progress))


def test_an_unchanged_encoder_answers_the_same_before_and_after(library: Library) -> None:
    entry = disturbed_entry(library, "Pipwick", amount=0.0)
    probes = ("direct", "token_search")
    ended = run_safely(replace(SHORT, entry=entry.id, library=str(library.root), probes=probes), Recorder())
    assert isinstance(ended, Result)
    for probe in ended.data["report"]["probes"]:
        assert probe["before"] == probe["after"]
        assert all(example["seen_before"] == example["seen_after"] for example in probe["examples"])


def test_a_stop_keeps_what_is_done_and_says_so(library: Library) -> None:
    recorder = Recorder(until=Metric)
    spec = spec_for(library, probes=("direct", "composed"))
    ended = run_safely(spec, recorder, recorder.cancelled)
    assert isinstance(ended, Failure)
    assert ended.kind == "cancelled"
    report = read_report(library.get(spec.entry).reports[0])
    assert report["complete"] is False
    assert [probe["name"] for probe in report["probes"]] == ["direct"]
    assert library.verify() == []


def test_a_stop_before_the_first_figure_keeps_nothing(library: Library) -> None:
    recorder = Recorder(until=Progress)
    spec = spec_for(library, probes=("direct",))
    ended = run_safely(spec, recorder, recorder.cancelled)
    assert isinstance(ended, Failure)
    assert library.get(spec.entry).reports == []


def test_own_prompts_run_alone_or_besides_and_each_is_asked_once(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("Pipwick at night\n\na car\nPipwick at night\nhouse <b>&\n", "utf-8")
    spec = spec_for(library, "Pipwick", "car", probes=("own",), prompts=str(path))
    ended = run_safely(spec, Recorder())
    assert isinstance(ended, Result)
    (probe,) = ended.data["report"]["probes"]
    assert probe["before"]["n"] == 3
    assert {example["prompt"] for example in probe["examples"]} == {"Pipwick at night", "a car", "house <b>&"}
    assert probe["before"]["value"] >= 2 / 3


def test_several_concepts_share_the_pictures_and_the_budget(library: Library) -> None:
    spec = spec_for(library, "Pipwick", "car", "Dov Merrin", probes=("genetic_prefix",))
    ended = run_safely(replace(spec, budget=4), Recorder())
    assert isinstance(ended, Result)
    (probe,) = ended.data["report"]["probes"]
    assert probe["before"]["n"] == 4
    assert probe["note"].count("“") == 3
    assert probe["budget"].startswith("4 generations")


@pytest.mark.parametrize(
    "changes",
    [
        {"entry": "none"},
        {"probes": ("charm",)},
        {"probes": ("own",)},
        {"prompts": "none.txt"},
        {"host": "cinema"},
        {"pictures": 3},
        {"pictures": 401},
        {"budget": 0},
        {"budget": 10_001},
    ],
)
def test_refused(library: Library, changes: dict[str, Any]) -> None:
    spec = spec_for(library)
    assert isinstance(validate(spec), ProbeSpec)
    with pytest.raises((InputError, LacunaError)):
        validate(replace(spec, **changes))
