"""Erased encoders in scripts: on an encoder, a folder and a pipeline, from an entry, a folder and a bundle."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from PIL import Image
from transformers import CLIPTextModel

from core.errors import InputError, LacunaError
from core.library.bundle import pack
from core.library.entry import Entry
from core.library.loading import Change, erase_pipeline, load_encoder
from core.library.store import Library
from core.models.catalogue import family_card
from tests.core.library.samples import NAME, add_real, delta, manifest

ROOT = Path(__file__).resolve().parents[3]
STARTER = family_card("starter").folder


@pytest.fixture
def entry(library: Library) -> Entry:
    """A change of one matrix, at strength 0.5."""
    return add_real(library)


def original() -> CLIPTextModel:
    return CLIPTextModel.from_pretrained(STARTER / "text_encoder", use_safetensors=True)


def moved(before: torch.nn.Module, after: torch.nn.Module) -> dict[str, torch.Tensor]:
    """What differs between two encoders."""
    old, new = before.state_dict(), after.state_dict()
    return {name: new[name] - old[name] for name in old if not torch.equal(new[name], old[name])}


def test_an_entry_moves_a_copy_of_the_encoder_at_its_own_strength(library: Library, entry: Entry) -> None:
    base = original()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = moved(base, load_encoder(entry, base))
    assert list(found) == [NAME]
    wanted = 0.5 * library.load_delta(entry.id)[NAME].astype(np.float32)
    assert np.allclose(found[NAME].numpy(), wanted, atol=1e-6)
    assert moved(base, original()) == {}


def test_bundle_and_folder_give_the_same_as_the_entry(entry: Entry, tmp_path: Path) -> None:
    packed = pack(entry, tmp_path / "pipwick", "MIT")
    first = load_encoder(entry, STARTER / "text_encoder", strength=1.0)
    for source in (packed, entry.folder, str(entry.folder)):
        assert moved(first, load_encoder(source, STARTER / "text_encoder", strength=1.0)) == {}


def test_strength_zero_is_the_original(entry: Entry) -> None:
    assert moved(original(), load_encoder(entry, original(), strength=0.0)) == {}


def test_half_precision_keeps_its_type_and_is_told_of(entry: Entry) -> None:
    with pytest.warns(UserWarning, match="another text encoder of the same shape"):
        made = load_encoder(entry, original().to(torch.bfloat16))
    assert made.dtype == torch.bfloat16


def test_a_pipeline_draws_something_else_afterwards(entry: Entry) -> None:
    pipeline = StableDiffusionPipeline.from_pretrained(STARTER, use_safetensors=True, local_files_only=True)
    before = pipeline.text_encoder
    erase_pipeline(pipeline, entry)
    assert list(moved(before, pipeline.text_encoder)) == [NAME]


def test_what_does_not_fit_is_refused(library: Library, tmp_path: Path) -> None:
    other = library.add(manifest(), delta(), {}, {})
    with pytest.raises(LacunaError, match="does not fit"):
        load_encoder(other, original())
    with pytest.raises(InputError, match="another kind of pipeline"):
        erase_pipeline(object(), other)
    with pytest.raises(InputError, match="no text encoder"):
        load_encoder(other, tmp_path)


def test_two_encoders_are_told_apart_by_their_parts() -> None:
    rows = {"text_encoder.text_model.a": np.ones(2), "text_encoder_2.a": np.zeros(2)}
    change = Change(manifest(), {"text_encoder.a": rows["text_encoder.text_model.a"], **dict([*rows.items()][1:])})
    assert change.paired
    assert list(change.within("text_encoder")) == list(change.within("text_encoder_2")) == ["a"]
    assert change.within("text_encoder")["a"].sum() == 2


def test_the_example_draws_before_and_after(entry: Entry, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    example = ROOT / "docs" / "examples" / "use_in_diffusers.py"
    packed = pack(entry, tmp_path / "pipwick", "MIT")
    subprocess.run([sys.executable, str(example), str(packed), "--out", str(out)], check=True, capture_output=True)
    picture = np.asarray(Image.open(out))
    before, after = np.split(picture, 2, axis=1)
    assert picture.shape[1] == 2 * picture.shape[0]
    assert not np.array_equal(before, after)
