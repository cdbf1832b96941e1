"""What is checked before a job starts; the runner, the command line and the window's form ask the same questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.concepts import Concept, Kind, World, world
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
    check_kind,
    check_length,
    check_library,
    check_out,
    check_prompt,
    check_range,
    find_concept,
    video_host,
)
from core.jobs.probe_list import chosen_probes
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
from core.models.catalogue import family_card
from core.presets import preset


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
    subject = known.of_kind(Kind.CHARACTER)[0].phrase
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


def _erase(spec: EraseSpec) -> EraseSpec:
    card = family_card(spec.family)
    concept = find_concept(spec.concept, spec.family)
    also = tuple(dict.fromkeys(find_concept(name, spec.family).name for name in spec.also))
    check_kind(spec.kind, concept)
    protect = _protected(spec, (concept.name, *also))
    check_anchor(spec.anchor, replace(concept, neighbours=(*concept.neighbours, *protect)), spec.family)
    preset(spec.preset)
    video_host(card, spec.host)
    prompt = spec.prompt or default_prompt(concept, world(spec.family))
    check_prompt(prompt)
    if spec.images:
        check_images(Path(spec.images))
    if spec.images and also:
        fix = tr("Leave the folder out, and the model makes pictures of each.")
        raise InputError(tr("One folder of pictures was given for several concepts."), fix=fix)
    if {concept.name, *also} >= {c.name for c in world(spec.family).concepts}:
        raise InputError(
            tr("Every concept was named, and nothing would be left to keep."), fix=tr("Leave some of them out.")
        )
    if spec.start:
        check_entry(spec.start, spec.library, spec.family)
    synonyms = tuple(text for synonym in spec.synonyms if (text := synonym.strip()))
    others = tuple(name for name in also if name != concept.name)
    named = replace(spec, concept=concept.name, kind=concept.kind.value, also=others, protect=protect)
    return replace(named, synonyms=synonyms, prompt=prompt)


def _protected(spec: EraseSpec, going: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the neighbours to protect; refuses one the model does not know, and one that is to be erased."""
    names = tuple(dict.fromkeys(find_concept(name, spec.family).name for name in spec.protect))
    if clash := [name for name in names if name in going]:
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
    check_entry(spec.entry, spec.library)
    return spec


def _identify(spec: IdentifySpec) -> IdentifySpec:
    check_range(tr("The number of pictures"), spec.pictures, 4, 400)
    names = [find_concept(name, spec.family).name for name in spec.concepts]
    return replace(spec, concepts=tuple(dict.fromkeys(names)) or tuple(c.name for c in world(spec.family).concepts))


def _probe(spec: ProbeSpec) -> ProbeSpec:
    family_card(check_entry(spec.entry, spec.library).family).host(spec.host)
    check_range(tr("The number of pictures"), spec.pictures, 4, 400)
    check_range(tr("The budget"), spec.budget, 1, 10_000)
    probes = tuple(card.name for card in chosen_probes(spec.probes, spec.prompts))
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
    named = [name for several in spec.concepts or ("",) for name in several.split(",")]
    return replace(spec, concepts=tuple(dict.fromkeys(find_concept(name, spec.family).name for name in named)))


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
