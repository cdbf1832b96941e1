"""`demo`, `erase`, `generate` and `score`: jobs run in this process, told as they go."""

from __future__ import annotations

import argparse
import json
import os
import shlex
from pathlib import Path
from typing import Any

from core.cli.commands import Commands, add_command
from core.cli.console import Console, status_of
from core.cli.interrupt import interruptible
from core.cli.tables import scorecard_table, seconds_table
from core.errors import InputError
from core.files import atomic_write_bytes, atomic_write_text
from core.hardware.allocator import prepare_allocator
from core.jobs.checks import default_host
from core.jobs.events import Event, Result
from core.jobs.spec import EraseSpec, GenerateSpec, JobSpec, ScoreSpec
from core.jobs.validate import cut_warning, validate

ANYWAY = "start even where the memory will not do"
_QUICK = "This is the quick card: few prompts, wide intervals. For more: score {entry} --full"


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands that run jobs."""
    _add_demo(commands, common)
    _add_erase(commands, common)
    _add_generate(commands, common)
    _add_score(commands, common)


def _add_demo(commands: Commands, common: argparse.ArgumentParser) -> None:
    summary = "Erase a concept from the starter and keep clips, scorecard and library in one folder."
    parser = add_command(commands, common, "demo", demo, summary, "--out demo")
    add = parser.add_argument
    add("--out", metavar="DIR", required=True, help="gets before.webm, after.webm, scorecard.json; those are replaced")
    add("--concept", default="Pipwick", help="what to erase; %(default)s by default")
    add("--prompt", help="what the clips show; the concept in motion by default")
    add("--preset", default="guarded", help="method and settings by name; %(default)s by default")


def _add_erase(commands: Commands, common: argparse.ArgumentParser) -> None:
    summary = "Erase a concept, judge the result and keep it in the library."
    example = 'Pipwick --preset guarded --prompt "Pipwick bouncing in a meadow" --seed 7'
    parser = add_command(commands, common, "erase", erase, summary, example)
    add = parser.add_argument
    add("concept", metavar="CONCEPT", help="what to erase, by name or synonym")
    add("--family", default=EraseSpec.family, metavar="MODEL", help="the model; %(default)s by default")
    add("--kind", default="", help="character, style, object or person; needed where no list holds the concept")
    add("--preset", default="guarded", help="method and settings by name; %(default)s by default")
    add("--synonym", action="append", default=[], dest="synonyms", help="another name of it; may be repeated")
    add("--also", action="append", default=[], metavar="CONCEPT", help="one more concept to erase; may be repeated")
    add("--protect", action="append", default=[], metavar="CONCEPT", help="a neighbour to hold; may be repeated")
    add("--start", default="", metavar="ENTRY", help="go on from an entry, whose concepts stay erased")
    add("--anchor", default="", help="what it is led to; known from the concept")
    add("--prompt", help="what the clips before and after show; the concept in motion by default")
    add("--host", default=EraseSpec.host, help="who makes those clips; the model's first by default")
    add("--images", metavar="DIR", default="", help="a folder of your own pictures; else the model makes them")
    add("--set", action="append", default=[], dest="settings", type=setting, metavar="KEY=VALUE",
        help="override a setting of the preset; may be repeated")  # fmt: skip
    add("--full", action="store_true", help="the full scorecard, which takes minutes")
    add("--anyway", action="store_true", help=f"{ANYWAY}, or the model does not seem to know it")


def _add_generate(commands: Commands, common: argparse.ArgumentParser) -> None:
    summary = "Make a picture or a clip with the original encoder or an erased one."
    example = '"Pipwick bouncing in a meadow" --entry Pipwick --out after.webm'
    parser = add_command(commands, common, "generate", generate, summary, example)
    add = parser.add_argument
    add("prompt", metavar="PROMPT", help="what to show")
    add("--family", default=GenerateSpec.family, metavar="MODEL", help="the model; %(default)s by default")
    add("--host", default="", help="who makes it; the model's first that makes clips by default, see: models list")
    add("--entry", default="", help="an entry of the library, by id or name; the original encoder by default")
    add("--strength", type=float, help="how much of the entry's change to apply, 0 to 1.5; its own by default")
    add("--negative-prompt", default="", help="what not to show")
    add("--steps", type=int, default=0, help="denoising steps; the host's by default")
    add("--guidance", type=float, default=0.0, help="guidance scale; the host's by default")
    add("--frames", type=int, default=0, help="frames of a clip; the host's by default")
    add("--out", metavar="PATH", default="", help="a new .webm or, for pictures, .png file; in the library by default")
    add("--anyway", action="store_true", help=ANYWAY)


def _add_score(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = add_command(
        commands, common, "score", score, "Measure an entry of the library on the final prompts.", "Pipwick --full"
    )
    parser.add_argument("entry", metavar="ENTRY", help="an entry of the library, by id or name")
    parser.add_argument("--full", action="store_true", help="100 pictures, 8 clips a figure; says first how long")


def setting(text: str) -> tuple[str, Any]:
    """`key=value` with the value read as JSON, or as text where it is none."""
    key, equals, value = text.partition("=")
    if not (key.strip() and equals):
        raise argparse.ArgumentTypeError(f"“{text}” is not of the form KEY=VALUE")
    try:
        return key.strip(), json.loads(value)
    except json.JSONDecodeError:
        return key.strip(), value


def run_job(spec: JobSpec, console: Console) -> Event:
    """Check the spec, run it here, tell its events, and return the last one. Imports torch once the spec is sound."""
    spec = validate(spec)
    if isinstance(spec, EraseSpec | GenerateSpec) and (warning := cut_warning(spec.prompt, spec.family)):
        console.warn(warning)
    with interruptible() as cancelled:
        prepare_allocator()
        os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # its import gives advice that is not for our reader
        from core.jobs.runner import run_safely

        return run_safely(spec, console.emit, cancelled)


def demo(arguments: argparse.Namespace, console: Console) -> int:
    """The main job, its results copied to one folder."""
    out = Path(arguments.out)
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file.", fix="Give --out a folder.")
    spec = EraseSpec(
        concept=arguments.concept,
        preset=arguments.preset,
        prompt=_given(arguments.prompt),
        seed=arguments.seed,
        library=arguments.library or str(out / "library"),
    )
    last = run_job(spec, console)
    if isinstance(last, Result):
        copy_result(last.data, out)
        tell_erasure(last.data, console)
        console.say(f"The clips and the scorecard are in {out}.")
    return status_of(last)


def erase(arguments: argparse.Namespace, console: Console) -> int:
    """Erase one concept into the library."""
    spec = EraseSpec(
        concept=arguments.concept,
        kind=arguments.kind,
        family=arguments.family,
        preset=arguments.preset,
        synonyms=tuple(arguments.synonyms),
        anchor=arguments.anchor,
        prompt=_given(arguments.prompt),
        host=arguments.host,
        seed=arguments.seed,
        library=arguments.library,
        images=arguments.images,
        settings=dict(arguments.settings),
        quick=not arguments.full,
        also=tuple(arguments.also),
        start=arguments.start,
        protect=tuple(arguments.protect),
        anyway=arguments.anyway,
    )
    last = run_job(spec, console)
    if isinstance(last, Result):
        tell_erasure(last.data, console)
    return status_of(last)


def generate(arguments: argparse.Namespace, console: Console) -> int:
    """Make one picture or clip."""
    spec = GenerateSpec(
        prompt=arguments.prompt,
        family=arguments.family,
        host=arguments.host or default_host(arguments.family),
        entry=arguments.entry,
        strength=arguments.strength,
        negative_prompt=arguments.negative_prompt,
        seed=arguments.seed,
        steps=arguments.steps,
        guidance=arguments.guidance,
        frames=arguments.frames,
        library=arguments.library,
        out=arguments.out,
        anyway=arguments.anyway,
    )
    last = run_job(spec, console)
    if isinstance(last, Result):
        console.say(f"Written: {last.data['path']}")
    return status_of(last)


def score(arguments: argparse.Namespace, console: Console) -> int:
    """Measure one entry."""
    spec = ScoreSpec(entry=arguments.entry, seed=arguments.seed, full=arguments.full, library=arguments.library)
    last = run_job(spec, console)
    if isinstance(last, Result):
        _tell_figures(last.data, arguments.entry, console)
    return status_of(last)


def _given(prompt: str | None) -> str:
    """The prompt of `--prompt`, where a blank one is a mistake and none at all is left to `validate`."""
    if prompt is not None and not prompt.strip():
        raise InputError("The prompt is empty.", fix="Say what to show, or leave --prompt out.")
    return prompt or ""


def copy_result(data: dict[str, Any], out: Path) -> None:
    """Copy the clips, their sidecars and the scorecard to `out`; the library keeps every earlier result."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("before", "after"):
        clip = Path(data[name])
        for source, suffix in ((clip, clip.suffix), (clip.with_name(f"{clip.name}.json"), f"{clip.suffix}.json")):
            atomic_write_bytes(out / f"{name}{suffix}", source.read_bytes())
    atomic_write_text(out / "scorecard.json", json.dumps(data["scorecard"], ensure_ascii=False, indent=2) + "\n")


def tell_erasure(data: dict[str, Any], console: Console) -> None:
    """The key figures and the seconds of an `erase` job's result."""
    _tell_figures(data, data["entry"], console)
    console.say(f"\nWhere the seconds went:\n{seconds_table(data['seconds'])}\n")
    console.say(f"Kept in the library as {data['entry']}.")


def _tell_figures(data: dict[str, Any], entry: str, console: Console) -> None:
    scorecard = data["scorecard"]
    console.say(f"\nKey figures, each with its 95 % interval and n:\n{scorecard_table(scorecard)}")
    if scorecard.get("quick"):
        console.say(_QUICK.format(entry=shlex.quote(entry)))
