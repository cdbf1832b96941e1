"""What the catalogue's sheets download can be opened: small random models under the very names that the sheets want."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from core.evaluation.judge import Judge
from core.models.catalogue import FamilyCard, assembled
from core.models.clip_words import clip_tokenizer
from core.models.component import Component
from core.models.hosts import Host
from core.models.install import Installer
from core.models.licences import accept
from core.models.offers import Offer
from core.models.opened import Family
from core.models.registry import Registry
from core.resources import resource
from tests.core.models.shelf import ready, small
from tests.models import write_base, write_judge, write_video
from tests.server import REPO, serving

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


def unpinned(root: Path, name: str) -> Offer:
    """The bundled sheet, but at the test server and without its pins."""
    sheet = resource("catalogue", f"{name}.toml").read_text("utf-8")
    sheet = re.sub(r"^repo = .*$", f'repo = "{REPO}"', sheet, flags=re.MULTILINE)
    sheet = re.sub(r"^revision = .*$", 'revision = "main"', sheet, flags=re.MULTILINE)
    sheet = re.sub(r"^mirrors = .*\n", "", sheet, flags=re.MULTILINE)
    return small(root, re.sub(r', size = \d+, sha256 = "\w+"', "", sheet), name)


def published_words(folder: Path, pad: str) -> None:
    """A tokenizer in the four files of the published models, which tell the padding in the last of them."""
    words = clip_tokenizer().backend_tokenizer
    model = json.loads(words.to_str())["model"]
    merges = [" ".join(pair) for pair in model["merges"]]
    marks = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"}
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps(model["vocab"]), "utf-8")
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]), "utf-8")
    config = {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "pad_token": "<|endoftext|>", **marks}
    (folder / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
    (folder / "special_tokens_map.json").write_text(json.dumps({**marks, "pad_token": pad}), "utf-8")


def as_published(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, weights under the names of 16 bits as well."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    half = {name.replace(".safetensors", ".fp16.safetensors"): data for name, data in found.items()}
    return {**found, **half}


def downloaded(root: Path, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Component:
    """The offer of this id, downloaded from a server that has what lies in the folder."""
    with serving(as_published(folder)) as server:
        ready(monkeypatch, server.url)
        offer = unpinned(root, name)
        accept(offer, root)
        Installer(root).install(offer)
    found = Registry(root).get(name)
    assert found is not None
    return found


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FamilyCard:
    """Stable Diffusion 2.1, ZeroScope and the judge, downloaded."""
    sources = {name: tmp_path / "sources" / name for name in ("sd21", "zeroscope-576w", "clip-judge")}
    write_base(sources["sd21"], "sd2", prediction="v_prediction")
    write_video(sources["zeroscope-576w"], own=("text_encoder", "vae"))
    (sources["zeroscope-576w"] / "scheduler").mkdir()
    schedule = (sources["sd21"] / "scheduler" / "scheduler_config.json").read_bytes()
    (sources["zeroscope-576w"] / "scheduler" / "scheduler_config.json").write_bytes(schedule)
    write_judge(sources["clip-judge"])
    for place in (sources["sd21"] / "tokenizer", sources["clip-judge"]):
        for path in place.glob("*token*"):
            path.unlink()
    (sources["sd21"] / "tokenizer").rmdir()
    published_words(sources["sd21"] / "tokenizer", "!")
    published_words(sources["zeroscope-576w"] / "tokenizer", "!")
    published_words(tmp_path / "words", "<|endoftext|>")
    for path in (tmp_path / "words").iterdir():
        path.rename(sources["clip-judge"] / path.name)
    root = tmp_path / "models"
    made = {name: downloaded(root, name, folder, monkeypatch) for name, folder in sources.items()}
    return assembled(made["sd21"], tuple(made.values()))


def test_a_downloaded_model_opens_with_its_video_model_and_its_judge(card: FamilyCard) -> None:
    family = Family(card)
    ids = family.tokenizer(["a photo of a cat"], padding="max_length", truncation=True, return_tensors="pt").input_ids
    assert ids[0, :8].tolist() == [49406, 320, 1125, 539, 320, 2368, 49407, 0]
    assert family.scheduler.config.prediction_type == "v_prediction"
    host: Host = family.host("zeroscope-576w")
    assert host.card.pixels == (576, 320)
    assert host.pipeline.unet is not family.unet
    assert host.encoder_for(family.encoder) is not None
    assert host.states(family.encoder, ["a cat"]).shape[:2] == (1, 77)
    assert family.host("still").card.size == 768
    judge = Judge.load(card.source("judge").path)
    assert judge.tokenizer(["a photo of a cat"]).input_ids == [[49406, 320, 1125, 539, 320, 2368, 49407]]
