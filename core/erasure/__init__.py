"""Erasure methods: one file each, a generator over checkpoints, plus one line in METHODS and one in SETTINGS."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from core.erasure.adversarial import AdversarialSettings, adversarial
from core.erasure.closed_form import ClosedFormSettings, closed_form
from core.erasure.domain_correction import DomainCorrectionSettings, domain_correction
from core.erasure.few_shot import FewShotSettings, few_shot
from core.erasure.guarded import GuardedSettings, guarded
from core.erasure.method import Method
from core.erasure.steering import SteeringSettings, steering

METHODS: dict[str, Method] = {
    "few_shot": few_shot,
    "guarded": guarded,
    "steering": steering,
    "closed_form": closed_form,
    "domain_correction": domain_correction,
    "adversarial": adversarial,
}
"""Every method by the name that presets and manifests use."""

SETTINGS: dict[str, type[Any]] = {
    "few_shot": FewShotSettings,
    "guarded": GuardedSettings,
    "steering": SteeringSettings,
    "closed_form": ClosedFormSettings,
    "domain_correction": DomainCorrectionSettings,
    "adversarial": AdversarialSettings,
}
"""Each method's settings, so that a wrong one is refused before anything is made."""


def takes_pictures(method: str) -> bool:
    """Whether a method learns from pictures; one whose settings have no `images` needs none to be made."""
    return any(field.name == "images" for field in fields(SETTINGS[method]))


def leads(method: str, settings: dict[str, Any]) -> bool:
    """Whether a method leads a concept to its anchor: `few_shot` drives it away, and a destination may be random."""
    return method != "few_shot" and settings.get("destination") != "random"


__all__ = ["METHODS", "SETTINGS", "Method", "leads", "takes_pictures"]
