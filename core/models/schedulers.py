"""A host's noise schedule: the base model's, with what the host does differently."""

from __future__ import annotations

from inspect import signature
from typing import Any

import diffusers

from core.errors import InputError
from core.i18n import tr

_KNOWN = (
    "DDIMScheduler",
    "PNDMScheduler",
    "LCMScheduler",
    "EulerDiscreteScheduler",
    "EulerAncestralDiscreteScheduler",
    "DPMSolverMultistepScheduler",
    "UniPCMultistepScheduler",
)


def scheduler_for(base: Any, changes: dict[str, Any]) -> Any:
    """A scheduler of the host's own, for a schedule holds the state of the run it is in.

    `changes` is a host card's `scheduler`: a diffusers class under `class`, and what differs from the base's
    configuration. Empty repeats the base's own. Latents are not clipped unless one of the two asks for it: the classes
    differ in what they do unasked. InputError for a class that Lacuna does not know.
    """
    name = changes.get("class", type(base).__name__)
    if "class" in changes and name not in _KNOWN:
        raise InputError(
            tr("There is no scheduler “{name}”.", name=name),
            fix=tr("Use one of: {names}.", names=", ".join(_KNOWN)),
        )
    cls = getattr(diffusers, name)
    wanted = {key: value for key, value in changes.items() if key != "class"}
    if "clip_sample" in signature(cls.__init__).parameters and base.config.get("clip_sample") is None:
        wanted = {"clip_sample": False, **wanted}
    return cls.from_config(base.config, **wanted)
