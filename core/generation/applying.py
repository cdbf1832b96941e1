"""A plan put into effect on a pipeline while it samples, and taken back so that its parts can serve something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any

import torch
from diffusers.hooks.hooks import HookRegistry
from diffusers.hooks.layerwise_casting import DEFAULT_SKIP_MODULES_PATTERN, LayerwiseCastingHook
from torch import Tensor, nn

from core.hardware.freeing import at_work
from core.hardware.pace import rest, tick
from core.hardware.plan import Plan
from core.models.opened import Host

_CASTING, _GROUPS = "layerwise_casting", "group_offloading"
"""Diffusers' own names of the two hooks; by the first of them a module still tells what it computes in."""
_CAST = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
"""Layers whose weights are worth storing in 8 bits."""


@contextmanager
def applied(host: Host, plan: Plan) -> Generator[None]:
    """Sample by the plan meanwhile; at the end every part is where and what it was.

    Nothing here changes what is made but for rounding, save 8-bit storage and tiles, which change it a little. On the
    CPU nothing is offloaded: there is nowhere to go.
    """
    pipeline = host.pipeline
    unet: Any = pipeline.unet
    with ExitStack() as stack:
        stack.enter_context(timed(unet, host.card.name))
        stack.enter_context(decoding(pipeline.vae, plan))
        if plan.split_guidance:
            stack.enter_context(halved(unet))
            stack.enter_context(feeding_in_chunks(unet))
        stack.enter_context(_placed(pipeline, plan))
        yield


@contextmanager
def _placed(pipeline: Any, plan: Plan) -> Generator[None]:
    """Meanwhile the pipeline is on the device, or comes to it part by part; a lean plan sends all else away."""
    away = plan.offload != "none" and torch.device(plan.device).type != "cpu"
    with ExitStack() as stack:
        parts = () if away else _modules(pipeline)
        stack.enter_context(at_work(parts, plan.device, alone=plan.sparing))
        if plan.fp8:
            stack.enter_context(stored_in_8_bits(pipeline.unet))
        if away:
            stack.enter_context(offloaded(pipeline, plan.offload, plan.device))
        yield


def _modules(pipeline: Any) -> list[nn.Module]:
    return [part for part in pipeline.components.values() if isinstance(part, nn.Module)]


@contextmanager
def timed(unet: nn.Module, work: str) -> Generator[None]:
    """Every pass through the denoiser is a step of the job's pace."""
    handle = unet.register_forward_pre_hook(lambda _unet, given: tick(f"{work} {tuple(given[0].shape)}"))
    try:
        yield
    finally:
        handle.remove()
        rest()


@contextmanager
def decoding(vae: Any, plan: Plan) -> Generator[None]:
    """Meanwhile pictures are decoded by the plan: one after the other, in tiles, or some frames at a time."""
    before = vae.use_slicing, vae.use_tiling
    if plan.vae_slicing:
        vae.enable_slicing()
    if plan.vae_tiling:
        vae.enable_tiling()
    try:
        with replaced(vae, "decode", lambda decode: _in_parts(decode, plan.decode_frames)):
            yield
    finally:
        vae.use_slicing, vae.use_tiling = before


def _in_parts(decode: Callable[..., Any], size: int) -> Callable[..., Any]:
    """`decode` that takes so many latents at a time, all for 0; each picture is decoded by itself either way."""

    @wraps(decode)
    def in_parts(latents: Tensor, *args: Any, **given: Any) -> Any:
        if not size or len(latents) <= size:
            return decode(latents, *args, **given)
        return _joined([decode(part, *args, **given) for part in latents.split(size)])

    return in_parts


@contextmanager
def halved(unet: nn.Module) -> Generator[None]:
    """Meanwhile a batch goes through the denoiser in two passes: with guidance, the one without the prompt first.

    The weights are shared, and each picture or clip is denoised by itself, so that only rounding differs.
    """
    with replaced(unet, "forward", lambda forward: _in_halves(unet, forward)):
        yield


def _in_halves(unet: Any, forward: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(forward)
    def in_halves(noisy: Tensor, *args: Any, **given: Any) -> Any:
        count = len(noisy)
        if count % 2:
            return forward(noisy, *args, **given)
        with _frames_of_one_clip(unet):
            halves = [_half((noisy, args, given), at, count) for at in (0, 1)]
            return _joined([forward(first, *more, **named) for first, more, named in halves])

    return in_halves


def _half(value: Any, at: int, count: int) -> Any:
    """The first or second half of all that belongs to a batch of `count`; whatever serves all of it stays whole."""
    match value:
        case Tensor() if value.ndim and len(value) % count == 0:
            return value.chunk(2)[at]
        case tuple():
            return tuple(_half(one, at, count) for one in value)
        case dict():
            return {name: _half(one, at, count) for name, one in value.items()}
        case _:
            return value


def _joined(parts: list[Any]) -> Any:
    """Outputs of several passes as one: tuples, or diffusers' outputs with one field."""
    kind, whole = type(parts[0]), torch.cat([part[0] for part in parts])
    return (whole,) if kind is tuple else kind(whole)


@contextmanager
def _frames_of_one_clip(unet: Any) -> Iterator[None]:
    """Text2Video-Zero's attention is told how many clips its frames belong to; meanwhile there are half as many."""
    told = {processor for processor in unet.attn_processors.values() if hasattr(processor, "batch_size")}
    for processor in told:
        processor.batch_size //= 2
    try:
        yield
    finally:
        for processor in told:
            processor.batch_size *= 2


@contextmanager
def feeding_in_chunks(unet: nn.Module) -> Generator[None]:
    """Meanwhile the feed-forward layers take a frame at a time; along the axis that never is the longest."""
    chunked: list[Any] = [part for part in unet.modules() if hasattr(part, "set_chunk_feed_forward")]
    moving = {id(part) for module in unet.modules() if _over_time(module) for part in module.modules()}
    for part in chunked:
        part.set_chunk_feed_forward(1, dim=1 if id(part) in moving else 0)
    try:
        yield
    finally:
        for part in chunked:
            part.set_chunk_feed_forward(None, dim=0)


def _over_time(module: nn.Module) -> bool:
    """Whether a module attends between frames: its batch are pixels then, and its tokens are frames."""
    return type(module).__name__ in ("TransformerTemporalModel", "AnimateDiffTransformer3D")


class _Storing(LayerwiseCastingHook):
    """Diffusers' hook that keeps a layer in 8 bits between its passes, with a way back: the original, on the CPU."""

    def initialize_hook(self, module: nn.Module) -> nn.Module:
        self._kept = {name: value.detach().cpu().clone() for name, value in module.named_parameters()}
        return super().initialize_hook(module)

    def deinitalize_hook(self, module: nn.Module) -> nn.Module:
        module.to(self.compute_dtype)
        with torch.no_grad():
            for name, value in module.named_parameters():
                value.copy_(self._kept[name])
        return module


@contextmanager
def stored_in_8_bits(unet: Any) -> Generator[None]:
    """Meanwhile the denoiser's layers, but for its norms, are kept as float8 and computed in their own precision."""
    storing = torch.float8_e4m3fn
    layers = [
        layer
        for name, layer in unet.named_modules()
        if isinstance(layer, _CAST)
        and not any(re.search(skip, name) for skip in (*DEFAULT_SKIP_MODULES_PATTERN, "lora_"))
    ]
    for layer in layers:
        hook = _Storing(storing, layer.weight.dtype, non_blocking=False)
        HookRegistry.check_if_exists_or_initialize(layer).register_hook(hook, _CASTING)
    try:
        yield
    finally:
        for layer in layers:
            HookRegistry.check_if_exists_or_initialize(layer).remove_hook(_CASTING)


@contextmanager
def offloaded(pipeline: Any, how: str, device: str) -> Generator[None]:
    """Meanwhile parts of the pipeline wait on the CPU until it is their turn: `model`, `group` or `sequential`.

    Afterwards all of them are on the CPU. Text encoders are no parts of our pipelines: they stay where they are.
    """
    try:
        _OFFLOADS[how](pipeline, device)
        yield
    finally:
        pipeline.remove_all_hooks()
        for part in _modules(pipeline):
            HookRegistry.check_if_exists_or_initialize(part).remove_hook(_GROUPS)
            part.to("cpu")


def _by_groups(pipeline: Any, device: str) -> None:
    pipeline.enable_group_offload(onload_device=torch.device(device), offload_type="leaf_level")


_OFFLOADS: dict[str, Callable[[Any, str], None]] = {
    "model": lambda pipeline, device: pipeline.enable_model_cpu_offload(device=device),
    "group": _by_groups,
    "sequential": lambda pipeline, device: pipeline.enable_sequential_cpu_offload(device=device),
}


@contextmanager
def replaced(thing: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Generator[None]:
    """Meanwhile a method of one object is what `make` makes of it."""
    own = name in vars(thing)
    plain = getattr(thing, name)
    setattr(thing, name, make(plain))
    try:
        yield
    finally:
        if own:
            setattr(thing, name, plain)
        else:
            delattr(thing, name)
