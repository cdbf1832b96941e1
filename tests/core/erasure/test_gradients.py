"""Projection: what is left of a gradient, of which size it is, and that neighbours stay where it says they do."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor

from core.erasure.gradients import basis_of, flat, project_out, pull_on, unflat
from core.erasure.trainable import TrainableSet, select
from core.models.text import text_states
from tests.core.erasure.subjects import subject

SHAPES = ((5, 3), (4,), (2, 2, 2))


def random_tensors(generator: torch.Generator) -> list[Tensor]:
    """Tensors of three shapes."""
    return [torch.randn(shape, generator=generator) for shape in SHAPES]


@pytest.mark.parametrize("seed", range(10))
def test_what_is_left_is_orthogonal_to_every_direction_and_the_rest_stays(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    gradient, directions = random_tensors(generator), [random_tensors(generator) for _ in range(4)]
    left = project_out(gradient, directions)
    assert [t.shape for t in left] == [t.shape for t in gradient]
    for direction in directions:
        assert abs(float(flat(left) @ flat(direction))) < 1e-4 * float(flat(direction).norm() * flat(gradient).norm())
    taken = flat(gradient) - flat(left)
    matrix = torch.stack([flat(direction) for direction in directions], 1)
    fitted = matrix @ torch.linalg.lstsq(matrix, flat(gradient)[:, None]).solution[:, 0]
    assert torch.allclose(taken, fitted, atol=1e-4)


def test_a_gradient_across_the_directions_stays_as_it_is() -> None:
    gradient, direction = [torch.tensor([0.0, 3.0]), torch.tensor([4.0])], [torch.tensor([2.0, 0.0]), torch.zeros(1)]
    assert all(torch.equal(a, b) for a, b in zip(project_out(gradient, [direction]), gradient, strict=True))


def test_tensors_are_one_vector_and_not_projected_one_by_one() -> None:
    gradient = [torch.tensor([1.0]), torch.tensor([-1.0])]
    assert flat(project_out(gradient, [[torch.tensor([1.0]), torch.tensor([1.0])]])).tolist() == [1.0, -1.0]


def test_repeated_empty_and_dependent_directions_add_nothing() -> None:
    generator = torch.Generator().manual_seed(0)
    one, other = random_tensors(generator), random_tensors(generator)
    nothing = [torch.zeros_like(t) for t in one]
    both = [a + 2 * b for a, b in zip(one, other, strict=True)]
    assert len(basis_of([one, nothing, one, other, both])) == 2
    assert len(basis_of([])) == 0


def test_nearly_parallel_directions_still_give_an_orthonormal_basis() -> None:
    generator = torch.Generator().manual_seed(0)
    first = torch.randn(300, generator=generator)
    directions = [[first + 1e-3 * torch.randn(300, generator=generator)] for _ in range(5)]
    basis = torch.stack(basis_of(directions))
    assert torch.allclose(basis @ basis.T, torch.eye(len(basis)), atol=1e-4)


def test_flat_and_unflat_undo_each_other() -> None:
    tensors = random_tensors(torch.Generator().manual_seed(0))
    assert all(torch.equal(a, b) for a, b in zip(unflat(flat(tensors), tensors), tensors, strict=True))


def test_a_projected_step_moves_the_neighbour_far_less_along_the_heading() -> None:
    one = subject()
    near, named, led = (["a photo of Tizzel"], ["a photo of Pipwick"], ["a photo of a critter"])
    moving = select(one.encoder, TrainableSet.MLP)
    with torch.no_grad():
        old, goal = (text_states(one.original, one.tokenizer, texts) for texts in (named, led))
        before = text_states(one.original, one.tokenizer, near)
    heading = (goal - old).mean(0)
    gap = (text_states(one.encoder, one.tokenizer, named) - goal).pow(2).mean()
    pull = list(torch.autograd.grad(gap, moving))
    direction = pull_on(one, moving, near, heading)
    moved = []
    for gradient in (pull, project_out(pull, [direction])):
        stepped = copy.deepcopy(one.encoder)
        with torch.no_grad():
            for parameter, part in zip(select(stepped, TrainableSet.MLP), gradient, strict=True):
                parameter.sub_(1e-3 * part / flat(pull).norm())
            moved.append(float(((text_states(stepped, one.tokenizer, near) - before) * heading).sum()))
    assert moved[0] != 0
    assert abs(moved[1]) < 0.1 * abs(moved[0])
