"""Trainable sets and Δ: the right tensors move, and θ₀ + α·Δ is what it says."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
from transformers import CLIPTextConfig, CLIPTextModel

from core.erasure.trainable import Delta, TrainableSet, apply_delta, delta_between, parameters_of, select
from core.errors import FailureKind, InputError, LacunaError
from tests.core.models.pair import disturbed, starter

# Per layer: 2 MLP matrices and 4 attention matrices, each with a bias. Besides: 2 embeddings, final norm of 2.
MLP, ATTENTION = 4, 8


def names(encoder: Any) -> set[str]:
    """The parameters that may move."""
    return {name for name, parameter in encoder.named_parameters() if parameter.requires_grad}


@pytest.fixture(scope="module")
def large() -> Any:
    """The text encoder of CLIP ViT-L/14, by its published sizes and without its weights."""
    with torch.device("meta"):
        return CLIPTextModel(
            CLIPTextConfig(
                vocab_size=49408,
                hidden_size=768,
                intermediate_size=3072,
                num_hidden_layers=12,
                num_attention_heads=12,
                max_position_embeddings=77,
            )
        )


@pytest.mark.parametrize(
    ("which", "count"),
    [
        (TrainableSet.MLP, 4 * MLP),
        (TrainableSet.ATTENTION, 4 * ATTENTION),
        (TrainableSet.MLP_ATTENTION, 4 * (MLP + ATTENTION)),
        (TrainableSet.MLP_FINAL_ATTENTION, 4 * MLP + ATTENTION),
        (TrainableSet.FIRST_BLOCK, MLP + ATTENTION + 4),
        (TrainableSet.ALL, 4 * (MLP + ATTENTION + 4) + 4),
    ],
)
def test_a_set_selects_its_tensors_and_freezes_the_rest(which: TrainableSet, count: int) -> None:
    encoder = copy.deepcopy(starter().encoder)
    select(encoder, TrainableSet.ALL)
    moving = select(encoder, which)
    assert len(moving) == len(names(encoder)) == count
    assert not names(starter().encoder)


def test_the_default_set_is_the_mlps_and_the_last_attention() -> None:
    encoder = copy.deepcopy(starter().encoder)
    select(encoder, TrainableSet.MLP_FINAL_ATTENTION)
    attention = {name for name in names(encoder) if "self_attn" in name}
    assert len(attention) == ATTENTION
    assert all("layers.3." in name for name in attention)
    assert all(".mlp.fc" in name for name in names(encoder) - attention)


@pytest.mark.parametrize(
    ("which", "millions"),
    [
        (TrainableSet.MLP, 56.7),
        (TrainableSet.ATTENTION, 28.3),
        (TrainableSet.MLP_ATTENTION, 85.0),
        (TrainableSet.MLP_FINAL_ATTENTION, 59.0),
        (TrainableSet.FIRST_BLOCK, 7.1),
        (TrainableSet.ALL, 123.1),
    ],
)
def test_sets_of_the_real_encoder_have_the_published_sizes(large: Any, which: TrainableSet, millions: float) -> None:
    assert round(sum(parameter.numel() for parameter in select(large, which)) / 1e6, 1) == millions


def test_the_first_block_is_the_first_of_all_its_blocks() -> None:
    encoder = copy.deepcopy(starter().encoder)
    select(encoder, TrainableSet.FIRST_BLOCK)
    assert all(".layers.0." in name for name in names(encoder))


def test_an_unknown_set_is_answered_with_the_known_ones() -> None:
    assert TrainableSet.of("mlp+attention") is TrainableSet.MLP_ATTENTION
    with pytest.raises(InputError, match=r"no trainable set “heads”.*all, mlp, attention, mlp\+attention"):
        TrainableSet.of("heads")


def test_delta_holds_the_tensors_that_differ() -> None:
    base, moved = parameters_of(starter().encoder), parameters_of(disturbed(starter().encoder))
    delta = delta_between(moved, base)
    assert set(delta) == {name for name in base if ".mlp." in name}
    assert delta_between(base, base) == {}


def test_strength_runs_from_the_base_to_the_moved_encoder() -> None:
    encoder = copy.deepcopy(starter().encoder)
    base, moved = parameters_of(starter().encoder), parameters_of(disturbed(encoder))
    delta: Delta = {name: value.astype(np.float16) for name, value in delta_between(moved, base).items()}
    apply_delta(encoder, base, delta, 1.0)
    for name, parameter in encoder.named_parameters():
        bound = 2.0**-11 * (moved[name] - base[name]).abs() + 2.0**-23 * (1 + moved[name].abs())
        assert bool(((parameter - moved[name]).abs() <= bound).all())
    apply_delta(encoder, base, delta, 0.5)
    halfway = parameters_of(encoder)
    assert all(torch.allclose(halfway[name], (base[name] + moved[name]) / 2, atol=1e-3) for name in base)
    apply_delta(encoder, base, delta, 0.0)
    assert all(torch.equal(parameter, base[name]) for name, parameter in encoder.named_parameters())


@pytest.mark.parametrize("name", ["text_model.final_layer_norm.weight", "text_model.layers.99.weight"])
def test_a_delta_for_another_encoder_is_refused_and_nothing_moves(name: str) -> None:
    encoder, base = copy.deepcopy(starter().encoder), parameters_of(starter().encoder)
    with pytest.raises(LacunaError, match=f"does not fit.*{name}") as caught:
        apply_delta(encoder, base, {name: np.ones((3, 3), np.float32)})
    assert caught.value.kind is FailureKind.DAMAGED
    assert delta_between(parameters_of(encoder), base) == {}
