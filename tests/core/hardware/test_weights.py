"""How much a model's parts weigh: by the headers of their files, by their architecture, or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from core.hardware.estimates import learnt
from core.hardware.plan import Plan
from core.hardware.tasks import Task, Work
from core.hardware.weights import config, parameters, share
from core.models.catalogue import FamilyCard, family_card
from core.models.component import Layout, Source
from tests.core.hardware.models import model
from tests.core.models.pair import starter


def with_part(part: str, source: Source) -> FamilyCard:
    card = model()
    return replace(card, sources={**card.sources, part: source})


def test_the_published_architectures_weigh_what_was_published() -> None:
    assert parameters(model("sd1"), "text_encoder") == 123_060_480
    assert parameters(model("sd2"), "text_encoder") == 340_387_840
    assert parameters(model("sd1"), "unet") == 859_520_964
    assert parameters(model("sdxl"), "unet") == 2_567_463_684


def test_the_bundled_pair_is_counted_in_its_files() -> None:
    card = family_card("starter")
    assert parameters(card, "unet") == sum(p.numel() for p in starter().unet.parameters())
    assert config(card, "text_encoder")["hidden_size"] > 0


def test_of_a_folder_one_precision_is_counted(tmp_path: Path) -> None:
    tensors = {"a": np.zeros((4, 5), np.float32), "b": np.zeros(7, np.float32)}
    save_file(tensors, tmp_path / "model.safetensors")
    save_file({name: value.astype(np.float16) for name, value in tensors.items()}, tmp_path / "model.fp16.safetensors")
    assert parameters(with_part("unet", Source(tmp_path)), "unet") == 27
    (tmp_path / "model.safetensors").unlink()
    assert parameters(with_part("unet", Source(tmp_path)), "unet") == 27


def test_of_a_checkpoint_the_part_alone_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "all.safetensors"
    names = ("model.diffusion_model.a", "first_stage_model.b", "cond_stage_model.transformer.c")
    save_file({name: np.zeros(3 + k, np.float32) for k, name in enumerate(names)}, path)
    for count, part in ((3, "unet"), (4, "vae"), (5, "text_encoder")):
        assert parameters(with_part(part, Source(path, Layout.CHECKPOINT)), part) == count


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    card = with_part("unet", Source(tmp_path / "unet.safetensors", Layout.FILE))
    for count in (3, 300):
        save_file({"a": np.zeros(count, np.float32)}, tmp_path / "unet.safetensors")
        assert parameters(card, "unet") == count


@pytest.mark.parametrize(
    "content", [b"", b"\x08\x00\x00\x00\x00\x00\x00\x00{nothing", b"\xff" * 64, b"\x02" + 7 * b"\0" + b"[]"]
)
def test_where_a_file_is_broken_the_architecture_speaks(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "unet.safetensors"
    path.write_bytes(content)
    assert parameters(with_part("unet", Source(path, Layout.FILE, "sd1-unet")), "unet") == 859_520_964


def test_a_header_that_lies_about_shapes_is_no_weight(tmp_path: Path) -> None:
    told = json.dumps({"a": {"dtype": "F32", "shape": "many"}, "b": 3, "c": {"shape": [2, -5]}}).encode()
    path = tmp_path / "unet.safetensors"
    path.write_bytes(len(told).to_bytes(8, "little") + told)
    assert parameters(with_part("unet", Source(path, Layout.FILE, "sd1-unet")), "unet") == 859_520_964


@pytest.mark.parametrize("layout", [Layout.FILE, Layout.FOLDER])
def test_a_part_of_an_unknown_architecture_is_estimated_by_its_headers(layout: Layout, tmp_path: Path) -> None:
    """A text encoder of half the size of the usual one takes half of what passes through that."""
    path = tmp_path if layout is Layout.FOLDER else tmp_path / "model.safetensors"
    save_file({"a": np.zeros(61_530_240, np.float16)}, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text('{"d_model": 512, "num_layers": 6}')
    card = with_part("text_encoder", Source(path, layout, "encoder-of-tomorrow"))
    assert parameters(card, "text_encoder") == 61_530_240
    assert share(card, "text_encoder") == 0.5
    usual, found = (learnt(Task(Work.LEARN), one, Plan("cuda:0")).parts for one in (model(), card))
    assert 0.4 < found["activations"] / usual["activations"] < 1
    assert found["encoders"] == usual["encoders"] / 2


def test_a_part_that_is_not_there_weighs_nothing() -> None:
    assert parameters(model(), "text_encoder_2") == 0
    assert config(model(), "text_encoder_2") == {}


def test_a_narrow_model_of_the_same_make_up_holds_less() -> None:
    tiny = with_part("unet", Source(Path("nowhere"), Layout.FILE, "sd1-unet/tiny"))
    assert share(tiny, "unet") == 32 / 3520
    assert share(model(), "unet") == share(model(), "text_encoder") == 1
    starter_card = family_card("starter")
    assert share(starter_card, "unet") == 1, "its architecture is not among the published ones"
