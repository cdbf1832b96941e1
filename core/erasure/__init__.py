"""Erasure methods: one file each, a generator over checkpoints, plus one line in METHODS and one in SETTINGS."""

from __future__ import annotations

from typing import Any

from core.erasure.few_shot import FewShotSettings, few_shot
from core.erasure.guarded import GuardedSettings, guarded
from core.erasure.method import Method

METHODS: dict[str, Method] = {
    "few_shot": few_shot,
    "guarded": guarded,
}
"""Every method by the name that presets and manifests use."""

SETTINGS: dict[str, type[Any]] = {
    "few_shot": FewShotSettings,
    "guarded": GuardedSettings,
}
"""Each method's settings, so that a wrong one is refused before anything is made."""

__all__ = ["METHODS", "SETTINGS", "Method"]
