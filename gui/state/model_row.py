"""One model as the Models page shows it: what it is, where it stands, and what can be done with it; no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.hardware.verdict import Verdict
from core.i18n import percent, tr
from core.models.catalogue import FamilyCard, sheet
from core.models.component import Component, Layout, Role
from core.models.downloads import State, Status
from core.models.offers import Offer
from gui.state.words import duration, size


class Group(StrEnum):
    """What models are listed under."""

    PICTURES = "pictures"
    CLIPS = "clips"
    JUDGES = "judges"

    @property
    def words(self) -> str:
        """The heading."""
        return _TITLES[self]


_TITLES = {
    Group.PICTURES: tr("Text-to-image models"),
    Group.CLIPS: tr("Video: motion adapters and video models"),
    Group.JUDGES: tr("Judges"),
}
_ROLES = {
    Role.BASE: tr("Text-to-image model"),
    Role.MOTION: tr("Motion adapter"),
    Role.LORA: tr("LoRA"),
    Role.VIDEO: tr("Video model"),
    Role.JUDGE: tr("Judge"),
}
_GROUPS = {Role.BASE: Group.PICTURES, Role.JUDGE: Group.JUDGES}


class Act(StrEnum):
    """What can be done with a model, by the key of its command."""

    DOWNLOAD = "download"
    RESUME = "resume"
    PAUSE = "pause"
    RETRY = "retry"
    REPAIR = "repair"
    VERIFY = "verify"
    RELINK = "relink"
    ERASE = "erase"
    REMOVE = "remove"
    FOLDER = "folder"
    LICENCE = "licence"


_FIRST = {
    State.ABSENT: Act.DOWNLOAD,
    State.PARTIAL: Act.RESUME,
    State.PAUSED: Act.RESUME,
    State.WAITING: Act.PAUSE,
    State.DOWNLOADING: Act.PAUSE,
    State.VERIFYING: Act.PAUSE,
    State.FAILED: Act.RETRY,
    State.DAMAGED: Act.REPAIR,
}
_BUSY = (State.WAITING, State.DOWNLOADING, State.VERIFYING)


@dataclass(frozen=True)
class ModelRow:
    """A model that is offered, installed, or both; `bytes` is its size, about that where it is not known exactly.

    `enables` says what it makes possible, `verdict` how it fits this computer, None until that is known.
    """

    id: str
    title: str
    summary: str
    role: Role
    family: str
    licence: str
    bytes: int
    status: Status
    offer: Offer | None = None
    component: Component | None = None
    enables: str = ""
    verdict: Verdict | None = None
    problems: tuple[str, ...] = ()

    @property
    def bundled(self) -> bool:
        """Whether it came with Lacuna."""
        return self.offer is None and self.component is None

    @property
    def own(self) -> bool:
        """Whether it is the person's own files, linked where they lie."""
        return self.offer is None and self.component is not None

    @property
    def installed(self) -> bool:
        """Whether it is on this computer, be it damaged."""
        return self.bundled or self.component is not None

    @property
    def busy(self) -> bool:
        """Whether it is being fetched or checked."""
        return self.status.state in _BUSY

    @property
    def group(self) -> Group:
        """What it is listed under."""
        return _GROUPS.get(self.role, Group.CLIPS)

    @property
    def kind(self) -> str:
        """What it is, and of which family, in words."""
        family = tr(sheet(self.family).title) if self.family else ""
        return " · ".join(filter(None, (_ROLES[self.role], family)))

    @property
    def folder(self) -> Path | None:
        """Where its files lie, None where there are none."""
        if self.bundled:
            return sheet("starter").folder
        place = next(iter(self.component.sources.values())).path if self.component else None
        return place.parent if place else None

    @property
    def one_file(self) -> bool:
        """Whether it lies in files of its own, and not in a folder."""
        sources = self.component.sources.values() if self.component else ()
        return any(source.layout is not Layout.FOLDER for source in sources)

    @property
    def fraction(self) -> float:
        """How much of it is there, in [0, 1]."""
        return min(1.0, self.status.done / self.status.total) if self.status.total else 0.0

    @property
    def first(self) -> Act | None:
        """What one would do with it next."""
        if self.status.state is State.READY:
            return Act.ERASE if self.role is Role.BASE else None
        if self.own:
            return None if self.busy else Act.RELINK
        return _FIRST[self.status.state]

    @property
    def acts(self) -> tuple[Act, ...]:
        """Everything that can be done with it now, the first thing first."""
        state, offered = self.status.state, self.offer is not None
        there = self.component is not None and not self.busy
        also = (
            (Act.VERIFY, there and state is not State.DAMAGED),
            (Act.VERIFY, there and state is State.DAMAGED and offered),
            (Act.FOLDER, self.installed),
            (Act.LICENCE, offered),
            (Act.REMOVE, there or state in (State.PARTIAL, State.PAUSED, State.FAILED)),
        )
        listed = (self.first, *(act for act, fits in also if fits))
        return tuple(dict.fromkeys(act for act in listed if act is not None))

    def told(self) -> str:
        """Where it stands, in a few words."""
        status, state = self.status, self.status.state
        if self.bundled:
            return tr("Came with Lacuna")
        if state is State.DOWNLOADING:
            return _progress(status)
        if state is State.VERIFYING:
            return tr("Being verified, {share}", share=percent(self.fraction))
        if state in (State.PARTIAL, State.PAUSED):
            return tr("Paused at {done} of {total}", done=size(status.done), total=size(status.total))
        if self.own:
            return tr("Moved or changed") if state is State.DAMAGED else tr("Ready, where it lies")
        return _STATES[state]

    def holds(self, words: tuple[str, ...]) -> bool:
        """Whether every word, in small letters, stands somewhere in it."""
        repo = self.offer.repo if self.offer else ""
        said = f"{self.title} {self.summary} {self.licence} {self.id} {repo} {self.kind}".casefold()
        return all(word in said for word in words)


_STATES = {
    State.ABSENT: tr("Not downloaded"),
    State.WAITING: tr("Waits for its turn"),
    State.FAILED: tr("Failed"),
    State.READY: tr("Ready"),
    State.DAMAGED: tr("Damaged"),
}


def _progress(status: Status) -> str:
    """How far a download is, how fast it goes, and how long it will take, as far as that is known."""
    parts = [tr("{done} of {total}", done=size(status.done), total=size(status.total))]
    if status.rate > 0:
        parts.append(tr("{amount} a second", amount=size(status.rate)))
    if status.seconds_left is not None:
        parts.append(tr("{time} left", time=duration(status.seconds_left)))
    return " · ".join(parts)


def enables(role: Role, family: str, bases: tuple[str, ...], card: FamilyCard | None) -> str:
    """What a model makes possible: `bases` are the installed ones of its family, `card` the model it would make."""
    if role is Role.JUDGE:
        return tr("Measures the results of every large model. Without a judge there is no scorecard.")
    if role is Role.BASE:
        hosts = ", ".join(tr(host.title).split(": ")[-1] for host in card.video_hosts) if card else ""
        if hosts:
            return tr("Makes pictures, and clips by {hosts}.", hosts=hosts)
        return tr("Makes pictures. For clips, add a motion adapter or a video model of its family.")
    title = tr(sheet(family).title)
    if bases:
        return tr("Adds a way to make clips to {models}.", models=", ".join(bases))
    return tr("Makes clips with a model of the family {family}: add one of those, too.", family=title)
