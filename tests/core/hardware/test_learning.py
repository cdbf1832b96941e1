"""What a step of a method holds: by the methods' own defaults, and for the sets of tensors as they are counted."""

from __future__ import annotations

from typing import Any

import pytest

from core.erasure import METHODS, SETTINGS
from core.erasure.trainable import TrainableSet, select
from core.hardware.learning import DEFAULTS, moving, passes, solving
from core.models.architectures import empty
from core.models.recipe import recipe


@pytest.mark.parametrize("method", METHODS)
def test_the_defaults_are_the_methods_own(method: str) -> None:
    settings = SETTINGS[method]()
    assert {name: getattr(settings, name) for name in DEFAULTS[method]} == DEFAULTS[method]
    assert ("images" in DEFAULTS[method]) == hasattr(settings, "images")


@pytest.mark.parametrize("which", list(TrainableSet))
@pytest.mark.parametrize("name", ["clip-vit-l", "openclip-vit-h"])
def test_what_moves_is_counted_as_the_methods_choose_it(which: TrainableSet, name: str) -> None:
    chosen = select(empty(name), which)
    assert moving(which.value, recipe(name).config) == sum(parameter.numel() for parameter in chosen)


def most(method: str, what: str, together: int = 0, **given: Any) -> int:
    return max(getattr(moment, what) for moment in passes(method, given, together))


def test_a_chunk_bounds_the_latents_and_a_method_without_pictures_has_none() -> None:
    assert most("guarded", "latents", 1) == 1
    assert most("guarded", "latents", batch=9) == 9
    assert most("guarded", "latents", denoiser=0.0) == 0
    assert most("few_shot", "latents", batch=8, chunk=3) == 3
    assert most("steering", "latents") == most("closed_form", "latents") == 0


def test_more_prompts_are_more_to_keep() -> None:
    assert most("guarded", "prompts", retain_prompts=100) == most("guarded", "prompts") + 52


def test_the_closed_form_solves_for_what_its_projection_reads() -> None:
    wide, narrow = ({"projection": name} for name in ("mlp", "attention"))
    assert solving(wide, recipe("clip-vit-l").config) > 10 * solving(narrow, recipe("clip-vit-l").config)
