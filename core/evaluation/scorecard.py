"""The scorecard: what was measured about one erased encoder, beside the original and two ways to change no weight."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from torch import nn

from core.concepts import Concept, World
from core.evaluation.clips import consistency, frozen, motion_amount
from core.evaluation.figures import Figure, difference, mean, rate, retained
from core.evaluation.judge import Judge
from core.evaluation.motion import MotionJudge
from core.evaluation.perceptual import features_name, perceptual_distances
from core.generation.prompt_filter import FilteredEncoder
from core.generation.sample import Frames, Sampling, sample_many
from core.hardware.plan import plan
from core.models.hosts import Host
from core.prompts import SEEN, Prompt, Purpose, Writer, neighbours_of, unrelated_to

KEPT = ("neighbours", "unrelated")
GROUPS = (*SEEN, *KEPT)
BASELINES = ("negative_prompt", "filtered")
COLUMNS = ("original", *BASELINES, "erased")
COMPARED = "unrelated"
"""The group whose pictures are held against the original's of the same prompt and seed."""

Groups = dict[str, int]
"""How many prompts of each group."""


@dataclass(frozen=True)
class Sizes:
    """Prompts by group, for stills and for clips, and the groups that a column leaves out."""

    stills: Groups
    clips: Groups
    no_stills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    no_clips: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, host: Host) -> dict[str, Groups]:
        """Prompts by column and group for a host; a column with no group at all is not measured."""
        still = host.card.frames == 1
        counts, skipped = (self.stills, self.no_stills) if still else (self.clips, self.no_clips)
        columns = {c: {g: n for g, n in counts.items() if g not in skipped.get(c, ())} for c in COLUMNS}
        return {column: groups for column, groups in columns.items() if groups}


QUICK = Sizes(
    dict.fromkeys(GROUPS, 12),
    {"direct": 3},
    dict.fromkeys(BASELINES, ("paraphrase", "implicit", "unrelated")),
    {"filtered": ("direct",)},
)
"""For the end of an erasure, where a person waits: the baselines are cut short so that the rest can be measured."""
FULL = Sizes(dict.fromkeys(GROUPS, 100), dict.fromkeys(GROUPS, 8))
"""A quarter of an hour on two CPU cores; a rate near 5 % is known to within about 3 points below and 6 above."""


@dataclass(frozen=True)
class Bench:
    """What a measurement needs: a judge, the world it judges, and how to report progress and stop.

    `motion` is None where nobody trained a reader of motion: what needs it is left out of the figures.
    """

    judge: Judge
    motion: MotionJudge | None
    world: World
    purpose: Purpose
    seed: int = 0
    cancelled: Callable[[], bool] = lambda: False
    on_done: Callable[[int], None] = lambda _count: None


@dataclass(frozen=True)
class Measured:
    """What one column showed on one group, a value for each prompt.

    `shares` are the shares of frames that show the asked concept. Clips have `moved`, whether they move as asked, where
    the reader of motion takes clips of this length; `amounts`, in pixels a frame; and `consistencies`. `distances` to
    the original's frames are there where they were asked for.
    """

    shares: list[float]
    frames: int
    moved: list[bool]
    amounts: list[float] = field(default_factory=list)
    consistencies: list[float] = field(default_factory=list)
    distances: list[float] = field(default_factory=list)

    def rate(self) -> Figure:
        """Frame rate; the interval counts prompts, since the frames of one clip are not independent."""
        n = len(self.shares) * self.frames
        return rate(sum(self.shares) * self.frames, n, len(self.shares))

    def videos(self) -> Figure:
        """Share of clips with any such frame."""
        return rate(sum(share > 0 for share in self.shares), len(self.shares))

    def leakage(self) -> Figure:
        """Video rate less frame rate: how much of what is seen comes and goes within a clip."""
        return mean([(share > 0) - share for share in self.shares])


Column = dict[str, Measured]
"""What one column showed, by group."""


def prompts_for(bench: Bench, concepts: tuple[Concept, ...], sizes: Groups) -> dict[str, list[Prompt]]:
    """The same prompts for every column, by group; without a group that none of the concepts has words for."""
    writer = Writer(bench.world, bench.purpose, bench.seed, tuple(c.name for c in concepts))
    about = {
        **dict.fromkeys(SEEN, concepts),
        "paraphrase": tuple(c for c in concepts if c.synonyms),
        "implicit": tuple(c for c in concepts if c.descriptions),
        "neighbours": neighbours_of(bench.world, *concepts),
        "unrelated": unrelated_to(bench.world, *concepts),
    }
    return {
        group: writer.many(about[group], count, group if group in SEEN else "direct")
        for group, count in sizes.items()
        if about[group]
    }


def judge_frames(bench: Bench, frames: Frames, prompts: list[Prompt]) -> Measured:
    """How often each prompt's own concept is seen in its frames, and how clips move and hold together."""
    shares: list[float] = []
    clips: list[tuple[float, float]] = []
    for prompt, clip in zip(prompts, frames, strict=True):
        concept = bench.world.find(prompt.concept)
        if concept is None:
            raise KeyError(prompt.concept)
        features = bench.judge.picture_features(clip)
        names = bench.judge.name_features(features, bench.judge.ballot(bench.world, concept.kind))
        shares.append(sum(name == concept.name for name in names) / len(names))
        if len(clip) > 1:
            clips.append((motion_amount(clip), consistency(features)))
    amounts, consistencies = [amount for amount, _ in clips], [value for _, value in clips]
    return Measured(shares, frames.shape[1], _moved(bench, frames, prompts), amounts, consistencies)


def _moved(bench: Bench, frames: Frames, prompts: list[Prompt]) -> list[bool]:
    if bench.motion is None or frames.shape[1] != bench.motion.frames:
        return []
    read = bench.motion.read_frames(frames)
    return [motion == prompt.motion for motion, prompt in zip(read, prompts, strict=True)]


def generate(bench: Bench, host: Host, encoder: nn.Module, prompts: list[Prompt], negative: str = "") -> Frames:
    """The prompts' pictures or clips, each under its own seed."""
    return sample_many(
        host,
        encoder,
        [p.text for p in prompts],
        [p.seed for p in prompts],
        Sampling(negative_prompt=negative),
        bench.cancelled,
        bench.on_done,
    )


def measure(bench: Bench, host: Host, encoder: nn.Module, prompts: list[Prompt], negative: str = "") -> Measured:
    """Generate the prompts with an encoder and judge them."""
    return judge_frames(bench, generate(bench, host, encoder, prompts, negative), prompts)


def _distances(bench: Bench, frames: Frames, originals: Frames) -> list[float]:
    """The perceptual distance of each prompt's frames to the original's, averaged over the frames of a clip."""
    flat = frames.reshape(-1, *frames.shape[2:]), originals[: len(frames)].reshape(-1, *frames.shape[2:])
    each = perceptual_distances(bench.judge, *flat)
    count = frames.shape[1]
    return [sum(each[k : k + count]) / count for k in range(0, len(each), count)]


@dataclass(frozen=True)
class _Columns:
    """What makes the columns of one host: an encoder each, the negative prompt, and how many prompts of each group."""

    host: Host
    encoders: dict[str, nn.Module]
    negative: str
    counts: dict[str, Groups]


def _measure_group(bench: Bench, columns: _Columns, group: str, prompts: list[Prompt]) -> dict[str, Measured]:
    """Every column on the first prompts of a group, a batch at a time, so that only a batch of frames is held."""
    counts = {column: groups[group] for column, groups in columns.counts.items() if group in groups}
    size = plan().batch(columns.host.card.frames)
    parts: dict[str, list[Measured]] = {column: [] for column in counts}
    for start in range(0, len(prompts), size):
        asked = {column: prompts[start : min(start + size, count)] for column, count in counts.items()}
        for column, measured in _measure_batch(bench, columns, group, asked):
            parts[column].append(measured)
    return {column: _together(found) for column, found in parts.items()}


def _measure_batch(
    bench: Bench, columns: _Columns, group: str, asked: dict[str, list[Prompt]]
) -> Iterator[tuple[str, Measured]]:
    """The original comes first, the others are held against it."""
    originals: Frames | None = None
    for column, prompts in asked.items():
        if not prompts:
            continue
        negative = columns.negative if column == "negative_prompt" else ""
        frames = generate(bench, columns.host, columns.encoders[column], prompts, negative)
        measured = judge_frames(bench, frames, prompts)
        if column == "original":
            originals = frames
        elif group == COMPARED and originals is not None:
            measured = replace(measured, distances=_distances(bench, frames, originals))
        yield column, measured


def _together(parts: list[Measured]) -> Measured:
    """What was measured in several batches, as one."""
    lists = {
        name: [value for part in parts for value in getattr(part, name)]
        for name in ("shares", "moved", "amounts", "consistencies", "distances")
    }
    return Measured(frames=parts[0].frames, **lists)


def _all(column: Column, what: str) -> list[Any]:
    return [value for measured in column.values() for value in getattr(measured, what)]


def _figures(column: Column) -> dict[str, Figure]:
    """What a column shows by itself; figures of clips are over the clips of all groups."""
    figures = {group: measured.rate() for group, measured in column.items()}
    if amounts := _all(column, "amounts"):
        figures |= {"motion_amount": mean(amounts), "consistency": mean(_all(column, "consistencies"))}
        if "direct" in column:
            figures |= {"direct_videos": column["direct"].videos(), "leakage": column["direct"].leakage()}
    if moved := _all(column, "moved"):
        figures["motion"] = rate(sum(moved), len(moved))
    if distances := _all(column, "distances"):
        figures["lpips"] = mean(distances)
    return figures


def _against(column: Column, original: Column) -> dict[str, Figure]:
    """How a column's clips move and hold together beside the original's of the same prompts and seeds."""
    same = {g: replace(original[g], **_first(original[g], len(column[g].amounts))) for g in column}
    amounts, before = _all(column, "amounts"), _all(same, "amounts")
    if not amounts:
        return {}
    changes = zip(_all(column, "consistencies"), _all(same, "consistencies"), strict=True)
    return {
        "motion_kept": retained(amounts, before),
        "frozen": frozen(amounts, before),
        "consistency_change": mean([after - earlier for after, earlier in changes]),
    }


def _first(measured: Measured, count: int) -> dict[str, list[float]]:
    return {"amounts": measured.amounts[:count], "consistencies": measured.consistencies[:count]}


def score_host(
    bench: Bench,
    host: Host,
    original: nn.Module,
    erased: nn.Module,
    concepts: tuple[Concept, ...],
    counts: dict[str, Groups],
) -> dict[str, Any]:
    """All columns of one host, and under `retained` how much of the original's accuracy the erased encoder keeps.

    The filter stands before the host's own original encoder, and the negative prompt names every concept.
    """
    groups = prompts_for(bench, concepts, counts["original"])
    encoders: dict[str, nn.Module] = {
        **dict.fromkeys(COLUMNS, original),
        "filtered": FilteredEncoder(original, host.tokenizer, concepts),
        "erased": erased,
    }
    columns = _Columns(host, encoders, ", ".join(c.phrase for c in concepts), counts)
    found = {group: _measure_group(bench, columns, group, prompts) for group, prompts in groups.items()}
    measured = {column: {g: found[g][column] for g in counts[column] if g in found} for column in counts}
    first = measured["original"]
    figures: dict[str, Any] = {
        name: _figures(column) | (_against(column, first) if column is not first else {})
        for name, column in measured.items()
    }
    kept = {g: retained(measured["erased"][g].shares, first[g].shares) for g in KEPT if g in groups}
    return {**figures, "retained": kept}


def transfer_gaps(hosts: dict[str, Any]) -> dict[str, Figure]:
    """By video host: how much more of the concept the erased encoder lets through there than in stills.

    Erasures are learnt and chosen on the still host's denoiser; one with weights of its own may read what is left.
    """
    still = hosts.get("still", {}).get("erased", {}).get("direct")
    videos = {name: host.get("erased", {}) for name, host in hosts.items() if name != "still"}
    return {name: _gap(found, still) for name, found in videos.items() if still and "direct_videos" in found}


def _gap(video: dict[str, Figure], still: Figure) -> Figure:
    return difference({**video["direct"], "n": video["direct_videos"]["n"]}, still)


def card_part(hosts: dict[str, Any], judge: Judge) -> dict[str, Any]:
    """What the hosts' figures put into a scorecard's top level: themselves, what spans hosts, and what LPIPS read."""
    return {"hosts": hosts, "transfer_gap": transfer_gaps(hosts), "lpips_features": features_name(judge)}


def total_samples(hosts: list[Host], sizes: Sizes) -> int:
    """How many pictures and clips a scorecard generates."""
    return sum(sum(groups.values()) for host in hosts for groups in sizes.of(host).values())
