"""What the Studio is filled in with: prompts, seeds, host, encoders and their strengths; it says what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from core.errors import InputError, LacunaError
from core.i18n import tr
from core.jobs.checks import MAX_LETTERS, STRENGTHS, shown_hosts
from core.jobs.prompt_file import read_prompts
from core.jobs.shot_list import check_shots, count_takes, lenses, prompts_in, seeds_in, shooting_seconds
from core.jobs.spec import ShootSpec
from core.jobs.validate import cut_warning, validate
from core.models.catalogue import FamilyCard, HostCard, family_card
from gui.state.installed import installed, standing
from gui.state.words import about, counted

if TYPE_CHECKING:
    from core.library.gallery import Take
    from core.library.row import Row

WARNINGS = 3
"""Prompts whose cut ends are told one by one; of more only the number is told."""


@dataclass(frozen=True)
class Chosen:
    """An entry to compare; `strength` None means its own. `name` is what it was called when it was chosen."""

    id: str
    strength: float | None = None
    name: str = ""


@dataclass(frozen=True)
class Check:
    """What stands against the start, and what should be known before it."""

    error: str = ""
    warnings: tuple[str, ...] = ()


class StudioForm(QObject):
    """The form's values; `changed` follows every change, so that a page shows one state."""

    changed = Signal()

    def __init__(self, library: str = "") -> None:
        super().__init__()
        self.library = library
        self.family: FamilyCard = installed()[0]
        self.text, self.seeds = "", "1"
        self.host = shown_hosts(self.family)[0].name
        self.original, self.negative = True, ""
        self.entries: tuple[Chosen, ...] = ()
        self.steps, self.guidance, self.frames = 0, 0.0, 0
        self.anyway = False
        self.rows: dict[str, Row] = {}

    @property
    def card(self) -> HostCard:
        """The chosen host with its defaults."""
        return self.family.host(self.host)

    @property
    def prompts(self) -> tuple[str, ...]:
        """The prompts that were written, each once."""
        return prompts_in(self.text)

    def set(self, **values: object) -> None:
        """Change some values by name; the frames of clips mean nothing to a host of stills and go back to usual."""
        for name, value in values.items():
            setattr(self, name, value)
        if self.card.frames == 1:
            self.frames = 0
        self.changed.emit()

    def set_family(self, name: str) -> None:
        """Choose another model: its first video host, and none of the entries, which belong to another one."""
        self.family = family_card(name)
        self.set(host=shown_hosts(self.family)[0].name, entries=(), anyway=False)

    def meet_models(self) -> None:
        """Know what has come to the chosen model, and choose the bundled pair where it has gone."""
        now = standing(self.family)
        if now.name != self.family.name:
            self.set_family(now.name)
        elif now != self.family:
            self.family = now
            known = {host.name for host in now.hosts}
            self.set(host=self.host if self.host in known else shown_hosts(now)[0].name)

    def add_prompts(self, prompts: Iterable[str]) -> None:
        """Put more prompts below those that are there."""
        self.set(text="\n".join((*self.prompts, *prompts)))

    def open_prompts(self, path: Path) -> int:
        """Put a text file's prompts below those that are there and give their number; InputError."""
        found = read_prompts(path)
        self.add_prompts(found)
        return len(found)

    def meet(self, rows: Iterable[Row]) -> None:
        """Know what the library holds now, so that the form says which of its entries are gone."""
        self.rows = {row.id: row for row in rows}
        self.changed.emit()

    def add_entry(self, entry_id: str, name: str = "") -> None:
        """Compare one more entry, once."""
        if all(chosen.id != entry_id for chosen in self.entries):
            self.set(entries=(*self.entries, Chosen(entry_id, None, name or self._called(entry_id))))

    def remove_entry(self, entry_id: str) -> None:
        """Leave an entry out again."""
        self.set(entries=tuple(chosen for chosen in self.entries if chosen.id != entry_id))

    def replace_entry(self, entry_id: str, other: str) -> None:
        """Compare another entry at its own strength in the place of one."""
        self.set(entries=tuple(Chosen(other) if c.id == entry_id else c for c in self.entries))

    def set_strength(self, entry_id: str, strength: float | None) -> None:
        """Take an entry at another strength, None for its own."""
        self.set(entries=tuple(replace(c, strength=strength) if c.id == entry_id else c for c in self.entries))

    def _called(self, entry_id: str) -> str:
        row = self.rows.get(entry_id)
        return row.name if row else ""

    def name_of(self, chosen: Chosen) -> str:
        """What an entry is called now, or was called when it is gone."""
        return self._called(chosen.id) or chosen.name or chosen.id

    def own_strength(self, chosen: Chosen) -> float | None:
        """The strength at which an entry is kept, None where it is gone."""
        row = self.rows.get(chosen.id)
        return row.strength if row else None

    def strength_of(self, chosen: Chosen) -> float | None:
        """The strength at which an entry is taken, None where nobody knows."""
        return self.own_strength(chosen) if chosen.strength is None else chosen.strength

    def fault(self, chosen: Chosen) -> str:
        """Why an entry cannot be used, in words; empty if it can."""
        row, name = self.rows.get(chosen.id), self.name_of(chosen)
        if row is None:
            return tr("“{name}” is no longer in the library. Take it off the list.", name=name)
        if row.missing:
            return tr("“{name}” is missing: its folder is gone. Take it off the list.", name=name)
        if row.newer:
            return tr("“{name}” was made by a newer Lacuna. Take it off the list, or update Lacuna.", name=name)
        if row.damage:
            return tr("“{name}” is damaged. Take it off the list.", name=name)
        if not self._takes(row.family):
            return tr("“{name}” was made for another model. Take it off the list.", name=name)
        return ""

    def _takes(self, family: str) -> bool:
        """Whether entries of a model fit the chosen one: it is the same, or another of its family."""
        kin = next((card.family for card in installed() if card.name == family), "")
        return family == self.family.name or (not self.family.bundled and kin == self.family.family)

    def spec(self) -> ShootSpec:
        """The job that the form describes; InputError for seeds that are none."""
        return ShootSpec(
            prompts=self.prompts,
            seeds=seeds_in(self.seeds),
            family=self.family.name,
            host=self.host,
            entries=tuple(chosen.id for chosen in self.entries),
            strengths=tuple(chosen.strength for chosen in self.entries),
            original=self.original,
            negative_prompt=self.negative.strip(),
            steps=self.steps,
            guidance=self.guidance,
            frames=self.frames,
            library=self.library,
            anyway=self.anyway,
        )

    def check(self, *, thorough: bool = False) -> Check:
        """What must or should be changed before the job starts; the library's files are read when `thorough`."""
        try:
            spec = self.spec()
            check_shots(spec)
            if faults := [fault for chosen in self.entries if (fault := self.fault(chosen))]:
                return Check(faults[0])
            if thorough:
                validate(spec)
        except LacunaError as error:
            return Check(str(error))
        return Check(warnings=self._warnings(spec))

    def _warnings(self, spec: ShootSpec) -> tuple[str, ...]:
        cut = [(prompt, told) for prompt in spec.prompts if (told := cut_warning(prompt, spec.family))]
        if len(cut) <= WARNINGS:
            return tuple(f"“{prompt[:32]}…”: {told}" for prompt, told in cut)
        return (tr("{count} prompts are longer than the model reads: their ends are cut off.", count=len(cut)),)

    def told(self) -> tuple[str, str]:
        """How many clips or pictures that makes and how, and how long it takes; blanks while that is not known."""
        try:
            spec = check_shots(self.spec())
        except InputError:
            return "", ""
        parts = (
            counted(len(spec.prompts), tr("1 prompt"), tr("{count} prompts")),
            counted(len(spec.seeds), tr("1 seed"), tr("{count} seeds")),
            counted(len(lenses(spec)), tr("1 encoder"), tr("{count} encoders")),
        )
        return f"{' × '.join(parts)} = {self.counted(count_takes(spec))}", self._time(spec)

    def _time(self, spec: ShootSpec) -> str:
        """The expected duration; only the bundled pair's is known in advance."""
        return about(shooting_seconds(spec)) if self.family.bundled else ""

    def counted(self, count: int) -> str:
        """So many takes in words."""
        if self.card.frames == 1:
            return counted(count, tr("1 picture"), tr("{count} pictures"))
        return counted(count, tr("1 clip"), tr("{count} clips"))

    def fill(self, take: Take) -> None:
        """Take over how a take was made, as far as it is known here."""
        family, host = take.text("family"), take.host
        if any(card.name == family for card in installed()):
            self.family = family_card(family)
        known = {card.name for card in self.family.hosts}
        encoder = take.text("encoder")
        entries = (Chosen(encoder, take.number("strength"), take.encoder),) if take.encoder else ()
        self.set(
            text=take.prompt[:MAX_LETTERS] or self.text,
            seeds=self.seeds if take.seed is None else str(take.seed),
            host=host if host in known else self.host,
            original=not take.text("negative_prompt"),
            negative=take.text("negative_prompt"),
            entries=entries,
        )
        self._fill_numbers(take)

    def _fill_numbers(self, take: Take) -> None:
        """The numbers, where they differ from the host's defaults."""
        card = self.card
        steps, guidance, frames = take.whole("steps"), take.number("guidance"), take.whole("frames")
        self.set(
            steps=0 if steps in (None, card.steps) else steps,
            guidance=0.0 if guidance in (None, card.guidance) else guidance,
            frames=0 if frames in (None, card.frames) else frames,
        )

    def state(self) -> dict[str, Any]:
        """Everything that was filled in, JSON-able."""
        entries = [{"id": c.id, "strength": c.strength, "name": c.name} for c in self.entries]
        return {**{name: getattr(self, name) for name in _FIELDS}, "family": self.family.name, "entries": entries}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Fill the form with what `state` gave; what cannot be used, of a file from anywhere, is left as it is."""
        family = state.get("family")
        if any(card.name == family for card in installed()):
            self.family = family_card(str(family))
        values = {name: state[name] for name, fits in _FIELDS.items() if fits(state.get(name))}
        if values.get("host") not in {card.name for card in self.family.hosts}:
            values["host"] = shown_hosts(self.family)[0].name
        self.set(**values, entries=_entries(state.get("entries")))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) < 4_000_000


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6


_FIELDS = {
    "text": lambda value: _is_text(value) and all(len(line) < 9 * MAX_LETTERS for line in value.split("\n")),
    **dict.fromkeys(("seeds", "host", "negative"), lambda value: _is_text(value) and len(value) < 9 * MAX_LETTERS),
    "original": lambda value: isinstance(value, bool),
    "guidance": _is_number,
    **dict.fromkeys(("steps", "frames"), lambda value: _is_number(value) and isinstance(value, int)),
}
"""The plain values of the form, and what each of them takes."""


def _entries(found: object) -> tuple[Chosen, ...]:
    usable = (one for one in (found if isinstance(found, list) else ()) if isinstance(one, dict))
    chosen = {}
    for one in usable:
        strength, name = one.get("strength"), one.get("name")
        fits = isinstance(strength, int | float) and STRENGTHS[0] <= strength <= STRENGTHS[1]
        if isinstance(one.get("id"), str):
            chosen[one["id"]] = Chosen(one["id"], strength if fits else None, name if isinstance(name, str) else "")
    return tuple(chosen.values())
