"""What a file or folder on the disk turned out to be, shown before anything is added. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.i18n import number, tr
from core.models.component import HostCard, Role, Source
from core.models.headers import BYTES

PREDICTION, LIKE, ADAPTER = "prediction", "like", "adapter"
"""The questions that files may leave open: what the U-Net predicts (`epsilon`, `v_prediction`), the offered model whose
frames, size, steps and schedule fit, and the installed motion adapter that a LoRA goes with; the latter two by id."""


@dataclass(frozen=True)
class Question:
    """What the files do not tell, and the person may know.

    `choices` are answers and what they mean; `answer` is the one that holds, at first the likeliest, and empty where
    there is none: then the model cannot be added before one is chosen.
    """

    name: str
    text: str
    choices: Mapping[str, str]
    answer: str = ""


@dataclass(frozen=True)
class Found:
    """A component that could be added: what `Component` says, and what a person should know first.

    `files` are all that belong to it, `precision` the kind of number of each part (`F16`, …). `missing` are parts that
    it needs and lacks, `problems` sentences that say why it cannot be added as it is, `notes` sentences that only tell.
    `content` is a digest of the files (see `linking.content`), `same_as` the id of an installed component of the same
    content.
    """

    path: Path
    role: Role
    family: str
    title: str
    sources: Mapping[str, Source]
    host: HostCard | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    bytes: int = 0
    precision: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    content: str = ""
    same_as: str = ""

    @property
    def open(self) -> tuple[Question, ...]:
        """The questions that must be answered first."""
        return tuple(question for question in self.questions if not question.answer)

    @property
    def ready(self) -> bool:
        """Whether it can be added as it stands."""
        return not (self.problems or self.open)

    @property
    def words(self) -> str:
        """One paragraph for a person: what it is, how large, and what is to be known of it."""
        told = f"{self.what}, {_size(self.bytes)}, {self._bits()}."
        return " ".join((told, *self.notes, *self.problems, *(question.text for question in self.open)))

    @property
    def what(self) -> str:
        """What it is, in a few words."""
        family = _FAMILIES.get(self.family, self.family)
        return _ROLES[self.role].format(family=family)

    def _bits(self) -> str:
        """Bits of a number, of the coarsest and of the finest part."""
        found = sorted({8 * BYTES[kind] for kind in self.precision.values() if kind})
        if len(found) > 1:
            return tr("{least} to {most} bits a number", least=found[0], most=found[-1])
        return tr("{count} bits a number", count=found[0] if found else 0)

    def question(self, name: str) -> Question | None:
        """The question of this name, where the files leave it open."""
        return next((question for question in self.questions if question.name == name), None)

    def answered(self, name: str, answer: str) -> Found:
        """The same with one question answered; InputError for a question that is not asked, or another answer."""
        asked = self.question(name)
        if asked is None:
            raise InputError(tr("“{title}” leaves no question “{name}” open.", title=self.title, name=name))
        if answer not in asked.choices:
            fix = tr("Use one of: {names}.", names=", ".join(asked.choices))
            raise InputError(tr("“{answer}” is no answer to: {question}", answer=answer, question=asked.text), fix=fix)
        told = replace(asked, answer=answer)
        return replace(self, questions=tuple(told if q.name == name else q for q in self.questions))


_FAMILIES = {
    "sd1": tr("Stable Diffusion 1"),
    "sd2": tr("Stable Diffusion 2"),
    "sdxl": tr("Stable Diffusion XL"),
}
_ROLES = {
    Role.BASE: tr("A text-to-image model of {family}"),
    Role.MOTION: tr("A motion adapter for {family}"),
    Role.LORA: tr("A LoRA for {family}"),
    Role.VIDEO: tr("A video model with the text encoder of {family}"),
    Role.JUDGE: tr("A CLIP judge"),
}


def _size(count: int) -> str:
    return tr("{amount} GB", amount=number(count / 1e9, ".1f")) if count >= 1e8 else _megabytes(count)


def _megabytes(count: int) -> str:
    return tr("{amount} MB", amount=number(count / 1e6, ".1f"))
