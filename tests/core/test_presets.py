"""Presets: each names a method that exists with settings it has, and `paper` is the paper."""

from __future__ import annotations

from dataclasses import asdict, fields

import pytest

from core.concepts import Kind
from core.erasure import METHODS, SETTINGS, leads
from core.erasure.few_shot import FewShotSettings
from core.erasure.method import read_settings
from core.errors import InputError
from core.presets import Preset, preset, presets


@pytest.mark.parametrize("chosen", presets(), ids=lambda p: p.name)
def test_a_preset_fits_its_method(chosen: Preset) -> None:
    assert chosen.method in METHODS
    assert chosen.leads is leads(chosen.method, chosen.settings)
    assert chosen.searches is ("attack" in {field.name for field in fields(SETTINGS[chosen.method])})
    assert chosen.seconds > 0
    assert chosen.title
    assert chosen.summary.endswith(".")
    assert set(chosen.kinds) <= set(Kind)
    for kind in Kind:
        settings = chosen.settings_for(kind)
        read = asdict(read_settings(SETTINGS[chosen.method], settings))
        assert {name: read[name] for name in settings} == settings


def test_every_method_has_settings_and_a_preset() -> None:
    assert set(METHODS) == set(SETTINGS) == {p.method for p in presets()}


def test_names_are_unique_and_guarded_comes_first() -> None:
    names = [p.name for p in presets()]
    assert len(set(names)) == len(names)
    assert names[0] == "guarded"


@pytest.mark.parametrize("kind", Kind)
def test_the_paper_preset_is_as_published(kind: Kind) -> None:
    paper = preset("paper")
    assert not paper.choose
    assert read_settings(FewShotSettings, paper.settings_for(kind)) == FewShotSettings(
        trainable="mlp+final-attention",
        learning_rate=1e-5,
        beta1=0.9,
        beta2=0.98,
        epsilon=1e-6,
        weight_decay=1e-8,
        images=4,
        epochs=5,
        batch=2,
        image_free=False,
    )


def test_a_kind_may_override_a_setting() -> None:
    chosen = Preset("x", "X", "X.", "guarded", {"steps": 5, "batch": 2}, {"style": {"steps": 9}})
    assert chosen.settings_for("style") == {"steps": 9, "batch": 2}
    assert chosen.settings_for("person") == {"steps": 5, "batch": 2}


def test_an_unknown_preset_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"no preset “gentle”.*guarded, few_shot, paper"):
        preset("gentle")
