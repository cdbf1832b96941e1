"""Peaks of the real architectures, traced on fake tensors, beside what the planner says of them.

    python -m tests.benchmarks.activations            predicted against traced, at sizes that were not fitted
    python -m tests.benchmarks.activations --write    traces the coefficients anew into resources/memory

Every figure is exact for what `tests/benchmarks/tracing.py` sees: tensors. Two sizes give the two coefficients of a
pass. No GPU is needed, and it takes some minutes on one core.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import torch
from diffusers import UNetMotionModel
from torch import Tensor

from core.files import atomic_write_text
from core.hardware.activations import decoding, denoising
from core.hardware.estimates import learnt
from core.hardware.plan import Plan
from core.hardware.tasks import Task, Work
from core.models.architectures import empty
from core.resources import resource
from tests.benchmarks.traced_work import learning
from tests.benchmarks.tracing import Meter, faked, metered, module_of
from tests.core.hardware.models import model

HALF = torch.bfloat16
OVERHEAD = {"cuda": 550_000_000, "cpu": 450_000_000, "mps": 450_000_000}
"""Of torch's context on a GPU, and of its libraries: what is commonly reported and what speed.md measured; no trace."""

PROVENANCE = (
    "numbers held at the peak of a pass = fixed + each * amount, traced on fake tensors by "
    "python -m tests.benchmarks.activations --write; amount is samples * latent pixels for denoisers, prompts of 77 "
    "tokens for encoders, pixels for autoencoders, pictures for judges; overhead is in bytes and was not traced"
)


def _denoiser(name: str) -> Any:
    """A denoiser without weights; `+motion` is with the largest motion modules of its family."""
    base, _, motion = name.partition("+")
    if not motion:
        return empty(name)
    adapter = {"sd1-unet": "motion-adapter-v1-5-2", "sdxl-unet": "motion-adapter-sdxl-beta"}[base]
    with torch.device("meta"):
        return UNetMotionModel.from_unet2d(empty(base), empty(adapter), load_weights=False)


def _given(name: str, samples: int, side: int, frames: int) -> tuple[tuple[Tensor, ...], dict[str, Any]]:
    """What a denoiser takes for so many samples, frames of one clip where it makes clips; the states last."""
    clips, shape = samples // frames, (samples // frames, 4, frames, side, side)
    noisy = torch.empty(shape if frames > 1 else (samples, 4, side, side), dtype=HALF)
    width = {"sd1": 768, "sd2": 1024, "mod": 1024, "sdx": 2048}[name[:3]]
    states = torch.empty(samples if "motion" in name else clips, 77, width, dtype=HALF)
    more = {"text_embeds": torch.empty(clips, 1280, dtype=HALF), "time_ids": torch.empty(clips, 6, dtype=HALF)}
    return (noisy, torch.ones(clips), states), {"added_cond_kwargs": more} if name.startswith("sdxl") else {}


def frames_of(name: str) -> int:
    """The frames of one clip that a denoiser is traced with."""
    return 16 if "motion" in name or "3d" in name else 1


def denoise(meter: Meter, module: Any, name: str, samples: int, side: int, *, learn: bool = False) -> int:
    """Bytes at the peak of a pass, or with `learn` of one and its way back to the text states."""
    before = meter.reset()
    (noisy, timesteps, states), more = _given(name, samples, side, frames_of(name))
    with torch.set_grad_enabled(learn):
        made = module(noisy, timesteps, states.requires_grad_(learn), **more).sample
        if learn:
            made.float().pow(2).mean().backward()
    return meter.peak - before


def encode(meter: Meter, module: Any, prompts: int, *, learn: bool = False) -> int:
    """Bytes at the peak of a pass of a text encoder, with `learn` until all that its gradients need is kept."""
    before = meter.reset()
    with torch.set_grad_enabled(learn):
        states = module(torch.ones(prompts, 77, dtype=torch.long), output_hidden_states=False).last_hidden_state
    peak, kept = meter.peak - before, meter.live - before
    del states
    return kept if learn else peak


def autoencode(meter: Meter, module: Any, pictures: int, side: int, *, way: str) -> int:
    """Bytes at the peak of decoding or encoding pictures of `side` pixels."""
    before = meter.reset()
    with torch.no_grad():
        if way == "decode":
            module.decode(torch.empty(pictures, 4, side // 8, side // 8, dtype=HALF))
        else:
            module.encode(torch.empty(pictures, 3, side, side, dtype=HALF))
    return meter.peak - before


def judge(meter: Meter, module: Any, pictures: int) -> int:
    """Bytes at the peak of a judge's reading of so many pictures."""
    before = meter.reset()
    with torch.no_grad():
        module.vision_model(pixel_values=torch.empty(pictures, 3, 224, 224))
    return meter.peak - before


Points = list[tuple[int, float]]
"""Amounts, and the numbers that a pass held at each."""


def line(points: Points) -> list[float]:
    """The fixed part and the slope through two points, in numbers; what is fixed is not below nothing."""
    (near, low), (far, high) = points
    slope = (high - low) / (far - near)
    return [round(max(low - slope * near, 0)), round(slope, 3)]


def _denoiser_lines(name: str) -> dict[str, list[float]]:
    bare, frames = _denoiser(name), frames_of(name)
    with metered() as meter:
        module = faked(bare, HALF).eval().requires_grad_(False)
        sizes = ((frames, 32), (frames * (1 if frames > 1 else 2), 64))

        def points(**how: Any) -> Points:
            return [(n * side * side, denoise(meter, module, name, n, side, **how) / 2) for n, side in sizes]

        found = {"forward": line(points())}
        if frames == 1:
            found["train"] = line(points(learn=True))
            module.enable_gradient_checkpointing()
            found["checkpointed"] = line(points(learn=True))
        return found


def _encoder_lines(name: str) -> dict[str, list[float]]:
    with metered() as meter:
        module = module_of(name).requires_grad_(True)

        def points(**how: Any) -> Points:
            return [(n, encode(meter, module, n, **how) / 4) for n in (2, 16)]

        found = {"forward": line(points()), "train": line(points(learn=True))}
        module.train().gradient_checkpointing_enable()
        return {**found, "checkpointed": line(points(learn=True))}


def _autoencoder_lines(name: str) -> dict[str, list[float]]:
    with metered() as meter:
        module = module_of(name, HALF)
        sizes = ((1, 256), (2, 512))
        return {
            way: line([(n * side * side, autoencode(meter, module, n, side, way=way) / 2) for n, side in sizes])
            for way in ("decode", "encode")
        }


def _judge_lines(name: str) -> dict[str, list[float]]:
    with metered() as meter:
        module = module_of(name)
        return {"forward": line([(n, judge(meter, module, n) / 4) for n in (2, 16)])}


def coefficients() -> dict[str, Any]:
    """Everything that `resources/memory/activations.json` holds, traced."""
    denoisers = ("sd1-unet", "sd2-unet", "sdxl-unet", "sd1-unet+motion", "sdxl-unet+motion", "modelscope-unet3d")
    encoders = ("clip-vit-l", "openclip-vit-h", "openclip-vit-bigg")
    return {
        "provenance": PROVENANCE,
        "torch": torch.__version__,
        "overhead": OVERHEAD,
        "denoisers": {name: _denoiser_lines(name) for name in denoisers},
        "encoders": {name: _encoder_lines(name) for name in encoders},
        "autoencoders": {"sd-vae": _autoencoder_lines("sd-vae")},
        "judges": {"clip-vit-b-32": _judge_lines("clip-vit-b-32")},
    }


@dataclass(frozen=True)
class Check:
    """A piece of work with what was traced and what the planner says of it, in bytes without the context."""

    what: str
    traced: int
    predicted: int

    @property
    def off(self) -> float:
        """How far the prediction is from the trace, relative to the trace."""
        return self.predicted / self.traced - 1


def _same_passes() -> Iterator[Check]:
    """Single passes, at sizes between and beyond those that were fitted."""
    for name, cases in _PASSES.items():
        bare = _denoiser(name)
        with metered() as meter:
            module = faked(bare, HALF).eval().requires_grad_(False)
            for samples, side, mode in cases:
                learn = mode != "forward"
                if mode == "checkpointed":
                    module.enable_gradient_checkpointing()
                found = denoise(meter, module, name, samples, side, learn=learn)
                told = 2 * denoising(name, mode, samples, side * side)
                yield Check(f"{name}, {samples} x {8 * side} px, {mode}", found, told)


_PASSES = {
    "sd1-unet": [(1, 96, "forward"), (8, 64, "forward"), (1, 64, "train"), (4, 48, "train"), (2, 64, "checkpointed")],
    "sd2-unet": [(1, 96, "forward"), (4, 64, "train"), (1, 96, "checkpointed")],
    "sdxl-unet": [(1, 128, "forward"), (2, 128, "checkpointed")],
    "sd1-unet+motion": [(16, 48, "forward"), (32, 64, "forward")],
    "modelscope-unet3d": [(16, 48, "forward"), (48, 48, "forward")],
}


_LEAN = Plan(dtype="bfloat16", free_vae=True)
_LEARNT = [
    ("sd1", "few_shot", {}),
    ("sd1", "few_shot", {"checkpointing": True}),
    ("sd1", "few_shot", {"checkpointing": True, "chunk": 1}),
    ("sd1", "guarded", {}),
    ("sd1", "guarded", {"checkpointing": True}),
    ("sd1", "guarded", {"checkpointing": True, "chunk": 1}),
    ("sd1", "steering", {}),
    ("sd1", "closed_form", {}),
    ("sd1", "adversarial", {"checkpointing": True, "chunk": 1}),
    ("sd2", "few_shot", {"checkpointing": True, "chunk": 1}),
    ("sd2", "guarded", {"checkpointing": True, "chunk": 1}),
    ("sdxl", "few_shot", {"checkpointing": True, "chunk": 1}),
    ("sdxl", "guarded", {"checkpointing": True, "chunk": 1}),
]


def _same_erasures() -> Iterator[Check]:
    """Two steps of methods as they are, weights and all; `domain_correction` makes modules that cannot be faked."""
    for family, method, levers in _LEARNT:
        plan, said = replace(_LEAN, **levers), ", ".join(levers) or "no lever"
        told = learnt(Task(Work.LEARN, method), model(family), plan).allocated
        yield Check(f"{family}, {method}, {said}", learning(family, method, plan), told)


def _same_decoding() -> Iterator[Check]:
    with metered() as meter:
        module = module_of("sd-vae", HALF)
        for pictures, side in ((1, 768), (4, 512), (1, 1024)):
            found = autoencode(meter, module, pictures, side, way="decode")
            yield Check(f"sd-vae, {pictures} x {side} px", found, 2 * decoding("decode", pictures, side * side))


def main() -> None:
    """Write the coefficients, or print what they say beside what is traced."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    if parser.parse_args().write:
        text = json.dumps(coefficients(), indent=1, sort_keys=True)
        atomic_write_text(resource("memory", "activations.json"), text + "\n")
        return
    print("| what | traced, MB | predicted, MB | off |\n| --- | --- | --- | --- |")
    for check in chain(_same_passes(), _same_decoding(), _same_erasures()):
        sizes = f"{check.traced / 1e6:,.0f} | {check.predicted / 1e6:,.0f}"
        print(f"| {check.what} | {sizes} | {check.off:+.1%} |", flush=True)


if __name__ == "__main__":
    main()
