"""What a method asks the frozen U-Net: noisy latents of a concept's pictures, and the predictions text states give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from core.erasure.method import Subject, Target, noise_like, random_batch
from core.hardware.freeing import checkpointing
from core.hardware.plan import plan
from core.models.prediction import noised


@dataclass(frozen=True)
class Noisy:
    """Noisy latents (batch, channels, height, width) and the timestep (batch,) of each."""

    latents: Tensor
    timesteps: Tensor


def noisy_batch(subject: Subject, target: Target, count: int, noise_from: float) -> Noisy:
    """`count` noisy latents of the target's pictures.

    Noise levels are drawn from `noise_from` (0..1) of the schedule on: what a picture shows is decided there.
    """
    clean = random_batch(target, count, subject.generator)
    noise = noise_like(clean, subject.generator)
    total = subject.scheduler.config.num_train_timesteps
    low = min(int(noise_from * total), total - 1)
    timesteps = torch.randint(low, total, (count,), generator=subject.generator).to(clean.device)
    return Noisy(noised(subject.scheduler, clean, noise, timesteps), timesteps)


def predicted(subject: Subject, noisy: Noisy, states: Tensor) -> Tensor:
    """The denoiser's predictions under text states (batch, rows, width), in float32 whatever the denoiser works in.

    By the plan it computes its activations again for the gradient, and takes `chunk` latents at a time: the
    predictions are the same, and it holds the activations of one chunk.
    """
    size = plan().chunk or len(states)
    if len(states) <= size:
        return _denoised(subject.unet, noisy.latents, noisy.timesteps, states)
    parts = zip(noisy.latents.split(size), noisy.timesteps.split(size), states.split(size), strict=True)
    return torch.cat([_again(subject.unet, *part) for part in parts])


def _again(denoiser: Any, latents: Tensor, timesteps: Tensor, states: Tensor) -> Tensor:
    """A pass of which nothing but its input is kept for the gradient."""
    return checkpoint(_denoised, denoiser, latents, timesteps, states, use_reentrant=False)


def _denoised(denoiser: Any, latents: Tensor, timesteps: Tensor, states: Tensor) -> Tensor:
    core, working = getattr(denoiser, "unet", denoiser), denoiser.dtype
    scale = Scale() if working is torch.float16 and states.requires_grad else None
    states = states if scale is None else scale.take_out(states)
    with checkpointing(core, plan().checkpointing):
        made = denoiser(latents.to(working), timesteps, states.to(working)).sample.float()
    return made if scale is None else scale.put_in(made)


class Scale:
    """Keeps a gradient within float16 on its way back through the denoiser.

    Gradients by predictions are about 10⁻⁶ a number, where float16 has hardly a digit. On the way back they are
    stretched so that the largest is 1, and shrunk again in float32 (loss scaling, Micikevicius et al., ICLR 2018,
    section 3.2, with a factor for each pass).
    """

    factor = 1.0

    def put_in(self, prediction: Tensor) -> Tensor:
        """The prediction as it is; its gradient is stretched."""
        return _PutIn.apply(prediction, self)

    def take_out(self, states: Tensor) -> Tensor:
        """The text states as they are; their gradient is shrunk by as much, and one that overflowed counts as none."""
        return _TakeOut.apply(states, self)


class _PutIn(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, value: Tensor, scale: Scale) -> Tensor:
        ctx.scale = scale
        return value.view_as(value)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx.scale.factor = 1 / max(float(gradient.abs().max()), 1e-30)
        return gradient * ctx.scale.factor, None


class _TakeOut(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, value: Tensor, scale: Scale) -> Tensor:
        ctx.scale = scale
        return value.view_as(value)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # pyright: ignore[reportIncompatibleMethodOverride]
        whole = gradient if bool(gradient.isfinite().all()) else torch.zeros_like(gradient)
        return whole / ctx.scale.factor, None


def clean_estimate(subject: Subject, noisy: Noisy, prediction: Tensor) -> Tensor:
    """The clean latents x̂₀ that a prediction stands for, by the scheduler's prediction type.

    From ε̂ (Ho et al. 2020, eq. 15): (z − √(1−ᾱ)·ε̂)/√ᾱ; from v̂ (Salimans & Ho 2022, appendix D): √ᾱ·z − √(1−ᾱ)·v̂.
    A schedule may end at ᾱ = 0, where ε̂ says nothing of x₀: there ᾱ counts as 10⁻⁴, so that the estimate is finite.
    """
    alphas = subject.scheduler.alphas_cumprod.to(noisy.latents)[noisy.timesteps].reshape(-1, 1, 1, 1)
    signal, noise = alphas.sqrt(), (1 - alphas).sqrt()
    match subject.scheduler.config.prediction_type:
        case "v_prediction":
            return signal * noisy.latents - noise * prediction
        case "sample":
            return prediction
        case _:
            return (noisy.latents - noise * prediction) / signal.clamp_min(1e-2)
