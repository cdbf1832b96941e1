"""What is checked before a job starts; the runner, the command line and the window's form ask the same questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.concepts import Concept, Kind, World, check_name, plain_name
from core.errors import InputError
from core.i18n import tr
from core.jobs.checks import (
    MAX_FRAMES,
    MAX_GUIDANCE,
    MAX_STEPS,
    STRENGTHS,
    check_anchor,
    check_entry,
    check_images,
    check_judge,
    check_kind,
    check_length,
    check_library,
    check_out,
    check_prompt,
    check_range,
    find_concept,
    video_host,
)
from core.jobs.probe_list import possible_probes
from core.jobs.prompt_file import read_prompts
from core.jobs.shot_list import check_shoot
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
from core.jobs.vocabulary import gone, words
from core.library.fitting import model_for
from core.models.catalogue import FamilyCard, family_card
from core.presets import preset, presets

if TYPE_CHECKING:
    from core.library.manifest import Manifest


def validate(spec: JobSpec) -> JobSpec:
    """The spec with its blanks filled in, or a LacunaError that says what cannot be used. Imports no torch."""
    check_range(tr("The seed"), spec.seed, 0, 2**32 - 1)
    check_library(spec.library)
    return _CHECKS[type(spec)](spec)


def default_prompt(concept: Concept, known: World) -> str:
    """A prompt that shows the concept in motion, for a person who gave none."""
    motion = known.motions.get("bounce") or next(iter(known.motions.values()))
    place = next(iter(known.places.values()))
    if concept.kind is not Kind.STYLE:
        return f"{concept.phrase} {motion[0]} {place[0]}"
    subject = (known.ordinary if known.open else known.of_kind(Kind.CHARACTER))[0].phrase
    return f"{subject} {motion[0]} {place[0]} in the style of {concept.phrase}"


def cut_warning(prompt: str, family: str) -> str:
    """What to tell when the model will not read the prompt's end; empty when it reads all of it.

    A word takes one token or more and two mark the ends, so this may stay silent but never cries wolf.
    """
    words, tokens = len(prompt.split()), family_card(family).tokens
    if words <= tokens - 2:
        return ""
    return tr(
        "The prompt has {words} words, and the model reads only the first {tokens} tokens: its end is cut off.",
        words=words,
        tokens=tokens,
    )


def named_in(spec: EraseSpec) -> tuple[Concept, ...]:
    """The concepts that an erasure names, the first first; those of the entry it goes on from are known by it."""
    earlier = {c.name: c for c in gone(check_entry(spec.start, spec.library, spec.family))} if spec.start else {}
    first = earlier.get(spec.concept) or find_concept(spec.concept, spec.family, spec.kind)
    also = (earlier.get(name) or find_concept(name, spec.family, first.kind) for name in spec.also)
    return tuple({concept.name: concept for concept in (first, *also)}.values())


def _erase(spec: EraseSpec) -> EraseSpec:
    card, known = family_card(spec.family), words(spec.family)
    first, *also = concepts = named_in(spec)
    check_kind(spec.kind, first)
    protect = _protected(spec, concepts)
    check_anchor(spec.anchor, replace(first, neighbours=(*first.neighbours, *protect)), known)
    _check_preset(spec.preset, card)
    host = video_host(card, spec.host).name
    check_judge(card)
    prompt = spec.prompt or default_prompt(first, known)
    check_prompt(prompt)
    _check_pictures(spec)
    if not known.open and {c.name for c in concepts} >= {c.name for c in known.concepts}:
        raise InputError(
            tr("Every concept was named, and nothing would be left to keep."), fix=tr("Leave some of them out.")
        )
    named = replace(spec, concept=first.name, kind=first.kind.value, also=tuple(c.name for c in also), protect=protect)
    return replace(named, synonyms=_synonyms(spec.synonyms), prompt=prompt, host=host)


def _check_preset(name: str, card: FamilyCard) -> None:
    """Refuse an unknown preset, and one that searches one encoder's embeddings for a model with two."""
    chosen = preset(name)
    if chosen.searches and len(card.encoders) > 1:
        names = ", ".join(other.name for other in presets() if not other.searches)
        raise InputError(
            tr(
                "The preset “{title}” cannot be used with the model “{model}”.",
                title=tr(chosen.title),
                model=card.title,
            ),
            tr("It searches the words of one text encoder, and this model has two."),
            tr("Use one of: {names}.", names=names),
        )


def _check_pictures(spec: EraseSpec) -> None:
    if spec.images:
        check_images(Path(spec.images))
    if spec.images and spec.also:
        fix = tr("Leave the folder out, and the model makes pictures of each.")
        raise InputError(tr("One folder of pictures was given for several concepts."), fix=fix)


def _synonyms(given: tuple[str, ...]) -> tuple[str, ...]:
    """The names that say something, each once; several may stand in one with commas between."""
    single = (name for several in given for name in several.split(","))
    return tuple(dict.fromkeys(check_name(name) for name in single if plain_name(name)))


def _protected(spec: EraseSpec, going: tuple[Concept, ...]) -> tuple[str, ...]:
    """The names of the neighbours to protect; refuses one the model does not know, and one that is to be erased."""
    kind, erased = going[0].kind, {concept.name for concept in going}
    names = tuple(dict.fromkeys(find_concept(name, spec.family, kind).name for name in spec.protect))
    if clash := [name for name in names if name in erased]:
        raise InputError(
            tr("“{name}” is to be erased and cannot be protected as well.", name=clash[0]),
            fix=tr("Take it off one list."),
        )
    return names


def _generate(spec: GenerateSpec) -> GenerateSpec:
    host = family_card(spec.family).host(spec.host)
    check_prompt(spec.prompt)
    check_length(spec.negative_prompt)
    check_range(tr("The number of steps"), spec.steps, 0, MAX_STEPS)
    check_range(tr("The guidance"), spec.guidance, 0.0, MAX_GUIDANCE)
    check_range(tr("The number of frames"), spec.frames, 0, 1 if host.frames == 1 else MAX_FRAMES)
    if spec.strength is not None:
        check_range(tr("The strength"), spec.strength, *STRENGTHS)
    if spec.strength is not None and not spec.entry:
        raise InputError(
            tr("A strength was given without an entry."), fix=tr("Name the entry of the library it applies to.")
        )
    if spec.out:
        check_out(Path(spec.out), host)
    if spec.entry:
        check_entry(spec.entry, spec.library, spec.family)
    return spec


def _score(spec: ScoreSpec) -> ScoreSpec:
    _check_measurable(check_entry(spec.entry, spec.library))
    return spec


def _check_measurable(manifest: Manifest) -> FamilyCard:
    """The model of an entry whose erasure can be judged: one is installed, has a judge, and knows what is gone."""
    card = model_for(manifest)
    check_judge(card)
    gone(manifest)
    return card


def _identify(spec: IdentifySpec) -> IdentifySpec:
    check_range(tr("The number of pictures"), spec.pictures, 4, 400)
    check_judge(family_card(spec.family))
    names = [find_concept(name, spec.family, spec.kind).name for name in spec.concepts]
    return replace(spec, concepts=tuple(dict.fromkeys(names)) or tuple(c.name for c in words(spec.family).concepts))


def _probe(spec: ProbeSpec) -> ProbeSpec:
    card = _check_measurable(check_entry(spec.entry, spec.library))
    card.host(spec.host)
    check_range(tr("The number of pictures"), spec.pictures, 4, 400)
    check_range(tr("The budget"), spec.budget, 1, 10_000)
    probes = tuple(probe.name for probe in possible_probes(spec.probes, spec.prompts, card))
    if spec.prompts:
        read_prompts(Path(spec.prompts))
    return replace(spec, probes=probes)


def _stack(spec: StackSpec) -> StackSpec:
    from core.jobs.parts import completed

    for strength in spec.strengths:
        check_range(tr("The strength"), strength, *STRENGTHS)
    return completed(spec)


def _judge(spec: JudgeSpec) -> JudgeSpec:
    if not spec.paths:
        raise InputError(tr("No clip was named."), fix=tr("Choose a clip or a picture to judge."))
    for path in spec.paths:
        if not Path(path).exists():
            raise InputError(tr("There is no clip “{path}”.", path=path), fix=tr("Check the path."))
    check_judge(family_card(spec.family))
    named = [name for several in spec.concepts or ("",) for name in several.split(",")]
    found = (find_concept(name, spec.family, spec.kind).name for name in named)
    return replace(spec, concepts=tuple(dict.fromkeys(found)))


_CHECKS: dict[type[Any], Callable[[Any], JobSpec]] = {
    EraseSpec: _erase,
    GenerateSpec: _generate,
    ScoreSpec: _score,
    IdentifySpec: _identify,
    ProbeSpec: _probe,
    StackSpec: _stack,
    JudgeSpec: _judge,
    ShootSpec: check_shoot,
}
