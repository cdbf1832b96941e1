"""Every job on models of the real families, small and with random weights, for a concept that no list holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from core.errors import FailureKind, InputError, LacunaError
from core.evaluation import scorecard
from core.hardware.plan import Plan, plan, using
from core.jobs import erasing, scoring, stacking
from core.jobs.checks import default_host
from core.jobs.choosing import Chooser
from core.jobs.events import Emit, Event, Log, Preview, Stage
from core.jobs.recipe import recipe
from core.jobs.runner import run
from core.jobs.spec import (
    EraseSpec,
    GenerateSpec,
    IdentifySpec,
    JobSpec,
    JudgeSpec,
    ProbeSpec,
    ScoreSpec,
    ShootSpec,
    StackSpec,
)
from core.jobs.vocabulary import gone
from core.jobs.workshop import family, let_go
from core.library.cards import WRITERS
from core.library.cards.content import content_of
from core.library.entry import Entry
from core.library.store import Library
from core.media.clip import read_clip, read_picture
from core.models import catalogue
from core.models.component import Component
from core.models.registry import Registry
from core.settings import overriding
from tests.models import write_base, write_judge, write_motion_adapter, write_video

NAME = "Grumpy {Cat}"
SETTINGS = {"steps": 1, "images": 2, "prompts": 2, "retain_prompts": 2, "batch": 2}
FEW = scorecard.Sizes(dict.fromkeys(scorecard.GROUPS, 2), {"direct": 1}, {}, {"filtered": ("direct",)})


@pytest.fixture(autouse=True, scope="module")
def small() -> Iterator[None]:
    """Sheets that ask for small pictures in two steps, cards and choices by few prompts, and one strength."""
    whole = catalogue.sheet

    def sheet(family: str) -> catalogue.FamilyCard:
        card = whole(family)
        hosts = tuple(replace(host, size=64, steps=2, frames=min(host.frames, 4)) for host in card.hosts)
        return card if family == "starter" else replace(card, hosts=hosts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "sheet", sheet)
        for module in (erasing, scoring, stacking):
            patch.setattr(module, "QUICK", FEW)
        patch.setattr(erasing, "STRENGTHS", ())
        patch.setattr(erasing, "Chooser", partial(Chooser, count=2, steps=2))
        yield
    let_go()


@dataclass
class Place:
    """A models folder, a library, and what jobs said."""

    root: Path
    events: list[Event]

    @property
    def library(self) -> str:
        return str(self.root / "library")

    def install(self, *components: Component) -> None:
        for component in components:
            Registry(self.root / "models").add(component)

    def do(self, spec: JobSpec, emit: Emit | None = None) -> dict[str, Any]:
        """What a job gives."""
        with overriding(models=str(self.root / "models"), device="cpu", memory="high"):
            return run(replace(spec, library=self.library), emit or self.events.append).data

    def entry(self, wanted: str) -> Entry:
        return Library(Path(self.library)).get(wanted)

    def warnings(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, Log) and event.level == "warning"]


def place(root: Path) -> Place:
    (root / "models").mkdir(parents=True)
    return Place(root, [])


def asked(**given: Any) -> EraseSpec:
    usual = {"concept": NAME, "kind": "character", "family": "sd1", "anyway": True, "settings": SETTINGS}
    return EraseSpec(**{**usual, **given})


@pytest.fixture(scope="module")
def sd1(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An SD 1 with a motion adapter and a judge, and an erasure from it."""
    here = place(tmp_path_factory.mktemp("sd1"))
    here.install(write_base(here.root / "sd1", "sd1"), write_judge(here.root / "judge"))
    here.install(write_motion_adapter(here.root / "adapter", "sd1"))
    here.do(asked(host="adapter", synonyms=("Tardar Sauce",)))
    return here


def test_an_erasure_is_kept_with_all_that_is_known_of_the_name(sd1: Place) -> None:
    entry = sd1.entry(NAME)
    assert entry.manifest is not None
    assert (entry.manifest.family, entry.manifest.encoder_family) == ("sd1", "sd1")
    assert set(entry.previews) == {"before-adapter", "negative-adapter", "after-adapter"}
    with overriding(models=str(sd1.root / "models")):
        (concept,) = gone(entry.manifest)
        again = recipe(entry, sd1.library)
    assert (concept.name, concept.kind, concept.synonyms) == (NAME, "character", ("Tardar Sauce",))
    assert len(concept.neighbours) == erasing.NEIGHBOURS
    assert isinstance(again, EraseSpec)
    assert (again.kind, again.anyway, again.synonyms) == ("character", True, ("Tardar Sauce",))
    assert any("does not seem to know" in text for text in sd1.warnings())


def test_the_card_holds_what_can_be_measured_and_nothing_else(sd1: Place) -> None:
    entry = sd1.entry(NAME)
    assert entry.scorecard is not None
    hosts = entry.scorecard["hosts"]
    assert set(hosts) == {"still", "adapter"}
    assert {"direct", "paraphrase", "neighbours", "unrelated", "lpips"} <= set(hosts["still"]["erased"])
    assert "implicit" not in hosts["still"]["erased"]
    assert "motion" not in hosts["adapter"]["erased"]
    assert {"motion_amount", "motion_kept", "consistency"} <= set(hosts["adapter"]["erased"])
    assert entry.manifest is not None
    assert entry.scorecard["base"] == entry.scorecard["applied_to"] == entry.manifest.base
    for write in WRITERS.values():
        assert write(content_of(entry))


def test_without_anyway_an_unknown_concept_is_refused(sd1: Place) -> None:
    with pytest.raises(LacunaError, match="does not seem to know") as caught:
        sd1.do(asked(host="adapter", anyway=False))
    assert caught.value.kind is FailureKind.UNKNOWN_CONCEPT


def test_pictures_and_takes_are_made_with_the_entry(sd1: Place) -> None:
    out = sd1.root / "one.png"
    sd1.do(GenerateSpec(f"{NAME} at night", "sd1", "still", NAME, steps=1, out=str(out)))
    assert read_picture(out).shape == (384, 384, 3)
    made = sd1.do(ShootSpec(("a {b} {0}", NAME), (1,), "sd1", "adapter", (NAME,), steps=1, frames=2))
    clips = [read_clip(Path(path)) for path in made["takes"]]
    assert [clip.frames.shape[0] for clip in clips] == [2] * 4


def test_it_is_scored_and_probed_and_judged(sd1: Place) -> None:
    card = sd1.do(ScoreSpec(NAME))["scorecard"]
    assert card["hosts"]["still"]["erased"]["direct"]["n"] == 2
    probes = ("direct", "implicit", "token_search", "embedding_inversion", "genetic_prefix", "latent_inversion")
    report = sd1.do(ProbeSpec(NAME, probes, pictures=4, budget=1))["report"]
    assert [probe["name"] for probe in report["probes"]] == [name for name in probes if name != "implicit"]
    clip = sd1.entry(NAME).previews["after-adapter"]
    found = sd1.do(JudgeSpec((str(clip),), (NAME,), "sd1", kind="character"))
    assert len(found["frames"][str(clip)]) == 4
    assert found["concept"] == NAME


def test_the_model_is_asked_what_it_knows_of_listed_and_other_names(sd1: Place) -> None:
    found = sd1.do(IdentifySpec(("Pikachu", NAME), "sd1", pictures=4, kind="character"))["concepts"]
    assert {one["name"] for one in found} == {"Pikachu", NAME}
    with pytest.raises(InputError, match="kind is not known"):
        sd1.do(IdentifySpec((NAME,), "sd1", pictures=4))


def test_a_stack_remembers_its_concepts(sd1: Place) -> None:
    sd1.do(asked(concept="teapot", kind="object", host="adapter", preset="instant", settings={}))
    made = sd1.do(StackSpec((NAME, "teapot"), "sum", name="Both"))
    manifest = sd1.entry(made["entry"]).manifest
    assert manifest is not None
    with overriding(models=str(sd1.root / "models")):
        assert [(c.name, c.kind) for c in gone(manifest)] == [(NAME, "character"), ("teapot", "object")]


def test_an_entry_goes_onto_another_model_of_the_family_with_a_warning(sd1: Place) -> None:
    other = write_base(sd1.root / "other", "sd1")
    _move(sd1.root / "other" / "text_encoder" / "model.safetensors")
    sd1.install(replace(other, files={}))
    sd1.events.clear()
    sd1.do(GenerateSpec("a cat", "other", "still", NAME, steps=1, out=str(sd1.root / "carried.png")))
    assert any("another one of the same family" in text for text in sd1.warnings())
    _move(sd1.root / "other" / "text_encoder" / "model.safetensors", 0.5)
    sd1.install(replace(other, files={}))
    with pytest.raises(LacunaError, match=r"cannot be carried over.* \d+ tensors differ, among them: "):
        sd1.do(GenerateSpec("a cat", "other", "still", NAME, steps=1, out=str(sd1.root / "far.png")))
    sd1.install(write_base(sd1.root / "sd2", "sd2"))
    with pytest.raises(InputError, match="does not fit the model"):
        sd1.do(GenerateSpec("a cat", "sd2", "still", NAME, steps=1))


def _move(path: Path, by: float = 0.0005) -> None:
    from safetensors.numpy import load_file, save_file

    tensors = load_file(path)
    save_file({name: value + value.dtype.type(by) for name, value in tensors.items()}, path, {"format": "pt"})


@pytest.mark.parametrize("family", ["sd2", "sdxl"])
def test_the_other_families_are_erased_from_too(tmp_path: Path, family: str) -> None:
    here = place(tmp_path)
    here.install(write_base(tmp_path / family, family), write_judge(tmp_path / "judge"))
    wide = write_video(tmp_path / "wide", height=128) if family == "sd2" else None
    here.install(*filter(None, [wide]))
    made = here.do(asked(family=family, preset="instant", settings={}))
    entry = here.entry(made["entry"])
    shown = "wide" if wide else "still"
    with overriding(models=str(here.root / "models")):
        assert (default_host(family), default_host("starter")) == (shown, "animatediff")
    assert set(entry.previews) == {f"{column}-{shown}" for column in ("before", "negative", "after")}
    if wide:
        assert read_clip(Path(made["after"])).frames.shape == (4, 384, 192, 3)
    assert entry.thumbnail is not None
    assert max(read_picture(entry.thumbnail).shape[:2]) <= 2 * 256
    report = here.do(ProbeSpec(entry.id, ("direct", "latent_inversion"), pictures=4, budget=1))["report"]
    assert len(report["probes"]) == 2
    if family == "sdxl":
        with pytest.raises(InputError, match="two"):
            here.do(ProbeSpec(entry.id, ("token_search",)))
        here.events.clear()
        with pytest.raises(InputError, match="“Hardened” cannot be used with the model “sdxl”"):
            here.do(asked(family=family, preset="adversarial"))
        assert not here.events


def test_a_host_that_no_erasure_reaches_is_refused_before_any_picture(tmp_path: Path) -> None:
    here = place(tmp_path)
    far = write_video(tmp_path / "far", own=("text_encoder", "tokenizer"), moved=1.0)
    here.install(write_base(tmp_path / "sd2", "sd2"), write_judge(tmp_path / "judge"), far)
    with pytest.raises(LacunaError, match=r"“far” has another text encoder.* tensors differ"):
        here.do(asked(family="sd2", host="far"))
    assert [event.name for event in here.events if isinstance(event, Stage)] == ["Open the model"]


def test_without_a_judge_a_person_is_told_what_to_download(tmp_path: Path) -> None:
    here = place(tmp_path)
    here.install(write_base(tmp_path / "sd1", "sd1"))
    with pytest.raises(InputError, match="models download clip-judge"):
        here.do(asked())


def test_the_judge_can_be_kept_off_the_gpu(sd1: Place) -> None:
    from core.jobs.workshop import judge

    with overriding(models=str(sd1.root / "models")), using(Plan(device="meta", judge="cpu")):
        assert judge("sd1").model.device.type == "cpu"


@pytest.mark.parametrize("name", ["sd1", "sdxl"])
def test_out_of_memory_takes_a_step_down_the_familys_own_ladder_and_keeps_the_takes(name: str, tmp_path: Path) -> None:
    """The denoiser fails once the first eight pictures are there; the two that are left are made one by one."""
    here, failed = place(tmp_path), []
    here.install(write_base(tmp_path / name, name))

    def fail(_unet: Any, given: tuple[Any, ...]) -> None:
        failed.append((plan().rung, len(given[0])))
        raise torch.OutOfMemoryError("CUDA out of memory.")

    def emit(event: Event) -> None:
        here.events.append(event)
        if isinstance(event, Preview) and not failed and plan().rung == 0:
            family(name).unet.register_forward_pre_hook(fail)

    seeds = tuple(range(10))
    made = here.do(ShootSpec(("a cat",), seeds, name, "still", steps=1), emit)
    assert failed == [(0, 4)], "two pictures are left, each with and without its prompt"
    assert len({read_picture(Path(path)).tobytes() for path in made["takes"]}) == len(seeds)
    assert any("fewer pictures and clips at once" in text for text in here.warnings())
