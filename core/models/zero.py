"""Text2Video-Zero (Khachatryan et al., ICCV 2023) called as the other pipelines are.

diffusers' pipeline puts cross-frame attention into the U-Net that it shares with the still host, changes its own
scheduler on the way, and cleans up neither when it is stopped. Here both are put back whatever happens. It makes one
clip at a time.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import torch
from diffusers import TextToVideoZeroPipeline
from torch import Tensor

_FROM, _TO = 44 / 50, 47 / 50
"""Between which parts of the schedule the first frame is moved and noised again; the paper's section 3.3.1."""
_LEAST = 3
"""Steps without which the schedule has no such parts."""


class StatedZeroPipeline(TextToVideoZeroPipeline):
    """Takes text states and gives latents (clips, channels, frames, height, width)."""

    def encode_prompt(self, *_given: Any, **_options: Any) -> tuple[Tensor, Tensor]:
        """The text states of the clip that is being made, and those it is guided away from."""
        return self._states

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        processors, scheduler = self.unet.attn_processors, self.scheduler
        self.scheduler = copy.deepcopy(scheduler)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # of how torch's grids will be called one day
                yield
        finally:
            self.scheduler = scheduler
            self.unet.set_attn_processor(processors)

    def __call__(
        self,
        *,
        prompt_embeds: Tensor,
        generator: list[torch.Generator],
        guidance_scale: float,
        num_inference_steps: int,
        num_frames: int,
        negative_prompt_embeds: Tensor | None = None,
        callback: Callable[[int, Any, Tensor], None] | None = None,
        **options: Any,
    ) -> Any:
        """Clips one after the other, as `frames`. The pipeline knows no run without guidance: 1 counts as just above.

        A run takes a few steps more than `num_inference_steps`, for part of the schedule is gone through twice.
        """
        steps = max(num_inference_steps, _LEAST)
        away = torch.zeros_like(prompt_embeds) if negative_prompt_embeds is None else negative_prompt_embeds
        parent, clips = super().__call__, []
        for states, negative, chance in zip(prompt_embeds, away, generator, strict=True):
            self._states = (states[None], negative[None])
            with self._undisturbed():
                made = parent(
                    [""],
                    video_length=num_frames,
                    guidance_scale=max(guidance_scale, 1 + 1e-6),
                    num_inference_steps=steps,
                    generator=[chance],
                    callback=callback,
                    t0=min(int(_FROM * steps), steps - 2),
                    t1=min(int(_TO * steps), steps - 1),
                    **options,
                )
            clips.append(made.images.transpose(0, 1))
        return SimpleNamespace(frames=torch.stack(clips))
