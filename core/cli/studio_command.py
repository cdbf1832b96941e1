"""`studio` and `gallery`: takes of many prompts, seeds and encoders, and what was made of them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.commands import Commands, add_command, library_of
from core.cli.console import DONE, Console, status_of
from core.cli.job_commands import ANYWAY, run_job
from core.cli.tables import table
from core.jobs.checks import default_host
from core.jobs.events import Result
from core.jobs.prompt_file import read_prompts
from core.jobs.shot_list import count_takes, seeds_in, shooting_seconds
from core.jobs.spec import ShootSpec
from core.jobs.validate import cut_warning, validate

if TYPE_CHECKING:
    from core.library.gallery import Gallery, Take

_TAKE = "a take, by its file's name or the unique beginning of it"


def add_to(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `studio` and `gallery`."""
    _add_studio(commands, common)
    _add_gallery(commands, common)


def _add_studio(commands: Commands, common: argparse.ArgumentParser) -> None:
    summary = "Make clips or pictures of many prompts and seeds with several encoders, into the gallery."
    example = '--prompt "Pipwick in a meadow" --seeds 1-3 --original --entry Pipwick --entry Grumbo:0.8'
    parser = add_command(commands, common, "studio", studio, summary, example)
    add = parser.add_argument
    add("--prompt", action="append", default=[], dest="texts", metavar="TEXT", help="what to show; may be repeated")
    add("--prompts", metavar="FILE", type=Path, help="a text file with a prompt a line")
    add("--seeds", metavar="LIST", default="", help="seeds such as 1,2,5-8; --seed by default")
    add("--family", default=ShootSpec.family, metavar="MODEL", help="the model; %(default)s by default")
    add("--host", default="", help="who makes it; the model's first that makes clips by default, see: models list")
    add("--original", action="store_true", help="with the original encoder; so as well where no --entry is given")
    add("--negative", metavar="TEXT", default="", help="with the original encoder told to avoid TEXT, too")
    add("--entry", action="append", default=[], dest="entries", type=entry_at, metavar="ENTRY[:STRENGTH]",
        help="with an entry of the library, by id or name; may be repeated")  # fmt: skip
    add("--steps", type=int, default=0, help="denoising steps; the host's by default")
    add("--guidance", type=float, default=0.0, help="guidance scale; the host's by default")
    add("--frames", type=int, default=0, help="frames of a clip; the host's by default")
    add("--anyway", action="store_true", help=ANYWAY)


def _add_gallery(commands: Commands, common: argparse.ArgumentParser) -> None:
    group = commands.add_parser("gallery", help="what the studio made", description="List and tidy the gallery.")
    actions = group.add_subparsers(metavar="ACTION", required=True)
    listing = add_command(actions, common, "list", list_takes, "List the takes, the newest job first.", "--search hill")
    listing.add_argument("--search", metavar="WORDS", default="", help="in prompt, encoder, model, seed and date")
    listing.add_argument("--host", default="", help="those of one host")
    listing.add_argument("--starred", action="store_true", help="those that are marked")
    listing.add_argument("--trashed", action="store_true", help="what was removed instead")
    for name, run, summary in (
        ("show", show, "Show how a take was made."),
        ("remove", remove, "Move takes to the gallery's trash."),
        ("restore", restore, "Bring takes back from the trash."),
        ("star", star, "Mark takes with a star."),
        ("unstar", unstar, "Take the star off."),
    ):
        action = add_command(actions, common, name, run, summary, "20261124T1015")
        action.add_argument("takes", metavar="TAKE", nargs="+", help=_TAKE)
    exporting = add_command(actions, common, "export", export, "Save a take in another format.", "2026 --out hill.gif")
    exporting.add_argument("take", metavar="TAKE", help=_TAKE)
    exporting.add_argument("--out", metavar="PATH", type=Path, required=True,
                           help="a new .mp4, .webm, .gif, .webp or .png file, or a new folder for frames")  # fmt: skip
    add_command(actions, common, "empty", empty, "Delete for good what lies in the trash.", "")


def entry_at(text: str) -> tuple[str, float | None]:
    """`ENTRY:STRENGTH`, or an entry alone; a colon that no number follows belongs to the name."""
    name, _, strength = text.rpartition(":")
    try:
        return (name, float(strength)) if name else (text, None)
    except ValueError:
        return text, None


def studio(arguments: argparse.Namespace, console: Console) -> int:
    """Make the takes."""
    read = read_prompts(arguments.prompts) if arguments.prompts else []
    spec = ShootSpec(
        prompts=(*arguments.texts, *read),
        seeds=seeds_in(arguments.seeds) if arguments.seeds else (arguments.seed,),
        family=arguments.family,
        host=arguments.host or default_host(arguments.family),
        entries=tuple(name for name, _ in arguments.entries),
        strengths=tuple(strength for _, strength in arguments.entries),
        original=arguments.original or not arguments.entries,
        negative_prompt=arguments.negative,
        steps=arguments.steps,
        guidance=arguments.guidance,
        frames=arguments.frames,
        library=arguments.library,
        anyway=arguments.anyway,
    )
    _announce(spec, console)
    last = run_job(spec, console)
    if isinstance(last, Result):
        takes = [Path(path) for path in last.data["takes"]]
        console.say(f"{_takes(len(takes))} in {takes[0].parent}.")
    return status_of(last)


def _takes(count: int) -> str:
    return f"{count} {'take' if count == 1 else 'takes'}"


def _announce(spec: ShootSpec, console: Console) -> None:
    checked = validate(spec)
    if isinstance(checked, ShootSpec):
        warnings = {warning for prompt in checked.prompts if (warning := cut_warning(prompt, spec.family))}
        for warning in sorted(warnings):
            console.warn(warning)
        console.say(f"{_takes(count_takes(checked))}, about {shooting_seconds(checked):.0f} seconds.")


def _gallery(arguments: argparse.Namespace) -> Gallery:
    from core.library.gallery import Gallery

    return Gallery(library_of(arguments).root)


def list_takes(arguments: argparse.Namespace, console: Console) -> int:
    """One line a take, or one object a take."""
    from core.library.gallery import GalleryQuery

    gallery = _gallery(arguments)
    query = GalleryQuery(arguments.search, arguments.host, arguments.starred)
    takes = query.of(gallery.trashed() if arguments.trashed else gallery.takes())
    for take in takes:
        console.data(_as_data(take))
    if takes:
        console.say(table([("name", "host", "encoder", "seed", "prompt"), *map(_row, takes)]))
    else:
        console.say(f"Nothing was found in {gallery.bin if arguments.trashed else gallery.folder}.")
    return DONE


def _as_data(take: Take) -> dict[str, Any]:
    return {"name": take.name, "path": str(take.path), "fault": take.fault, "metadata": dict(take.metadata)}


def _row(take: Take) -> tuple[str, ...]:
    seed = "–" if take.seed is None else str(take.seed)
    avoiding = f"original, not: {take.text('negative_prompt')}" if take.text("negative_prompt") else "original"
    return take.name, take.host or "–", take.encoder or avoiding, seed, take.prompt or "–"


def show(arguments: argparse.Namespace, console: Console) -> int:
    """Takes with all that is known of them."""
    gallery = _gallery(arguments)
    for take in [gallery.find(name) for name in arguments.takes]:
        console.data(_as_data(take))
        console.say(json.dumps(_as_data(take), ensure_ascii=False, indent=2))
    return DONE


def remove(arguments: argparse.Namespace, console: Console) -> int:
    """To the trash; nothing is deleted."""
    gallery = _gallery(arguments)
    for take in [gallery.find(name) for name in arguments.takes]:
        gallery.trash(take.name)
        console.data({"removed": take.name})
        console.say(f"In the trash. To bring it back: gallery restore {take.name}")
    return DONE


def restore(arguments: argparse.Namespace, console: Console) -> int:
    """Back from the trash."""
    gallery = _gallery(arguments)
    for name in arguments.takes:
        back = gallery.restore(name)
        console.data({"restored": back.name})
        console.say(f"Back: {back.path}")
    return DONE


def star(arguments: argparse.Namespace, console: Console) -> int:
    """Mark takes."""
    return _mark(arguments, console, starred=True)


def unstar(arguments: argparse.Namespace, console: Console) -> int:
    """Take the mark off."""
    return _mark(arguments, console, starred=False)


def _mark(arguments: argparse.Namespace, console: Console, *, starred: bool) -> int:
    gallery = _gallery(arguments)
    for name in arguments.takes:
        take = gallery.star(name, starred)
        console.data({"name": take.name, "starred": take.starred})
        console.say(f"{take.name} {'has a star' if starred else 'has no star'}.")
    return DONE


def export(arguments: argparse.Namespace, console: Console) -> int:
    """A take as another file."""
    from core.library.gallery import export_take

    path = export_take(_gallery(arguments).find(arguments.take), arguments.out)
    console.data({"path": str(path)})
    console.say(f"Written: {path}")
    return DONE


def empty(arguments: argparse.Namespace, console: Console) -> int:
    """The trash, gone for good."""
    count = _gallery(arguments).empty_trash()
    console.data({"deleted": count})
    console.say(f"{count} {'take was' if count == 1 else 'takes were'} deleted for good.")
    return DONE
