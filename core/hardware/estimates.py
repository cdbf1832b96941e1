"""How much memory a piece of work takes at its peak, part by part, before anything is loaded. No torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.hardware import weights
from core.hardware.activations import decoding, denoising, encoding, judging, overhead
from core.hardware.learning import DEFAULTS, Passes, moving, passes, solving
from core.hardware.plan import Plan
from core.hardware.tasks import Task, Work
from core.models.catalogue import FamilyCard
from core.models.component import HostCard

_SIZES = {"float32": 4, "bfloat16": 2, "float16": 2}
"""Bytes of a number."""

_TILE = 512 * 512
"""Pixels that a tiled autoencoder decodes at once."""

_ATTACKED = 4
"""Noisy pictures that an attack looks at together."""

_GROUP = 200_000_000
"""Bytes of a model that are on the device at a time when it comes in groups of layers, or layer by layer."""

PARTS = ("weights", "encoders", "gradients", "optimiser", "activations", "decode", "context")
"""Every part of an estimate; `context` is what the device's own software takes beside the tensors."""


@dataclass(frozen=True)
class Estimate:
    """Bytes at the peak, by part; those that are there at another time are not in it."""

    parts: Mapping[str, int]

    @property
    def peak(self) -> int:
        """Bytes at the peak, with what the device's own software takes."""
        return sum(self.parts.values())

    @property
    def allocated(self) -> int:
        """Bytes at the peak that tensors take: torch's `max_memory_allocated`."""
        return self.peak - self.parts.get("context", 0)


def _estimate(plan: Plan, **parts: int) -> Estimate:
    device = plan.device.partition(":")[0]
    return Estimate({name: size for name, size in {**parts, "context": overhead(device)}.items() if size})


def largest(found: Iterable[Estimate]) -> Estimate:
    """The one with the highest peak."""
    return max(found, key=lambda estimate: estimate.peak)


def estimated(task: Task, card: FamilyCard, host: HostCard, plan: Plan) -> Estimate:
    """What a task takes with a host by a plan; of a whole erasure, what its hungriest stage does."""
    return largest(stages(task, card, host, plan).values())


def stages(task: Task, card: FamilyCard, host: HostCard, plan: Plan) -> dict[Work, Estimate]:
    """The estimate of each kind of work in a task; both a scorecard and an erasure take pictures, clips and a judge.

    What goes back through the denoiser is called learning: an attack's search too.
    """
    match task.work:
        case Work.ERASE:
            count = {**DEFAULTS[task.method], **task.settings}.get("images", 1)
            found = {Work.LEARN: learnt(task, card, plan), **_shown(card, plan, count)}
            return _beside_each_other(found, card, card.video_hosts, plan)
        case Work.SCORE:
            return _beside_each_other(_shown(card, plan, task.count), card, card.video_hosts, plan)
        case Work.LEARN:
            return {Work.LEARN: learnt(task, card, plan)}
        case Work.JUDGE:
            return {Work.JUDGE: judged(card, plan, beside=False)}
        case Work.PROBE:
            found = {Work.LEARN: searched(card, plan), Work.PROBE: sampled(task, card, host, plan)}
            return _beside_each_other(found, card, (host,), plan)
        case Work.PICTURES | Work.CLIPS:
            return {task.work: sampled(task, card, host, plan)}


def _shown(card: FamilyCard, plan: Plan, count: int) -> dict[Work, Estimate]:
    """Pictures, clips of every host, and the judge that looks at them."""
    pictures = sampled(Task(Work.PICTURES, count=count), card, card.host("still"), plan)
    clips = [sampled(Task(Work.CLIPS), card, video, plan) for video in card.video_hosts]
    made = {Work.PICTURES: pictures, **({Work.CLIPS: largest(clips)} if clips else {})}
    return {**made, Work.JUDGE: judged(card, plan, beside=True)}


def _beside_each_other(
    found: dict[Work, Estimate], card: FamilyCard, hosts: tuple[HostCard, ...], plan: Plan
) -> dict[Work, Estimate]:
    """The stages of one job: what one of them brought stays on the device in the next, unless the plan is sparing."""
    if plan.sparing:
        return found
    held = _brought(card, hosts, plan)
    return {
        work: Estimate({**each.parts, "weights": max(held, each.parts.get("weights", 0))})
        for work, each in found.items()
    }


def _brought(card: FamilyCard, hosts: tuple[HostCard, ...], plan: Plan) -> int:
    """Bytes of every denoiser and autoencoder that a job opens, each once, with the judge and the hosts' own encoders.

    A host that animates the model's own denoiser shares its memory.
    """
    size = {"text_encoder": 4, **dict.fromkeys(("unet", "vae", "motion_adapter"), _SIZES[plan.dtype])}
    places = {place: size[part] for host in hosts for part, place in host.folders.items() if part in size}
    places |= {"unet": size["unet"], "vae": size["vae"], "judge": 0 if plan.judge else 4}
    family = {encoder.part for encoder in card.encoders}
    return sum(each * weights.parameters(card, place) for place, each in places.items() if place not in family)


def encoders(card: FamilyCard, copies: int) -> int:
    """Bytes of the family's text encoders, which are kept in float32, since one of them moves."""
    return copies * 4 * sum(weights.parameters(card, encoder.part) for encoder in card.encoders)


def _denoiser(card: FamilyCard, host: HostCard) -> int:
    parts = (place for part, place in host.folders.items() if part in ("unet", "motion_adapter"))
    return sum(weights.parameters(card, place) for place in parts)


def _cells(host: HostCard, plan: Plan) -> int:
    """Pixels of the latents of one picture or frame."""
    width, height = (int(side * plan.scale) // 8 for side in host.pixels)
    return width * height


def sampled(task: Task, card: FamilyCard, host: HostCard, plan: Plan) -> Estimate:
    """Making pictures or clips: the model waits on the device, and either denoising or decoding is the peak."""
    size, frames = _SIZES[plan.dtype], (task.frames or host.frames)
    together = min(task.count, plan.batch(host.frames)) * frames
    rows = together * (1 if plan.split_guidance or host.guidance <= 1 else 2)
    name = weights.denoiser_name(card, host)
    wide = weights.share(card, host.folders.get("unet", "unet"))
    computing = size * denoising(name, "forward", rows, _cells(host, plan), wide)
    vae = size * weights.parameters(card, host.folders.get("vae", "vae"))
    decode = size * decoding("decode", _decoded(host, plan, together), _pixels(host, plan))
    model = _denoiser(card, host) * (1 if plan.fp8 else size)
    texts = encoders(card, 1 if plan.sparing else 2)
    if plan.offload == "none":
        whole = model + vae
        return largest(
            (
                _estimate(plan, weights=whole, encoders=texts, activations=computing),
                _estimate(plan, weights=whole, encoders=texts, decode=decode),
            )
        )
    here = model if plan.offload == "model" else min(model, _GROUP)
    return largest(
        (
            _estimate(plan, weights=here, activations=computing),
            _estimate(plan, weights=vae, decode=decode),
            _estimate(plan, encoders=texts),
        )
    )


def _decoded(host: HostCard, plan: Plan, together: int) -> int:
    """Pictures or frames that are decoded at once."""
    if host.frames > 1 and plan.decode_frames:
        return min(together, plan.decode_frames)
    return 1 if plan.vae_slicing else together


def _pixels(host: HostCard, plan: Plan) -> int:
    pixels = 64 * _cells(host, plan)
    return min(pixels, _TILE) if plan.vae_tiling else pixels


def learnt(task: Task, card: FamilyCard, plan: Plan) -> Estimate:
    """A step of an erasure: the frozen denoiser, the encoders, their gradients, and what is kept for these."""
    return largest(_stepped(task, card, plan, step) for step in passes(task.method, task.settings, plan.chunk))


def _stepped(task: Task, card: FamilyCard, plan: Plan, step: Passes) -> Estimate:
    still, size = card.host("still"), _SIZES[plan.dtype]
    settings = {**DEFAULTS[task.method], **task.settings}
    moves = sum(moving(str(settings.get("trainable", "")), weights.config(card, e.part)) for e in card.encoders)
    kept = "checkpointed" if plan.checkpointing else "train"
    denoiser, cells = weights.denoiser_name(card, still), _cells(still, plan)
    computing = (
        size * denoising(denoiser, kept, step.latents, cells, weights.share(card, "unet")) if step.latents else 0
    )
    texts = sum(_texts(card, e.part, kept, step) for e in card.encoders)
    solved = max(solving(settings, weights.config(card, e.part)) for e in card.encoders) if step.solved else 0
    whole = size * _denoiser(card, still) + (0 if plan.free_vae else size * weights.parameters(card, "vae"))
    return _estimate(
        plan,
        weights=whole,
        encoders=encoders(card, 3 if task.continued else 2),
        gradients=4 * moves * step.gradients,
        optimiser=moves * (2 if plan.optimiser == "adam8bit" else 8) if step.optimised else 0,
        activations=max(computing + texts, solved),
    )


def _texts(card: FamilyCard, part: str, kept: str, step: Passes) -> int:
    """Bytes that the passes of a float32 text encoder hold: those kept for gradients, or the largest that is not.

    Checkpointed, a layer at a time is computed again on the way back through the encoder.
    """
    name, wide = weights.architecture(card, part), weights.share(card, part)
    held = encoding(name, kept, step.prompts, wide)
    if kept == "checkpointed" and not step.latents:
        held += encoding(name, "train", step.prompts, wide) // weights.config(card, part).get("num_hidden_layers", 1)
    return 4 * max(held, encoding(name, "forward", step.prompts_read, wide))


def searched(card: FamilyCard, plan: Plan) -> Estimate:
    """An attack's search: gradients through encoder and denoiser towards a prompt, none of them for a weight."""
    return _stepped(Task(Work.LEARN), card, plan, Passes(latents=_ATTACKED, prompts=_ATTACKED, optimised=False))


def judged(card: FamilyCard, plan: Plan, *, beside: bool) -> Estimate:
    """Looking at pictures; `beside` a model that stays where it is, unless the plan is sparing."""
    if plan.judge and plan.judge != plan.device:
        return _estimate(plan)
    stays = beside and not plan.sparing
    model = _SIZES[plan.dtype] * weights.parameters(card, "unet") if stays else 0
    texts = encoders(card, 2) if stays else 0
    return _estimate(
        plan, weights=4 * weights.parameters(card, "judge") + model, encoders=texts, activations=4 * judging()
    )
