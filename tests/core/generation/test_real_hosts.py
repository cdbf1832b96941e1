"""Every host of the real families: what diffusers' own pipelines make, with any encoder, and the same again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from diffusers.image_processor import VaeImageProcessor
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from core.concepts import Concept, Kind
from core.errors import Cancelled
from core.generation.precision import lighter
from core.generation.prompt_filter import FilteredEncoder
from core.generation.sample import Frames, Sampling, pixels, reader, sample
from core.hardware.plan import Plan, using
from core.models.opened import Family, Host
from core.models.schedulers import scheduler_for
from core.models.text import text_states
from tests.core.generation.tiny import EVERY, FAMILIES, hosts, tiny
from tests.core.models.pair import digest, disturbed

TWO, FIVE = Sampling(steps=2, frames=2), Sampling(steps=5, frames=2)
PROMPTS = ["a cat in a meadow", "a red car at night"]


def made(family: str, host: str, encoder: nn.Module | None = None, sampling: Sampling = TWO) -> Frames:
    """Both prompts with a host."""
    opened = tiny(family)
    return sample(opened.host(host), encoder or opened.encoder, PROMPTS, [3, 4], sampling)


def furthest(one: Frames, other: Frames) -> int:
    """The largest difference of a colour, of 255."""
    return int(np.abs(one.astype(int) - other.astype(int)).max())


def frozen(host: Host) -> list[nn.Module]:
    """A host's own modules."""
    modules = [host.pipeline.unet, host.pipeline.vae]
    return modules if host.own is None else [*modules, host.own]


@pytest.mark.parametrize(("family", "host"), EVERY)
def test_the_same_seed_gives_the_same_bytes_and_an_erased_encoder_others(family: str, host: str) -> None:
    opened, at = tiny(family), tiny(family).host(host)
    before = [digest(module) for module in frozen(at)]
    plain = made(family, host)
    width, height = at.card.pixels
    assert plain.shape == (2, 1 if host == "still" else 2, height, width, 3)
    assert plain.dtype == np.uint8
    assert furthest(plain[:1], plain[1:]) > 2
    assert furthest(made(family, host, disturbed(opened.encoder, 2.0)), plain) > 0
    alone = sample(at, opened.encoder, PROMPTS[1:], [4], TWO)
    assert furthest(alone, plain[1:]) <= 2
    with torch.no_grad():
        states = at.states(reader(at, opened.encoder), PROMPTS)
    assert np.array_equal(sample(at, opened.encoder, states, [3, 4], TWO), plain)
    assert [digest(module) for module in frozen(at)] == before


@pytest.mark.parametrize(("family", "host"), EVERY)
def test_a_cancel_is_heard_after_a_step(family: str, host: str) -> None:
    opened, heard = tiny(family), list[tuple[int, int]]()

    def on_step(done: int, steps: int, _latents: Any) -> None:
        heard.append((done, steps))

    with pytest.raises(Cancelled):
        sample(opened.host(host), opened.encoder, PROMPTS[:1], [3], FIVE, on_step, lambda: bool(heard))
    assert heard == [(1, 5)]


def test_cross_frame_attention_is_taken_out_again_when_it_is_stopped() -> None:
    opened, plain = tiny("sd1"), made("sd1", "still")
    before = {name: type(processor) for name, processor in opened.unet.attn_processors.items()}
    scheduler = opened.host("text2video_zero").pipeline.scheduler
    with pytest.raises(Cancelled):
        sample(opened.host("text2video_zero"), opened.encoder, PROMPTS[:1], [3], FIVE, cancelled=lambda: True)
    assert {name: type(processor) for name, processor in opened.unet.attn_processors.items()} == before
    assert opened.host("text2video_zero").pipeline.scheduler is scheduler
    assert np.array_equal(made("sd1", "still"), plain)


@pytest.mark.parametrize(("family", "host"), [("sd1", "still"), ("sd1", "text2video_zero"), ("sd2", "modelscope")])
def test_as_many_steps_are_told_as_were_asked_for(family: str, host: str) -> None:
    opened, heard = tiny(family), list[int]()
    sample(opened.host(host), opened.encoder, PROMPTS[:1], [3], FIVE, lambda done, _n, _l: heard.append(done))
    assert heard == [1, 2, 3, 4, 5]


def test_clips_are_as_long_as_asked_and_no_longer_than_the_host_can() -> None:
    assert made("sd1", "motion", sampling=Sampling(1, frames=3)).shape[1] == 3
    assert made("sd1", "motion", sampling=Sampling(1, frames=40)).shape[1] == 32


@pytest.mark.parametrize("family", FAMILIES)
def test_a_plan_shrinks_pictures_to_what_the_denoiser_can_halve(family: str) -> None:
    host = tiny(family).host("still")
    with using(Plan(scale=0.5)):
        width, height = pixels(host)
        assert sample(host, tiny(family).encoder, PROMPTS[:1], [1], TWO).shape == (1, 1, height, width, 3)
    assert width == height == (64 if family != "sdxl" else 32)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_prompt_filter_stands_before_every_family(family: str) -> None:
    opened = tiny(family)
    concept = Concept("cat", Kind.OBJECT, ("a cat", "a kitten", "a tabby"))
    filtering = FilteredEncoder(opened.encoder, opened.tokenizer, (concept,))
    with torch.no_grad():
        plain, turned = (text_states(one, opened.tokenizer, PROMPTS) for one in (opened.encoder, filtering))
    assert plain.shape == turned.shape
    last = hosts(family)[-1]
    assert made(family, last, filtering).shape == made(family, last).shape


def text_parts(family: str) -> dict[str, Any]:
    """The text encoders and tokenizers of a family as diffusers takes them, read from their folders."""

    def read(kind: Any, part: str) -> Any:
        return kind.from_pretrained(tiny(family).card.source(part).path)

    parts = {"text_encoder": read(CLIPTextModel, "text_encoder"), "tokenizer": read(CLIPTokenizer, "tokenizer")}
    if family == "sdxl":
        parts["text_encoder_2"] = read(CLIPTextModelWithProjection, "text_encoder_2")
        parts["tokenizer_2"] = read(CLIPTokenizer, "tokenizer_2")
    return parts


def reference(family: str, name: str) -> Any:
    """diffusers' pipeline of a host with text encoders of its own, built as its documentation says."""
    opened: Family = tiny(family)
    host = opened.card.host(name)
    scheduler = scheduler_for(opened.scheduler, host.scheduler)
    kind: Callable[..., Any] = getattr(diffusers, host.pipeline)
    more: dict[str, Any] = {}
    if "motion_adapter" in host.folders:
        more["motion_adapter"] = copy.deepcopy(opened.part(host.folders["motion_adapter"]))
    if host.pipeline in ("StableDiffusionPipeline", "TextToVideoZeroPipeline"):
        more = {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
    unet = copy.deepcopy(opened.part(host.folders["unet"]))
    pipeline = kind(unet=unet, vae=opened.vae, scheduler=scheduler, **text_parts(family), **more)
    pipeline.set_progress_bar_config(disable=True)
    if name == "motion" and family == "sdxl":  # which diffusers forgets to copy
        pipeline.unet.add_embedding.load_state_dict(unet.add_embedding.state_dict())
    return pipeline


@torch.no_grad()
def through_the_vae(pipeline: Any, latents: Tensor) -> Frames:
    """Frames (n, height, width, 3) of latents (n, channels, height, width), by diffusers' own processor."""
    raw = pipeline.vae.decode(latents.float() / pipeline.vae.config.scaling_factor).sample
    pictures = np.asarray(VaeImageProcessor().postprocess(raw, output_type="np"))
    return (pictures * 255).round().astype(np.uint8)


REFERENCES = [
    *((*pair, "a cat") for pair in EVERY if pair[1] not in ("lcm", "zeroscope")),
    *(("sd1", "still", ""), ("sdxl", "still", ""), ("sdxl", "motion", "")),
]


@pytest.mark.parametrize(("family", "name", "negative"), REFERENCES)
def test_it_is_what_diffusers_makes(family: str, name: str, negative: str) -> None:
    host = tiny(family).host(name)
    steps = 3 if name == "text2video_zero" else 2
    options: dict[str, Any] = {"negative_prompt": [negative]} if negative else {}
    if host.card.frames > 1:
        options["video_length" if steps == 3 else "num_frames"] = 2
    if steps == 3:
        options |= {"t0": 1, "t1": 2}
    pipeline = reference(family, name)
    with lighter(pipeline.unet):
        output = pipeline(
            PROMPTS[:1],
            height=host.card.pixels[1],
            width=host.card.pixels[0],
            num_inference_steps=steps,
            guidance_scale=host.card.guidance,
            generator=torch.Generator().manual_seed(3),
            output_type="latent",
            **options,
        )
    latents = output.frames[0].transpose(0, 1) if hasattr(output, "frames") else output.images
    theirs = through_the_vae(pipeline, latents)
    ours = sample(host, tiny(family).encoder, PROMPTS[:1], [3], Sampling(steps, frames=2, negative_prompt=negative))
    assert furthest(ours[0], theirs) <= 1
