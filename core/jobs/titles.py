"""What each kind of job is called, in a few words; the window and the command line say the same."""

from __future__ import annotations

from core.errors import InputError
from core.i18n import number, tr
from core.jobs.probe_list import OWN, PROBES
from core.jobs.shot_list import count_takes
from core.jobs.spec import (
    EraseSpec,
    GenerateSpec,
    IdentifySpec,
    JobSpec,
    JudgeSpec,
    ProbeSpec,
    ScoreSpec,
    ShootSpec,
    StackSpec,
)
from core.models.catalogue import family_card
from core.presets import preset


def title_of(spec: JobSpec, about: str = "") -> str:
    """What a job does; `about` is the name of the entry that it looks at."""
    match spec:
        case EraseSpec(concept=concept, also=also, start=start):
            names = listed((concept, *also))
            return tr("Harden {names}", names=names) if start else tr("Erase {names}", names=names)
        case GenerateSpec(host="still"):
            return tr("Make a picture")
        case GenerateSpec():
            return tr("Make a clip")
        case IdentifySpec():
            return tr("Ask what the model knows")
        case ProbeSpec():
            return tr("Probe {name}", name=about) if about else tr("Probe an entry")
        case StackSpec(entries=entries, name=name):
            return tr("Stack {name}", name=name) if name else tr("Stack {count} entries", count=len(entries))
        case ScoreSpec():
            return tr("Score {name}", name=about) if about else tr("Score an entry")
        case ShootSpec():
            return tr("Make {count} takes", count=number(count_takes(spec)))
        case JudgeSpec(concepts=concepts):
            return tr("Look for {names} in clips", names=listed(concepts))


def subtitle_of(spec: JobSpec) -> str:
    """The model and the method, or the probes."""
    match spec:
        case EraseSpec(family=family, preset=name):
            return f"{_family(family)} · {_preset(name)}"
        case IdentifySpec(family=family, pictures=pictures):
            return tr("{model} · {count} pictures of each concept", model=_family(family), count=pictures)
        case ProbeSpec(probes=probes):
            return ", ".join(card.title for card in (*PROBES, OWN) if card.name in probes)
        case StackSpec(how=how):
            return tr("Stacked by {how}", how=how)
        case GenerateSpec(prompt=prompt) | ShootSpec(prompts=(prompt, *_)):
            return prompt
        case _:
            return ""


def prompt_of(spec: JobSpec) -> str:
    """The prompt of the clips that a job shows, where it has one beside its subtitle."""
    return spec.prompt if isinstance(spec, EraseSpec | StackSpec) else ""


def listed(names: tuple[str, ...]) -> str:
    """Names as a person lists them: `Pipwick, car and star`; of more than four the first three and a count."""
    if len(names) < 2:
        return "".join(names)
    if len(names) > 4:
        return tr("{names} and {count} more", names=", ".join(names[:3]), count=len(names) - 3)
    return tr("{names} and {last}", names=", ".join(names[:-1]), last=names[-1])


def _family(name: str) -> str:
    try:
        return tr(family_card(name).title)
    except InputError:
        return name


def _preset(name: str) -> str:
    try:
        return tr(preset(name).title)
    except InputError:
        return name
