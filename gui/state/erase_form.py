"""What the Erase page is filled in with: model, concept, method and the clip to compare; it says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.concepts import Concept, Kind, World, named, world
from core.errors import FailureKind, InputError, LacunaError
from core.i18n import number, tr
from core.jobs.checks import near_names, shown_hosts, suggestion
from core.jobs.estimate import expected_seconds
from core.jobs.spec import EraseSpec, IdentifySpec, from_json, to_json
from core.jobs.validate import cut_warning, default_prompt, validate
from core.models.catalogue import FamilyCard, family_card
from core.presets import Preset, preset, presets
from gui.state.installed import installed, standing
from gui.state.knowledge import Knowledge
from gui.state.words import about


@dataclass(frozen=True)
class Check:
    """What stands against pressing Erase. `suggestions` are names that the model does know."""

    error: str = ""
    warning: str = ""
    suggestions: tuple[str, ...] = ()


def names_in(text: str) -> tuple[str, ...]:
    """The names in a list separated by commas, each once."""
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _told(value: object) -> str:
    """A setting's value as a person reads it."""
    return number(value, "g") if isinstance(value, float) else str(value)


def trouble(spec: EraseSpec) -> str:
    """What stands against a job, in words; it reads the pictures, which takes a while: not for the window's thread."""
    try:
        validate(spec)
    except LacunaError as error:
        return str(error)
    return ""


class EraseForm(QObject):
    """The form's values; `changed` follows every change, so that a page shows one state."""

    changed = Signal()
    family_changed = Signal()

    def __init__(self, library: str = "") -> None:
        super().__init__()
        self.library = library
        self.knowledge = Knowledge()
        self._clear()

    def _clear(self) -> None:
        self.family: FamilyCard = installed()[0]
        self.concept, self.kind = "", Kind.CHARACTER
        self.also: tuple[str, ...] = ()
        self.protect: tuple[str, ...] = ()
        self.anchor = ""
        self.synonyms: tuple[str, ...] = ()
        self._synonyms_are_own = False
        self.preset: Preset = presets()[0]
        self.host = shown_hosts(self.family)[0].name
        self.prompt, self.prompt_is_own = "", False
        self.seed, self.quick, self.images = 0, True, ""
        self.settings: dict[str, Any] = {}
        self.start, self.anyway = "", False

    def clear(self) -> None:
        """Empty the form."""
        self._clear()
        self.changed.emit()

    def take(self, spec: EraseSpec) -> None:
        """Fill the form in from a job; InputError for a model, a preset or a host that this version does not know.

        The job's library does not count: the form's own is used.
        """
        family, chosen = family_card(spec.family), preset(spec.preset)
        host, kind = family.host(spec.host).name, Kind.of(spec.kind) if spec.kind else Kind.CHARACTER
        self._clear()
        self.family, self.preset, self.host, self.kind = family, chosen, host, kind
        self.set_concept(spec.concept)
        self.synonyms = tuple(dict.fromkeys((*self.synonyms, *spec.synonyms)))
        self._synonyms_are_own = bool(spec.synonyms)
        self.prompt_is_own = bool(spec.prompt) and spec.prompt != self.prompt
        self.prompt = spec.prompt or self.prompt
        self.also, self.protect, self.anchor = spec.also, spec.protect, spec.anchor
        self.seed, self.quick, self.images = spec.seed, spec.quick, spec.images
        self.settings, self.start, self.anyway = dict(spec.settings), spec.start, spec.anyway
        self.family_changed.emit()
        self.changed.emit()

    def state(self) -> dict[str, Any]:
        """What a draft keeps of the form: its job."""
        return json.loads(to_json(self.spec()))

    def restore(self, state: Mapping[str, Any]) -> None:
        """Fill the form in from a draft; one that was changed by hand, or by another version, leaves it empty."""
        try:
            spec = from_json(json.dumps(state)) if state else None
            if isinstance(spec, EraseSpec):
                self.take(spec)
        except (LacunaError, TypeError, ValueError, AttributeError):
            self.clear()

    @property
    def carried(self) -> str:
        """What a job that filled the form in brought along and no field shows; empty where it brought nothing."""
        begins = tr("Goes on from the entry {id}.", id=self.start) if self.start else ""
        listed = ", ".join(f"{name} = {_told(value)}" for name, value in self.settings.items())
        own = tr("With settings of its own: {settings}.", settings=listed) if listed else ""
        return " ".join(filter(None, (begins, own)))

    def drop_carried(self) -> None:
        """Start from the original encoder, with the method's usual settings."""
        self.settings, self.start = {}, ""
        self.changed.emit()

    @property
    def known(self) -> World:
        """What the chosen model knows."""
        return world(self.family.world)

    def set_family(self, name: str) -> None:
        """Choose another model; the clip's host becomes that model's first."""
        self.family = family_card(name)
        self.host = shown_hosts(self.family)[0].name
        self.knowledge = Knowledge()
        self.settings, self.start, self.anyway = {}, "", False
        self.changed.emit()
        self.family_changed.emit()

    def meet_models(self) -> None:
        """Know what has come to the chosen model, and choose the bundled pair where it has gone."""
        now = standing(self.family)
        if now.name != self.family.name:
            self.set_family(now.name)
        elif now != self.family:
            self.family = now
            if self.host not in {host.name for host in now.hosts}:
                self.host = shown_hosts(now)[0].name
            self.changed.emit()

    def set_anyway(self, anyway: bool) -> None:
        """Start although it is advised against."""
        self.anyway = anyway
        self.changed.emit()

    def set_concept(self, text: str) -> None:
        """Name the concept; a known name fills in its kind, its other names and a prompt."""
        self.concept = text
        found = self.known.find(text)
        if found is not None:
            self.kind = found.kind
        if not self._synonyms_are_own:
            self.synonyms = found.synonyms if found else ()
        self._prompt()
        self.changed.emit()

    def _prompt(self) -> None:
        """Write a prompt about what is named, unless the person wrote one."""
        if not self.prompt_is_own:
            about = self.named
            self.prompt = default_prompt(about, self.known) if about else ""

    @property
    def named(self) -> Concept | None:
        """What is to be erased: as the list has it, or on an open list by its name and kind alone; None if unusable."""
        found = self.known.find(self.concept)
        if found is not None or not self.known.open:
            return found
        try:
            return named(self.concept, self.kind)
        except InputError:
            return None

    def add_also(self, text: str) -> None:
        """Name further concepts for the same erasure, separated by commas; known ones get their proper name."""
        found = [(concept.name if (concept := self.known.find(name)) else name) for name in names_in(text)]
        self.also = tuple(dict.fromkeys((*self.also, *found)))
        self.changed.emit()

    def remove_also(self, name: str) -> None:
        """Leave a further concept out again."""
        self.also = tuple(other for other in self.also if other != name)
        self.changed.emit()

    def set_protect(self, text: str) -> None:
        """Name neighbours to hold besides the usual ones, separated by commas."""
        self.protect = names_in(text)
        self.changed.emit()

    @property
    def usual_neighbours(self) -> tuple[str, ...]:
        """What is held for a known concept without asking."""
        found = self.known.find(self.concept)
        return found.neighbours if found else ()

    def set_anchor(self, text: str) -> None:
        """Lead the concept to something else than the usual; empty goes back to the usual."""
        self.anchor = text
        self.changed.emit()

    @property
    def usual_anchor(self) -> str:
        """Where a known concept is led if nobody says otherwise; empty for an unknown one."""
        found = self.known.find(self.concept)
        return found.anchor if found else ""

    @property
    def likely_anchor(self) -> str:
        """What the field of the anchor says while it is empty."""
        if not self.usual_anchor and self.named:
            return tr("The nearest ordinary thing of its kind")
        return self.usual_anchor or tr("Filled in when you name the concept")

    @property
    def leading(self) -> str:
        """What the concepts will be led to, in words; empty before one is named, and where the preset leads nowhere."""
        if not self.concept.strip() or not self.preset.leads:
            return ""
        first = self.anchor.strip() or self.usual_anchor
        others = [found.anchor for name in self.also if (found := self.known.find(name))]
        return ", ".join(dict.fromkeys(filter(None, (first, *others))))

    def learn(self, knowledge: Knowledge) -> None:
        """Take what a scan found the model to know."""
        self.knowledge = knowledge
        self.changed.emit()

    def question(self) -> IdentifySpec:
        """The job that asks the model which concepts of its word list it knows."""
        return IdentifySpec(family=self.family.name, library=self.library)

    def set_kind(self, kind: str) -> None:
        """Say what sort of thing the concept is."""
        self.kind = Kind.of(kind)
        self._prompt()
        self.changed.emit()

    def set_synonyms(self, text: str) -> None:
        """Other names, separated by commas."""
        given = names_in(text)
        if given != self.synonyms:
            self.synonyms, self._synonyms_are_own = given, bool(given)
            self.changed.emit()

    def set_preset(self, name: str) -> None:
        """Choose the method by its preset's name."""
        if name != self.preset.name:
            self.settings = {}
        self.preset = preset(name)
        self.changed.emit()

    def set_prompt(self, text: str) -> None:
        """Write the prompt oneself; it is kept when the concept changes, until it is emptied."""
        self.prompt, self.prompt_is_own = text, bool(text.strip())
        self.changed.emit()

    def set_host(self, name: str) -> None:
        """Choose the video host of the clip."""
        self.host = self.family.host(name).name
        self.changed.emit()

    def set_seed(self, seed: int) -> None:
        """Choose the seed of the clip and the erasure."""
        self.seed = seed
        self.changed.emit()

    def set_images(self, folder: str) -> None:
        """Learn from the person's own pictures in a folder; empty lets the model make them."""
        self.images = folder.strip()
        self.changed.emit()

    def set_quick(self, quick: bool) -> None:
        """Judge by few prompts, or thoroughly."""
        self.quick = quick
        self.changed.emit()

    def suggestions(self, kind: Kind) -> tuple[Concept, ...]:
        """The known concepts of a kind whose names hold what was typed; all once one is named, or if none holds it."""
        typed = self.concept.strip().lower()
        matching = [c for c in self.known.concepts if any(typed in name.lower() for name in (c.name, *c.phrases))]
        shown = matching if matching and self.known.find(typed) is None else self.known.concepts
        return self.knowledge.ranked([c for c in shown if c.kind is kind])

    def check(self) -> Check:
        """What must or should be changed before the job starts; a folder of pictures is for `trouble` to read."""
        spec = replace(self.spec(), images="")
        try:
            validate(spec)
        except LacunaError as error:
            return self._refused(error)
        if refusal := self.knowledge.refusal((spec.concept, *spec.also)):
            return Check(refusal)
        doubt, cut = self.knowledge.doubt((spec.concept, *spec.also)), cut_warning(spec.prompt, self.family.name)
        return Check(warning=" ".join(filter(None, (self._near(), doubt, cut))))

    def _near(self) -> str:
        """A question about a name that is on no list, but spelt like one that is."""
        if self.known.find(self.concept) is not None or not near_names(self.concept, self.known):
            return ""
        return suggestion(self.concept, self.known)

    def _refused(self, error: LacunaError) -> Check:
        """Near names are offered for the concept itself; those of further ones stand in the error's own words."""
        if error.kind is not FailureKind.UNKNOWN_CONCEPT or self.known.find(self.concept) is not None:
            return Check(str(error))
        near = tuple(near_names(self.concept, self.known))
        return Check(error.what if near else str(error), suggestions=near)

    def spec(self) -> EraseSpec:
        """The job that the form describes."""
        found = self.known.find(self.concept)
        own = self.synonyms if found is None else tuple(s for s in self.synonyms if s not in found.phrases)
        return EraseSpec(
            concept=found.name if found else self.concept.strip(),
            kind=self.kind.value,
            family=self.family.name,
            preset=self.preset.name,
            synonyms=own,
            anchor=self.anchor.strip(),
            prompt=self.prompt.strip(),
            host=self.host,
            seed=self.seed,
            library=self.library,
            images=self.images,
            settings=dict(self.settings),
            quick=self.quick,
            also=self.also,
            start=self.start,
            protect=self.protect,
            anyway=self.anyway,
        )

    def time(self) -> str:
        """The expected time, in words; it is known once this computer has measured the model."""
        seconds = expected_seconds(self.spec())
        return tr("not known yet") if seconds is None else about(seconds)
