"""Exports of entries on real families, from the library to a file, read back by torch and by diffusers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline

from core.errors import InputError
from core.library.entry import Entry
from core.library.exporters.gather import export_entry
from core.library.store import Library
from core.models.catalogue import FamilyCard
from core.models.component import Layout
from core.models.headers import read_header
from core.models.opened import Family
from core.models.tensors import encoder_tensors, fingerprint
from core.settings import overriding
from tests.core.library.samples import manifest
from tests.models import FAMILIES, registered, write_base, write_checkpoint


@pytest.fixture(autouse=True)
def models(tmp_path: Path) -> Iterator[None]:
    """The models folder is the test's own."""
    with overriding(models=str(tmp_path)):
        yield


LAYER = "encoder.layers.1.self_attn.k_proj.weight"


def erased_on(library: Library, card: FamilyCard) -> Entry:
    """An entry that moves an attention's matrix in every encoder of the model."""
    base = encoder_tensors(card)
    moving = [name for name in base if name.endswith(LAYER)]
    assert len(moving) == len(card.encoders)
    delta = {name: np.full(base[name].shape, 0.25, np.float16) for name in moving}
    return library.add(manifest(family=card.name, base=fingerprint(base), strength=1.0), delta, {}, {})


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=["fp16", "bf16"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_whole_checkpoint_holds_the_erased_encoder_and_all_else_as_it_was(
    library: Library, tmp_path: Path, family: str, dtype: torch.dtype
) -> None:
    card = registered(tmp_path, write_checkpoint(tmp_path / "model.safetensors", family, dtype=dtype))
    entry = erased_on(library, card)
    made = Path(export_entry(library, entry.id, "checkpoint", tmp_path / "erased")["path"])
    changed = _differing(tmp_path / "model.safetensors", made)
    assert len(changed) == len(card.encoders)
    before, after = read_header(card.source("unet").path), read_header(made)
    assert {name: held.shape for name, held in before.tensors.items()} == {n: h.shape for n, h in after.tensors.items()}
    assert after.metadata["lacuna.erased"] == "Pipwick"


def _differing(one: Path, other: Path) -> list[str]:
    """Names of tensors whose bytes differ."""
    first, second = read_header(one), read_header(other)
    a, b = one.read_bytes(), other.read_bytes()
    return [
        name
        for name, held in first.tensors.items()
        if a[held.start : held.end] != b[second.tensors[name].start : second.tensors[name].end]
    ]


def test_the_written_checkpoint_opens_as_a_model_of_its_own(library: Library, tmp_path: Path) -> None:
    card = registered(tmp_path, write_checkpoint(tmp_path / "model.safetensors", "sd2"))
    entry = erased_on(library, card)
    export_entry(library, entry.id, "checkpoint", tmp_path / "erased")
    component = write_checkpoint(tmp_path / "other" / "copy.safetensors", "sd2")
    (tmp_path / "erased.safetensors").replace(component.sources["unet"].path)
    opened = Family(registered(tmp_path, replace(component, files={})))
    moved = dict(opened.encoder.named_parameters())[LAYER].detach().numpy() - encoder_tensors(card)[LAYER]
    assert np.allclose(moved, 0.25, atol=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_pipeline_is_copied_with_its_erased_encoders(library: Library, tmp_path: Path, family: str) -> None:
    card = registered(tmp_path, write_base(tmp_path / "model", family))
    entry = erased_on(library, card)
    made = export_entry(library, entry.id, "pipeline", tmp_path / "erased")["path"]
    kind = StableDiffusionXLPipeline if family == "sdxl" else StableDiffusionPipeline
    pipeline = kind.from_pretrained(made, use_safetensors=True, local_files_only=True)
    for encoder in card.encoders:
        own = getattr(pipeline, encoder.part).state_dict()
        name = next(name for name in own if name.endswith(LAYER))
        base = {
            n.rpartition("text_model.")[2]: v for n, v in encoder_tensors(card).items() if _in(encoder.part, n, card)
        }
        plain = LAYER if LAYER in base else f"{encoder.part}.{LAYER}"
        assert np.allclose(own[name].numpy() - base[plain], 0.25, atol=1e-6)


def _in(part: str, name: str, card: FamilyCard) -> bool:
    return len(card.encoders) == 1 or name.startswith(f"{part}.")


def test_a_model_of_another_form_is_refused_with_the_way_that_works(library: Library, tmp_path: Path) -> None:
    card = registered(tmp_path, write_base(tmp_path / "model", "sd1"))
    assert card.source("unet").layout is Layout.FOLDER
    entry = erased_on(library, card)
    with pytest.raises(InputError, match=r"no single checkpoint.*LoRA"):
        export_entry(library, entry.id, "checkpoint", tmp_path / "erased")
    assert not (tmp_path / "erased.safetensors").exists()
