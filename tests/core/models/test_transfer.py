"""Which text encoders an erasure carries over to, and what it adds there."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from core.models.transfer import Different, Same, Shift, compare, shifted

BASE = {
    "encoder.layers.0.mlp.fc1.weight": torch.randn(16, 16, generator=torch.Generator().manual_seed(0)) * 0.02,
    "encoder.layers.0.mlp.fc1.bias": torch.zeros(16),
    "final_layer_norm.weight": torch.ones(16),
}
DEEPER = {"encoder.layers.1.mlp.fc1.weight": torch.ones(16, 16)}


def without(name: str) -> dict[str, Tensor]:
    """The base, less a tensor."""
    return {key: tensor for key, tensor in BASE.items() if key != name}


def test_the_same_numbers_are_the_same_encoder() -> None:
    assert compare(copy.deepcopy(BASE), BASE) == Same()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_rounding_and_fine_tuning_are_a_shift(dtype: torch.dtype) -> None:
    rounded = compare({name: tensor.to(dtype) for name, tensor in BASE.items()}, BASE)
    tuned = compare({name: tensor + 5e-4 for name, tensor in BASE.items()}, BASE)
    assert isinstance(rounded, Shift)
    assert 0 < rounded.max_abs < 1e-3
    assert isinstance(tuned, Shift)
    assert tuned.max_abs == pytest.approx(5e-4, rel=1e-3)


def test_encoders_trained_apart_are_told_by_the_tensors_that_differ() -> None:
    first = "encoder.layers.0.mlp.fc1.weight"
    assert compare({**BASE, first: BASE[first].flip(0)}, BASE) == Different((first,))


@pytest.mark.parametrize("name", list(BASE))
def test_a_missing_tensor_or_another_shape_is_named(name: str) -> None:
    assert compare(without(name), BASE) == Different((name,))
    assert compare({**BASE, name: torch.ones(3, 3)}, BASE) == Different((name,))


def test_a_layer_more_is_let_pass_only_where_the_family_says_so() -> None:
    assert compare({**BASE, **DEEPER}, BASE) == Different(tuple(DEEPER))
    assert compare({**BASE, **DEEPER}, BASE, deeper=True) == Same(tuple(DEEPER))
    strange = {**BASE, "text_projection.weight": torch.ones(2, 2)}
    assert compare(strange, BASE, deeper=True) == Different(("text_projection.weight",))


def test_the_change_is_added_and_nothing_else() -> None:
    base, host = nn.Linear(4, 4), nn.Linear(4, 4).to(torch.bfloat16)
    erased = copy.deepcopy(base)
    with torch.no_grad():
        erased.weight += 0.25
    before = host.weight.clone()
    moved = shifted(host, base, erased)
    assert isinstance(moved, nn.Linear)
    assert torch.allclose(moved.weight, before.float() + 0.25, atol=1e-6)
    assert torch.equal(moved.bias, host.bias.float())
    assert torch.equal(host.weight, before)
