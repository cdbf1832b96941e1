"""`models add`, `relink`, `forget`: a person's own files, linked where they lie."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.commands import Commands, add_command
from core.cli.console import DONE, Console

if TYPE_CHECKING:
    from core.models.component import Component
    from core.models.found import Found

_MODEL = "a model of the list, by id"


def add_to(actions: Commands, common: argparse.ArgumentParser) -> None:
    """Add the actions to those of `models`."""
    summary = "Put a model of your own on the list; it stays where it is."
    adding = add_command(actions, common, "add", add, summary, "~/models/dream.safetensors")
    tell = adding.add_argument
    tell("path", metavar="PATH", type=Path, help="a diffusers folder or a .safetensors file")
    tell("--title", default="", help="what it is called; as its file or folder, by default")
    tell("--dry-run", action="store_true", help="say what it is, and add nothing")
    tell("--verify", action="store_true", help="read every number of it first")
    tell("--prediction", choices=("v", "epsilon"), default="", help="what it predicts, where its files do not say")
    tell("--like", metavar="OFFER", default="", help="the offered model whose frames, steps and schedule it has")
    tell("--adapter", metavar="MODEL", default="", help="the motion adapter that a LoRA goes with")
    linking = add_command(
        actions, common, "relink", relink, "Say where the files of a model are now.", "dream /mnt/new/dream.safetensors"
    )
    linking.add_argument("model", metavar="ID", help=_MODEL)
    linking.add_argument("path", metavar="PATH", type=Path, help="the same files, wherever they are")
    forgetting = add_command(actions, common, "forget", forget, "Take a model off the list; its files stay.", "dream")
    forgetting.add_argument("model", metavar="ID", help=_MODEL)


def add(arguments: argparse.Namespace, console: Console) -> int:
    """Say what it is, and add it unless that was all."""
    from core.models import adding

    found = _answered(adding.inspect(arguments.path), arguments)
    console.say(found.words)
    if arguments.dry_run:
        _say_questions(found, console)
        console.data(_as_data(found))
        return DONE
    component = adding.add(found, arguments.title)
    if arguments.verify:
        console.say(_verified(component))
    console.data({**_as_data(found), "id": component.id, "title": component.title})
    console.say(f"“{component.title}” was added: {component.id}")
    return DONE


def _verified(component: Component) -> str:
    """Read all of a model that was just added, and take it off again where it is not sound."""
    from core.errors import LacunaError
    from core.models import adding

    try:
        return adding.verify(component) or "Every number of it was read, and can be used."
    except LacunaError:
        adding.forget(component.id)
        raise


def _answered(found: Found, arguments: argparse.Namespace) -> Found:
    """What was found, with the answers that the command line gives."""
    from core.models.found import ADAPTER, LIKE, PREDICTION

    prediction = {"v": "v_prediction"}.get(arguments.prediction, arguments.prediction)
    for name, answer in ((PREDICTION, prediction), (LIKE, arguments.like), (ADAPTER, arguments.adapter)):
        found = found.answered(name, answer) if answer else found
    return found


def _say_questions(found: Found, console: Console) -> None:
    for question in found.questions:
        console.say(f"--{question.name}: {', '.join(question.choices)}; now {question.answer or 'open'}")


def _as_data(found: Found) -> dict[str, Any]:
    return {
        "path": str(found.path),
        "role": found.role,
        "family": found.family,
        "title": found.title,
        "words": found.words,
        "bytes": found.bytes,
        "precision": dict(found.precision),
        "settings": dict(found.settings),
        "parts": {part: str(source.path) for part, source in found.sources.items()},
        "questions": {q.name: {"choices": list(q.choices), "answer": q.answer} for q in found.questions},
        "missing": list(found.missing),
        "ready": found.ready,
        "same_as": found.same_as,
    }


def relink(arguments: argparse.Namespace, console: Console) -> int:
    """The same files in another place."""
    from core.models import adding

    component = adding.relink(arguments.model, arguments.path)
    console.data({"id": component.id, "parts": {part: str(source.path) for part, source in component.sources.items()}})
    console.say(f"“{component.title}” was found again.")
    return DONE


def forget(arguments: argparse.Namespace, console: Console) -> int:
    """Off the list."""
    from core.models import adding

    component = adding.forget(arguments.model)
    console.data({"id": component.id})
    console.say(f"“{component.title}” was taken off the list; its files are untouched.")
    return DONE
