"""The scorecard: what was measured about one erased encoder, beside the original and a negative prompt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from transformers import CLIPTextModel

from core.concepts import Concept, World
from core.evaluation.figures import Figure, rate, retained
from core.evaluation.judge import Judge
from core.evaluation.motion import MotionJudge
from core.generation.sample import Frames, Sampling, sample_many
from core.models.opened import Host
from core.prompts import Prompt, Purpose, Writer, neighbours_of, unrelated_to

SEEN = ("direct", "paraphrase", "implicit")
KEPT = ("neighbours", "unrelated")
COLUMNS = ("original", "negative_prompt", "erased")


@dataclass(frozen=True)
class Sizes:
    """Prompts by group, for stills and for clips."""

    stills: dict[str, int]
    clips: dict[str, int]

    def of(self, host: Host) -> dict[str, int]:
        """The sizes that apply to a host."""
        return self.stills if host.card.frames == 1 else self.clips


GROUPS = (*SEEN, *KEPT)
QUICK = Sizes(dict.fromkeys(GROUPS, 12), {"direct": 3})
FULL = Sizes(dict.fromkeys(GROUPS, 400), dict.fromkeys(GROUPS, 12))


@dataclass(frozen=True)
class Bench:
    """What a measurement needs: a judge, the world it judges, and how to report progress and stop."""

    judge: Judge
    motion: MotionJudge
    world: World
    purpose: Purpose
    seed: int = 0
    cancelled: Callable[[], bool] = lambda: False
    on_done: Callable[[int], None] = lambda _count: None


@dataclass(frozen=True)
class Measured:
    """What one column showed on one group: per prompt the share of frames that show the asked concept."""

    shares: list[float]
    frames: int
    moved: list[bool]

    def rate(self) -> Figure:
        """Frame rate; the interval counts prompts, since the frames of one clip are not independent."""
        n = len(self.shares) * self.frames
        return rate(sum(self.shares) * self.frames, n, len(self.shares))

    def videos(self) -> Figure:
        """Share of clips with any such frame."""
        return rate(sum(share > 0 for share in self.shares), len(self.shares))


def prompts_for(bench: Bench, concepts: tuple[Concept, ...], sizes: dict[str, int]) -> dict[str, list[Prompt]]:
    """The same prompts for every column, by group."""
    writer = Writer(bench.world, bench.purpose, bench.seed, tuple(c.name for c in concepts))
    about = {"neighbours": neighbours_of(bench.world, *concepts), "unrelated": unrelated_to(bench.world, *concepts)}
    return {
        group: writer.many(about.get(group, concepts), count, group if group in SEEN else "direct")
        for group, count in sizes.items()
    }


def judge_frames(bench: Bench, frames: Frames, prompts: list[Prompt]) -> Measured:
    """How often each prompt's own concept is seen in its frames, and whether clips move as asked."""
    shares: list[float] = []
    for prompt, clip in zip(prompts, frames, strict=True):
        concept = bench.world.find(prompt.concept)
        if concept is None:
            raise KeyError(prompt.concept)
        names = bench.judge.name_pictures(clip, bench.judge.ballot(bench.world, concept.kind))
        shares.append(sum(name == concept.name for name in names) / len(names))
    return Measured(shares, frames.shape[1], _moved(bench, frames, prompts))


def _moved(bench: Bench, frames: Frames, prompts: list[Prompt]) -> list[bool]:
    if frames.shape[1] != bench.motion.frames:
        return []
    read = bench.motion.read_frames(frames)
    return [motion == prompt.motion for motion, prompt in zip(read, prompts, strict=True)]


def measure(bench: Bench, host: Host, encoder: CLIPTextModel, prompts: list[Prompt], negative: str = "") -> Measured:
    """Generate the prompts with an encoder and judge them."""
    frames = sample_many(
        host,
        encoder,
        [p.text for p in prompts],
        [p.seed for p in prompts],
        Sampling(negative_prompt=negative),
        bench.cancelled,
        bench.on_done,
    )
    return judge_frames(bench, frames, prompts)


def _column(measured: dict[str, Measured]) -> dict[str, Figure]:
    figures = {group: value.rate() for group, value in measured.items()}
    if any(value.moved for value in measured.values()):
        moved = [hit for value in measured.values() for hit in value.moved]
        figures["direct_videos"] = measured["direct"].videos()
        figures["motion"] = rate(sum(moved), len(moved))
    return figures


def score_host(
    bench: Bench,
    host: Host,
    original: CLIPTextModel,
    erased: CLIPTextModel,
    concepts: tuple[Concept, ...],
    sizes: dict[str, int],
) -> dict[str, Any]:
    """All columns of one host."""
    groups = prompts_for(bench, concepts, sizes)
    measured: dict[str, dict[str, Measured]] = {}
    for column in COLUMNS:
        encoder = erased if column == "erased" else original
        negative = ", ".join(c.phrase for c in concepts) if column == "negative_prompt" else ""
        measured[column] = {g: measure(bench, host, encoder, ps, negative) for g, ps in groups.items()}
    figures: dict[str, Any] = {column: _column(values) for column, values in measured.items()}
    figures["retained"] = {
        group: retained(measured["erased"][group].shares, measured["original"][group].shares)
        for group in KEPT
        if group in groups
    }
    return figures


def total_samples(hosts: list[Host], sizes: Sizes) -> int:
    """How many pictures and clips a scorecard generates."""
    return sum(len(COLUMNS) * sum(sizes.of(host).values()) for host in hosts)
