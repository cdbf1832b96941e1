"""The optimiser follows the plan, and its schedule may begin in the middle."""

from __future__ import annotations

import importlib.util

import pytest
import torch
from torch import nn

from core.erasure.optimiser import adam, cosine
from core.errors import InputError
from core.hardware.plan import Plan, using


def rates(first: int) -> list[float]:
    """The learning rates of the steps from `first` to 6."""
    optimiser = adam([nn.Parameter(torch.ones(2))], 1e-2)
    schedule = cosine(optimiser, 1e-2, 6, first)
    found = []
    for _ in range(first, 7):
        found.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return found


def test_a_schedule_goes_on_where_it_stood() -> None:
    whole = rates(1)
    assert whole[0] == 1e-2
    assert whole == sorted(whole, reverse=True)
    assert rates(4) == pytest.approx(whole[3:])


@pytest.mark.skipif(importlib.util.find_spec("bitsandbytes") is not None, reason="bitsandbytes is installed")
def test_8_bits_without_their_package_are_refused_in_words() -> None:
    with using(Plan(optimiser="adam8bit")), pytest.raises(InputError, match=r"bitsandbytes.*Install"):
        adam([nn.Parameter(torch.ones(2))], 1e-2)
