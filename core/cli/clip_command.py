"""`clip`: what can be done with clips and pictures that lie anywhere: look, convert, put side by side, judge."""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.commands import Commands, add_command
from core.cli.console import DONE, Console, status_of
from core.cli.job_commands import run_job
from core.cli.tables import percent, size, table
from core.errors import InputError
from core.jobs.events import Result
from core.jobs.spec import JudgeSpec

if TYPE_CHECKING:
    from core.media.composing import Panel
    from core.media.film import Clip

_OUT = "a new .webm, .mp4, .gif or .webp file, a .png for one frame, or a new folder for all of them"
_BARS = "▁▂▃▄▅▆▇█"


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `clip` with its actions."""
    about = "Look at clips and pictures, convert them, compare them and have them judged."
    group = commands.add_parser("clip", help="look at clips, convert, compare and judge them", description=about)
    actions = group.add_subparsers(metavar="ACTION", required=True)
    looking = add_command(actions, common, "info", info, "Say what a clip holds and how it was made.", "after.webm")
    looking.add_argument("clip", metavar="CLIP", type=Path, help="a clip, picture or folder of numbered pictures")
    _add_convert(actions, common)
    _add_compare(actions, common)
    _add_judge(actions, common)


def _add_convert(actions: Commands, common: argparse.ArgumentParser) -> None:
    summary = "Save a clip in another format; nothing is overwritten."
    parser = add_command(actions, common, "convert", convert_clip, summary, "after.webm --out after.gif")
    parser.add_argument("clip", metavar="CLIP", type=Path, help="a clip, picture or folder of numbered pictures")
    parser.add_argument("--out", metavar="PATH", type=Path, required=True, help=_OUT)
    parser.add_argument("--scale", type=int, choices=range(1, 9), default=1, help="enlarge so many times")


def _add_compare(actions: Commands, common: argparse.ArgumentParser) -> None:
    summary = "Put clips on one clock and save the comparison as a clip, with captions."
    example = "before.webm after.webm --out both.mp4 --mode wipe"
    parser = add_command(actions, common, "compare", compare, summary, example)
    add = parser.add_argument
    add("clips", metavar="CLIP", type=Path, nargs="+", help="two clips or pictures, or up to six side by side")
    add("--out", metavar="PATH", type=Path, required=True, help=_OUT)
    add("--mode", default="side", help="side, wipe, overlay or difference; %(default)s by default")
    add("--edge", type=float, default=0.5, help="where a wipe changes, 0 left to 1 right; the middle by default")
    add("--opacity", type=float, default=0.5, help="how much of the second an overlay shows; %(default)s by default")
    add("--gain", type=float, default=4.0, help="by how much a difference is amplified; %(default)s by default")
    add("--title", action="append", default=[], dest="titles", help="the words above a clip, once for each, in order")
    add("--no-words", action="store_true", help="without captions")


def _add_judge(actions: Commands, common: argparse.ArgumentParser) -> None:
    summary = "Say of every frame how likely it shows a concept, by the model's judge."
    parser = add_command(actions, common, "judge", judge, summary, "after.webm --concept Pipwick")
    parser.add_argument("clips", metavar="CLIP", nargs="+", help="clips or pictures")
    parser.add_argument("--concept", action="append", required=True, dest="concepts", help="what to look for")
    parser.add_argument("--family", default="starter", help="whose judge; %(default)s by default")
    parser.add_argument("--kind", default="", help="of a name that the model's word list does not hold")


def info(arguments: argparse.Namespace, console: Console) -> int:
    """Print size, frames, times, sound and metadata."""
    from core.media.beside import about
    from core.media.clip import read_clip

    clip = read_clip(arguments.clip)
    facts = facts_of(arguments.clip, clip)
    metadata = clip.metadata | about(arguments.clip)
    console.data({"path": str(arguments.clip), **asdict(facts), "metadata": metadata})
    console.say(table(_lines(facts)))
    if metadata:
        console.say("\n" + table([(name, str(value)) for name, value in metadata.items()]))
    return DONE


@dataclass(frozen=True)
class Facts:
    """What a clip holds; `steady` says that all frames stand equally long, `bytes` is 0 for a folder."""

    width: int
    height: int
    frames: int
    fps: float
    seconds: float
    steady: bool
    sound: bool
    bytes: int


def facts_of(path: Path, clip: Clip) -> Facts:
    """The facts of a decoded clip."""
    height, width = clip.frames.shape[1:3]
    width, height = clip.full or (width, height)
    weight = path.stat().st_size if path.is_file() else 0
    return Facts(width, height, len(clip.frames), clip.fps, clip.seconds, not clip.times, clip.sound, weight)


def _lines(facts: Facts) -> list[tuple[str, str]]:
    rate = f"{facts.fps:g} a second" if facts.steady else f"{facts.fps:.3g} a second on average, of varying length"
    return [
        ("picture", f"{facts.width} × {facts.height}"),
        ("frames", f"{facts.frames}, {rate}" if facts.frames > 1 else "1"),
        ("seconds", f"{facts.seconds:.3f}" if facts.frames > 1 else "–"),
        ("sound", "yes" if facts.sound else "no"),
        ("file", size(facts.bytes) if facts.bytes else "a folder of pictures"),
    ]


def convert_clip(arguments: argparse.Namespace, console: Console) -> int:
    """Read one format, write another."""
    from core.media.formats import convert

    path = convert(arguments.clip, arguments.out, scale=arguments.scale)
    return _written(path, console)


def _written(path: Path, console: Console) -> int:
    console.data({"path": str(path)})
    console.say(f"Written: {path}")
    return DONE


def compare(arguments: argparse.Namespace, console: Console) -> int:
    """Compose the clips into one and write it."""
    from core.media.clip import read_clip
    from core.media.composing import Layout, caption_of, compose
    from core.media.formats import check_free, write_film
    from core.media.reading import PIXEL_LIMIT

    check_free(arguments.out)
    if len(arguments.clips) > 6:
        raise InputError(f"{len(arguments.clips)} clips are too many to stand side by side.", fix="Give 6 at most.")
    clips = [read_clip(path, PIXEL_LIMIT // len(arguments.clips)) for path in arguments.clips]
    titles = [*arguments.titles, *(path.name for path in arguments.clips[len(arguments.titles) :])]
    panels = [_panel(title, clip) for title, clip in zip(titles, clips, strict=False)]
    layout = Layout(
        mode=arguments.mode,
        edge=arguments.edge,
        opacity=arguments.opacity,
        gain=arguments.gain,
        caption=caption_of([clip.metadata for clip in clips]),
        words=not arguments.no_words,
        metadata={"mode": arguments.mode, "of": [{"title": p.title, **p.clip.metadata} for p in panels]},
    )
    return _written(write_film(arguments.out, compose(panels, layout)), console)


def _panel(title: str, clip: Clip) -> Panel:
    from core.media.composing import Panel

    return Panel(clip, title, str(clip.metadata.get("encoder", "")))


def judge(arguments: argparse.Namespace, console: Console) -> int:
    """Run the job and print a bar a frame."""
    spec = JudgeSpec(
        paths=tuple(arguments.clips),
        concepts=tuple(arguments.concepts),
        family=arguments.family,
        seed=arguments.seed,
        library=arguments.library,
        kind=arguments.kind,
    )
    last = run_job(spec, console)
    if isinstance(last, Result):
        rows = [(Path(path).name, _bars(seen), _often(seen)) for path, seen in last.data["frames"].items()]
        console.say(
            f"\nHow likely each frame shows {last.data['concept']}:\n{table([('clip', 'frames', 'seen'), *rows])}"
        )
    return status_of(last)


def _bars(seen: list[float]) -> str:
    return "".join(_BARS[round(value * (len(_BARS) - 1))] for value in seen)


def _often(seen: list[float]) -> str:
    """The share of frames that more likely show the concept than not."""
    return f"{percent(sum(value > 0.5 for value in seen) / len(seen))} of {len(seen)}"
