"""What methods share: settings that are refused in words, and frozen parts that stay as they are."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from core.erasure import METHODS, SETTINGS
from core.erasure.few_shot import FewShotSettings
from core.erasure.guarded import GuardedSettings
from core.erasure.method import read_settings
from core.errors import InputError
from tests.core.erasure.subjects import alike, moved_by, subject
from tests.core.models.pair import digest, starter

SHORT: dict[str, dict[str, Any]] = {
    "few_shot": {"epochs": 1, "learning_rate": 3e-4},
    "guarded": {"steps": 2, "batch": 2, "prompts": 4, "retain_prompts": 8},
    "steering": {"steps": 2, "pool": 4, "retain_pool": 8, "prompts": 2, "retain_prompts": 4},
    "closed_form": {"layers": 2, "prompts": 4, "retain_prompts": 8},
    "domain_correction": {"steps": 2, "warm_up": 1, "batch": 2, "retain_prompts": 8},
    "adversarial": {"steps": 2, "batch": 2, "prompts": 4, "retain_prompts": 8, "attack_steps": 1},
}
SELECTING = [name for name in METHODS if any(field.name == "trainable" for field in fields(SETTINGS[name]))]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"speed": 1}, "no setting “speed”. It has: trainable, learning_rate"),
        ({"steps": "many"}, "“steps” cannot be 'many'. It is a whole number."),
        ({"steps": 2.5}, "“steps” cannot be 2.5. It is a whole number."),
        ({"steps": True}, "“steps” cannot be True. It is a whole number."),
        ({"steps": 0}, "“steps” cannot be 0. It must be 1 or more."),
        ({"retain": -1.0}, "“retain” cannot be -1.0. It must be 0 or more, and finite."),
        ({"learning_rate": float("nan")}, "“learning_rate” cannot be nan. It must be 0 or more, and finite."),
        ({"learning_rate": float("inf")}, "“learning_rate” cannot be inf. It must be 0 or more, and finite."),
        ({"learning_rate": None}, "“learning_rate” cannot be None. It is a number."),
        ({"surgery": 1}, "“surgery” cannot be 1. It is true or false."),
        ({"trainable": 3}, "“trainable” cannot be 3. It is a word."),
    ],
)
def test_wrong_settings_are_refused_in_words(given: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        read_settings(GuardedSettings, given)


def test_given_settings_replace_the_defaults() -> None:
    assert read_settings(FewShotSettings, {}) == FewShotSettings()
    assert read_settings(FewShotSettings, {"epochs": 4, "learning_rate": 1}) == FewShotSettings(
        epochs=4, learning_rate=1
    )


@pytest.mark.parametrize("name", METHODS)
def test_a_method_refuses_wrong_settings_before_it_moves_anything(name: str) -> None:
    one = subject()
    for given, words in (({"speed": 1}, "speed"), ({"trainable": "heads"}, "heads|no setting “trainable”")):
        with pytest.raises(InputError, match=words):
            next(METHODS[name](one, given))
    assert digest(one.encoder) == digest(starter().encoder)


@pytest.mark.parametrize("name", SELECTING)
def test_only_the_chosen_tensors_move_and_everything_frozen_stays(name: str) -> None:
    frozen = (starter().encoder, starter().unet, starter().vae)
    before = [digest(module) for module in frozen]
    delta = moved_by(METHODS[name], {**SHORT[name], "trainable": "mlp+final-attention"})
    assert all(".mlp.fc" in n or "layers.3.self_attn" in n for n in delta)
    assert sum(".mlp.fc" in n for n in delta) == 16
    assert all(np.isfinite(value).all() for value in delta.values())
    assert [digest(module) for module in frozen] == before
    assert not any(p.requires_grad for module in frozen for p in module.parameters())
    assert all(p.grad is None for module in frozen for p in module.parameters())


@pytest.mark.parametrize("name", METHODS)
def test_a_seed_repeats_an_erasure_to_the_bit_and_another_differs(name: str) -> None:
    first = moved_by(METHODS[name], SHORT[name])
    assert alike(first, moved_by(METHODS[name], SHORT[name]))
    assert not alike(first, moved_by(METHODS[name], SHORT[name], seed=1))


@pytest.mark.parametrize("name", METHODS)
def test_checkpoints_count_up_to_the_end(name: str) -> None:
    found = list(METHODS[name](subject(), SHORT[name]))
    assert [c.step for c in found] == list(range(1, len(found) + 1))
    assert {c.steps for c in found} == {len(found)}
    assert all(np.isfinite(c.loss) for c in found)


def test_every_method_has_its_settings() -> None:
    assert set(METHODS) == set(SETTINGS)
