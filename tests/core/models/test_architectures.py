"""The known architectures are the published ones, and random models of them are quick to make and well-behaved."""

from __future__ import annotations

import pytest
import torch

from core.errors import InputError
from core.models.architectures import build, count, shapes
from core.models.recipe import architectures, recipe, sizes

PUBLISHED = {
    "clip-vit-l": 123_060_480,
    "openclip-vit-h": 340_387_840,
    "openclip-vit-bigg": 694_659_840,
    "sd1-unet": 859_520_964,
    "sd2-unet": 865_910_724,
    "sdxl-unet": 2_567_463_684,
    "sd-vae": 83_653_863,
    "modelscope-unet3d": 1_411_233_860,
    "clip-vit-b-32": 151_277_313,
}
"""Parameters, from the models' papers and cards."""


def test_the_sizes_on_record_are_those_of_the_architectures() -> None:
    """`python -m core.models.architectures` writes them anew."""
    assert sizes() == count()


@pytest.mark.parametrize(("name", "parameters"), PUBLISHED.items())
def test_an_architecture_weighs_what_was_published(name: str, parameters: int) -> None:
    assert sizes()[name]["parameters"] == parameters


def test_the_tiny_width_has_the_make_up_of_the_real_one() -> None:
    for name in architectures():
        real, tiny = recipe(name), recipe(f"{name}/tiny")
        assert real.cls == tiny.cls
        assert set(real.config) == set(tiny.config)
        assert real.config.get("down_block_types") == tiny.config.get("down_block_types")


def test_tiny_shapes_agree_with_one_another() -> None:
    """What the encoders say is what the U-Nets read."""
    widths = {name: recipe(f"{name}/tiny").config.get("hidden_size", 0) for name in architectures()}
    reads = {name: recipe(f"{name}/tiny").config.get("cross_attention_dim", 0) for name in architectures()}
    assert reads["sd1-unet"] == widths["clip-vit-l"]
    assert reads["sd2-unet"] == reads["modelscope-unet3d"] == widths["openclip-vit-h"]
    assert reads["sdxl-unet"] == widths["clip-vit-l"] + widths["openclip-vit-bigg"]


def test_shapes_are_those_of_what_is_built() -> None:
    made = build("sdxl-unet", "tiny").state_dict()
    assert shapes("sdxl-unet/tiny") == {name: tuple(tensor.shape) for name, tensor in made.items()}


def test_random_weights_repeat_with_their_seed_and_no_two_tensors_are_alike() -> None:
    first, again, other = (build("clip-vit-l", "tiny", seed=seed).state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(first[name], again[name]) for name in first)
    drawn = [name for name in first if first[name].ndim > 1]
    assert not any(torch.equal(first[name], other[name]) for name in drawn)
    attention = "encoder.layers.0.self_attn"
    assert not torch.equal(first[f"{attention}.q_proj.weight"], first[f"{attention}.k_proj.weight"])


def test_random_weights_keep_the_size_of_a_signal() -> None:
    encoder = build("openclip-vit-h", "tiny", torch.bfloat16)
    states = encoder(torch.arange(77)[None]).last_hidden_state
    assert encoder.dtype is torch.bfloat16
    assert not encoder.training
    assert not any(parameter.requires_grad for parameter in encoder.parameters())
    assert 0.5 < states.float().std() < 2


def test_a_scheduler_is_built_as_it_is() -> None:
    assert build("sd2-v-scheduler").config.prediction_type == "v_prediction"
    assert build("sd-scheduler").config.prediction_type == "epsilon"


def test_an_unknown_architecture_is_refused() -> None:
    with pytest.raises(InputError, match=r"no architecture “gpt”.*clip-vit-l"):
        build("gpt")
