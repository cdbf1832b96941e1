"""The hosts that a person's own files bring: their frames, sizes, steps and schedules are those of the offered models.

Two adapters of one make-up may want 50 steps or 4, and nothing in their tensors tells; then the offers of that make-up
are the choices, and the likeliest stands first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.i18n import tr
from core.models.component import HostCard, Role
from core.models.found import LIKE, Question
from core.models.offers import Offer, offer, offers

LCM = "animatelcm"
"""The offer that fits a LoRA: the hosts that take one are distilled to a few steps by it."""


def alike(role: Role, family: str, likeliest: str, lora: bool = False) -> Question:
    """The offers whose defaults a component could have; a component with a LoRA is like those that have one."""
    fitting = [made for made in offers() if _fits(made, role, family, lora)]
    ordered = sorted(fitting, key=lambda made: made.id != likeliest)
    return Question(
        LIKE,
        tr("Its frames, size, steps and schedule are not in the files: they are taken from the model it is most like."),
        {made.id: made.title for made in ordered},
        ordered[0].id if ordered else "",
    )


def _fits(made: Offer, role: Role, family: str, lora: bool) -> bool:
    return made.role is role and made.family == family and made.host is not None and ("lora" in made.parts) == lora


def host_like(name: str, folders: Mapping[str, str], most_frames: int = 0) -> HostCard | None:
    """The host of an offer with other parts, and no more frames than these can make; 0 for no limit."""
    known = offer(name).host
    if known is None:
        return None
    most = most_frames or known.most_frames
    frames = min(known.frames, most) if most else known.frames
    return replace(known, name="", title="", frames=frames, most_frames=most, folders=dict(folders))
