"""Job specs: everything a job needs, frozen and JSON-able."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from core.errors import InputError
from core.i18n import tr


@dataclass(frozen=True)
class EraseSpec:
    """Erase one concept, judge it, show it before and after, and keep it in the library.

    `kind` is needed for a name that the model's list does not hold, and is then that of such names in `also` and
    `protect` too. `host` shows the clips before and after, empty for the model's first.
    `settings` override the preset's numbers by name. `images` is a folder of the person's own pictures; empty means
    that the model makes them. `quick` judges few prompts, and the scorecard says so. `also` are further concepts for
    the same erasure; `start` is an entry to go on from, whose concepts stay erased; `protect` are neighbours to hold
    besides those that the concept lists. `anyway` goes on against advice: where memory will not do, or where the model
    does not seem to know the concept.
    """

    concept: str
    kind: str = ""
    family: str = "starter"
    preset: str = "guarded"
    synonyms: tuple[str, ...] = ()
    anchor: str = ""
    prompt: str = ""
    host: str = ""
    seed: int = 0
    library: str = ""
    images: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    quick: bool = True
    also: tuple[str, ...] = ()
    start: str = ""
    protect: tuple[str, ...] = ()
    anyway: bool = False


@dataclass(frozen=True)
class GenerateSpec:
    """Make one picture (`host="still"`) or clip with the original encoder or an entry of the library.

    `anyway` starts it where the memory will not do.
    """

    prompt: str
    family: str = "starter"
    host: str = "animatediff"
    entry: str = ""
    strength: float | None = None
    negative_prompt: str = ""
    seed: int = 0
    steps: int = 0
    guidance: float = 0.0
    frames: int = 0
    library: str = ""
    out: str = ""
    anyway: bool = False


@dataclass(frozen=True)
class ScoreSpec:
    """Measure an entry on the final prompts; `full` takes 100 pictures and 8 clips a figure."""

    entry: str
    seed: int = 0
    full: bool = False
    library: str = ""


@dataclass(frozen=True)
class IdentifySpec:
    """Which of these concepts the model knows, `pictures` of each; no names means all that its word list holds.

    `kind` is that of names that an open list does not hold.
    """

    concepts: tuple[str, ...] = ()
    family: str = "starter"
    pictures: int = 12
    seed: int = 0
    library: str = ""
    kind: str = ""


@dataclass(frozen=True)
class ProbeSpec:
    """Try to bring a concept back from an entry, by words and by attacks; the report is kept with the entry.

    `probes` are names of `core.evaluation.probes`, empty for the usual ones; `prompts` is a text file with a prompt a
    line; `pictures` is how many each probe makes, `budget` how many optimiser or search steps each attack may take.
    """

    entry: str
    probes: tuple[str, ...] = ()
    prompts: str = ""
    host: str = "still"
    pictures: int = 12
    budget: int = 40
    seed: int = 0
    library: str = ""


@dataclass(frozen=True)
class StackSpec:
    """Put several entries of one family into a new one; `how` is sum, ties or projection, `strengths` one an entry."""

    entries: tuple[str, ...]
    how: str = "projection"
    strengths: tuple[float, ...] = ()
    name: str = ""
    prompt: str = ""
    host: str = ""
    quick: bool = True
    seed: int = 0
    library: str = ""


@dataclass(frozen=True)
class ShootSpec:
    """Make a take of every prompt under every seed with every encoder, into the library's gallery.

    The encoders are the original where `original` says so, the original told to avoid `negative_prompt` where there is
    one, and each of `entries`, at the strength of the same place in `strengths` or, for None, its own. Zeros take the
    host's defaults. `anyway` starts where the memory will not do.
    """

    prompts: tuple[str, ...]
    seeds: tuple[int, ...] = (0,)
    family: str = "starter"
    host: str = "animatediff"
    entries: tuple[str, ...] = ()
    strengths: tuple[float | None, ...] = ()
    original: bool = True
    negative_prompt: str = ""
    steps: int = 0
    guidance: float = 0.0
    frames: int = 0
    library: str = ""
    anyway: bool = False

    @property
    def seed(self) -> int:
        """The first seed."""
        return self.seeds[0] if self.seeds else 0


@dataclass(frozen=True)
class JudgeSpec:
    """How likely each frame of some clips or pictures shows any of these concepts, by the family's judge.

    `paths` are files, and a concept may be several names with commas between, as a clip's metadata has them. What was
    found is kept beside the files that lie inside `library`. `kind` is that of names that an open list does not hold.
    """

    paths: tuple[str, ...]
    concepts: tuple[str, ...]
    family: str = "starter"
    seed: int = 0
    library: str = ""
    kind: str = ""


JobSpec = EraseSpec | GenerateSpec | ScoreSpec | IdentifySpec | ProbeSpec | StackSpec | ShootSpec | JudgeSpec

KINDS: dict[str, type[JobSpec]] = {
    "erase": EraseSpec,
    "generate": GenerateSpec,
    "score": ScoreSpec,
    "identify": IdentifySpec,
    "probe": ProbeSpec,
    "stack": StackSpec,
    "judge": JudgeSpec,
    "shoot": ShootSpec,
}


def to_json(spec: JobSpec) -> str:
    """One line of JSON."""
    kind = next(name for name, cls in KINDS.items() if isinstance(spec, cls))
    return json.dumps({"job": kind, **asdict(spec)}, ensure_ascii=False)


def from_json(text: str) -> JobSpec:
    """The spec written by `to_json`; unknown jobs, fields and values of another type are refused with an InputError."""
    data = json.loads(text)
    cls = KINDS.get(data.pop("job", ""))
    if cls is None:
        raise InputError(tr("This job is of no known kind."), fix=tr("Known: {names}.", names=", ".join(KINDS)))
    if unknown := set(data) - {f.name for f in fields(cls)}:
        raise InputError(tr("A {job} has no field {names}.", job=cls.__name__, names=", ".join(sorted(unknown))))
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
    if wrong := [f.name for f in fields(cls) if f.name in values and not _fits(values[f.name], str(f.type))]:
        raise InputError(tr("A {job} cannot have this as {names}.", job=cls.__name__, names=", ".join(wrong)))
    return cls(**values)


_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
    "float | None": (int, float, type(None)),
    "dict[str, Any]": (dict,),
}
"""What JSON may hold for a field, by how its type is written."""


def _fits(value: object, written: str) -> bool:
    """Whether a value is of the type that is written beside a field."""
    if isinstance(value, tuple):
        inner = written.removeprefix("tuple[").removesuffix(", ...]")
        return inner != written and all(_fits(one, inner) for one in value)
    return isinstance(value, _TYPES.get(written, ())) and (written == "bool" or not isinstance(value, bool))
