"""Erasure methods: one file each, a generator over checkpoints, plus one line in METHODS."""

from __future__ import annotations

from core.erasure.few_shot import few_shot
from core.erasure.guarded import guarded
from core.erasure.method import Method

METHODS: dict[str, Method] = {
    "few_shot": few_shot,
    "guarded": guarded,
}
"""Every method by the name that presets and manifests use."""

__all__ = ["METHODS", "Method"]
