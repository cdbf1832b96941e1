"""The training pictures and clips of the denoisers, rendered once and kept as latents on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from diffusers import AutoencoderTiny
from numpy.typing import NDArray

from core.starter.brush import Picture
from core.starter.run import Run
from core.starter.vae import to_tensor
from core.starter.world import OBJECTS, Scene, draw, draw_clip, random_scene

_STILLS, _CLIPS = 6, 7


@dataclass
class Latents:
    """Scenes and their scaled latents, float16, (n, frames, channels, height, width)."""

    scenes: list[Scene]
    values: NDArray[np.float16]

    def draw(self, rng: np.random.Generator, count: int) -> NDArray[np.int64]:
        """Indices of `count` scenes; objects, which come in six colours each, two and a half times as often."""
        return rng.choice(len(self.scenes), size=count, p=self._chances)

    @cached_property
    def _chances(self) -> NDArray[np.float64]:
        weights = np.array([2.5 if scene.subject in OBJECTS else 1.0 for scene in self.scenes])
        return weights / weights.sum()


def _still_scene(rng: np.random.Generator) -> tuple[Scene, float]:
    """Half the stills stand still; the rest are moments of a motion, so that the denoiser knows the words."""
    scene = random_scene(rng, motion="still" if rng.random() < 0.5 else None)
    return scene, float(rng.random())


def _encode(vae: AutoencoderTiny, pictures: Picture, device: str) -> NDArray[np.float16]:
    with torch.no_grad():
        latents = vae.encode(to_tensor(pictures).to(device)).latents * vae.config.scaling_factor
    return latents.cpu().numpy().astype(np.float16)


def _cached(
    run: Run, name: str, make: Callable[[AutoencoderTiny], Iterator[NDArray[np.float16]]]
) -> NDArray[np.float16]:
    path = run.folder / "checkpoints" / f"{name}.npy"
    if not path.exists():
        vae = AutoencoderTiny.from_pretrained(run.folder / "vae").to(run.device).eval()
        np.save(path, np.concatenate(list(make(vae))))
        run.say(name, cached=str(path.name))
    return np.load(path, mmap_mode="r")


def stills(run: Run) -> Latents:
    """The still pictures, one frame each."""
    settings, rng = run.settings, run.rng(_STILLS)
    plan = [_still_scene(rng) for _ in range(settings.stills)]

    def make(vae: AutoencoderTiny) -> Iterator[NDArray[np.float16]]:
        for k in range(0, len(plan), 100):
            pictures = np.stack([draw(scene, settings.size, t) for scene, t in plan[k : k + 100]])
            yield _encode(vae, pictures, run.device)[:, None]

    return Latents([scene for scene, _ in plan], _cached(run, "stills", make))


def clips(run: Run) -> Latents:
    """The clips; every sixth stands still."""
    settings, rng = run.settings, run.rng(_CLIPS)
    plan = [random_scene(rng) for _ in range(settings.clips)]

    def make(vae: AutoencoderTiny) -> Iterator[NDArray[np.float16]]:
        for scene in plan:
            yield _encode(vae, draw_clip(scene, settings.size, settings.frames), run.device)[None]

    return Latents(plan, _cached(run, "clips", make))


def keep_stills(run: Run) -> None:
    """Stage: render and encode the stills."""
    stills(run)


def keep_clips(run: Run) -> None:
    """Stage: render and encode the clips."""
    clips(run)
