"""Sampling: seeds repeat, batches do not matter, a cancel is heard at once, and the encoder is what was given."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.errors import Cancelled, InputError
from core.generation.decoding import decoded
from core.generation.sample import Frames, Sampling, sample, sample_many
from core.models.catalogue import family_card
from core.models.opened import Host
from tests.core.models.pair import disturbed, starter

FEW = Sampling(steps=2)
HOSTS = [host.name for host in family_card("starter").hosts]
PROMPTS = ["Pipwick in a meadow", "a red car at night"]


@pytest.fixture
def still() -> Host:
    """The host of pictures."""
    return starter().host("still")


def test_numbers_that_overflowed_are_no_black_picture(still: Host) -> None:
    latents = torch.zeros(1, still.pipeline.unet.config.in_channels, 16, 16)
    latents[0, 0, 0, 0] = torch.nan
    with pytest.raises(InputError, match=r"overflowed, and there is no picture.*32 bits"):
        decoded(still.pipeline.vae, latents)


def difference(one: Frames, other: Frames) -> int:
    """The largest difference of two batches, in 0..255."""
    return int(np.abs(one.astype(np.int16) - other.astype(np.int16)).max())


def draw(host: Host, prompts: list[str], seeds: list[int], sampling: Sampling = FEW) -> Frames:
    """A batch with the original encoder."""
    return sample(host, starter().encoder, prompts, seeds, sampling)


@pytest.mark.parametrize("name", HOSTS)
def test_every_host_gives_bytes_that_repeat_and_stand_alone(name: str) -> None:
    host, few = starter().host(name), Sampling(steps=1)
    both = draw(host, PROMPTS, [3, 4], few)
    assert both.shape == (2, host.card.frames, 64, 64, 3)
    assert both.dtype == np.uint8
    assert np.array_equal(both, draw(host, PROMPTS, [3, 4], few))
    alone = draw(host, PROMPTS[1:], [4], few)
    assert difference(alone, both[1:]) <= 2


def test_the_seed_the_prompt_and_the_guidance_all_matter(still: Host) -> None:
    base = draw(still, PROMPTS[:1], [3])
    assert difference(base, draw(still, PROMPTS[:1], [4])) > 10
    assert difference(base, draw(still, PROMPTS[1:], [3])) > 2
    assert difference(base, draw(still, PROMPTS[:1], [3], Sampling(steps=2, guidance=8.0))) > 2


def test_a_negative_prompt_pushes_away(still: Host) -> None:
    plain, pushed = (draw(still, PROMPTS[:1], [3], Sampling(steps=2, negative_prompt=text)) for text in ("", "Pipwick"))
    assert difference(plain, pushed) > 2


def test_zeros_take_the_hosts_defaults(still: Host) -> None:
    given = Sampling(steps=still.card.steps, guidance=still.card.guidance)
    assert np.array_equal(draw(still, PROMPTS[:1], [3], Sampling()), draw(still, PROMPTS[:1], [3], given))


def test_a_clip_may_be_shorter() -> None:
    assert draw(starter().host("text2video"), PROMPTS[:1], [3], Sampling(steps=1, frames=4)).shape[1] == 4


@pytest.mark.parametrize("name", HOSTS)
def test_a_cancel_is_heard_within_a_step(name: str) -> None:
    heard: list[int] = []

    def on_step(done: int, _steps: int, _latents: torch.Tensor) -> None:
        heard.append(done)

    with pytest.raises(Cancelled):
        sample(
            starter().host(name),
            starter().encoder,
            PROMPTS[:1],
            [3],
            Sampling(steps=6),
            on_step,
            cancelled=lambda: bool(heard),
        )
    assert heard == [1]


def test_steps_are_told_in_order(still: Host) -> None:
    heard: list[tuple[int, int]] = []
    sample(still, starter().encoder, PROMPTS[:1], [3], Sampling(steps=3), lambda d, n, _: heard.append((d, n)))
    assert heard == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("name", HOSTS)
def test_another_encoder_makes_another_picture_and_leaves_no_trace(name: str) -> None:
    host, few = starter().host(name), Sampling(steps=1, frames=4)
    before = draw(host, PROMPTS[:1], [3], few)
    swapped = sample(host, disturbed(starter().encoder, 1.0), PROMPTS[:1], [3], few)
    assert difference(before, swapped) > 2
    assert np.array_equal(before, draw(host, PROMPTS[:1], [3], few))


def test_many_are_made_in_batches_and_counted(still: Host) -> None:
    counts: list[int] = []
    sampling, seeds = Sampling(steps=1), list(range(18))
    frames = sample_many(still, starter().encoder, PROMPTS * 9, seeds, sampling, on_batch=counts.append)
    assert len(frames) == sum(counts) == 18
    assert len(counts) > 1
    assert difference(frames[17:], draw(still, PROMPTS[1:], [17], sampling)) <= 2


@pytest.mark.parametrize("name", HOSTS)
def test_text_states_stand_in_for_the_text_they_come_from(name: str) -> None:
    host, few = starter().host(name), Sampling(steps=1, frames=4)
    ids = starter().tokenizer(PROMPTS, padding="max_length", truncation=True, return_tensors="pt").input_ids
    with torch.no_grad():
        states = starter().encoder(ids).last_hidden_state
    stated = sample(host, starter().encoder, states, [3, 4], few)
    assert difference(stated, draw(host, PROMPTS, [3, 4], few)) <= 2


def test_beside_states_the_encoder_still_reads_the_negative_prompt(still: Host) -> None:
    states = torch.zeros(1, 32, 128)
    plain = sample(still, starter().encoder, states, [3], FEW)
    pushed = sample(still, starter().encoder, states, [3], Sampling(steps=2, negative_prompt="Pipwick"))
    moved = sample(still, disturbed(starter().encoder, 2.0), states, [3], FEW)
    assert difference(plain, pushed) > 2
    assert difference(plain, moved) > 2


def test_many_states_are_made_in_batches(still: Host) -> None:
    states = torch.randn(18, 32, 128, generator=torch.Generator().manual_seed(0))
    frames = sample_many(still, starter().encoder, states, list(range(18)), Sampling(steps=1))
    assert difference(frames[17:], sample(still, starter().encoder, states[17:], [17], Sampling(steps=1))) <= 2
