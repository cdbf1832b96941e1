"""What a scan found the model to know, in words: the order of suggestions, and why some erasures would be pointless."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.concepts import Concept
from core.i18n import quoted, tr
from gui.state.scorecard import Figure, figure
from gui.state.words import percent

if TYPE_CHECKING:
    from core.library.knowledge import Known

_ORDER = ("known", "", "unsure", "unknown")
"""A concept that was not looked at stands before those that are in doubt."""


@dataclass(frozen=True)
class Knowledge:
    """The findings by the concept's name; none before the model was asked."""

    found: dict[str, Known] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path, family: str) -> Knowledge:
        """What is kept in the library at `root` about a family."""
        from core.library.knowledge import read_knowledge

        return cls(read_knowledge(root, family))

    def verdict(self, name: str) -> str:
        """`known`, `unsure` or `unknown`; empty for a concept that was not looked at."""
        return str(self.found[name]["verdict"]) if name in self.found else ""

    def rate(self, name: str) -> Figure | None:
        """How often the judge sees the concept when the model is asked for it by name."""
        return figure(self.found[name]["rate"]) if name in self.found else None

    def mark(self, name: str) -> str:
        """What stands on a chip: the rate, a question mark after one that is in doubt; `not known` for what is not."""
        rate, verdict = self.rate(name), self.verdict(name)
        if rate is None or verdict == "unknown":
            return tr("not known") if rate else ""
        return percent(rate.value) if verdict == "known" else f"{percent(rate.value)} ?"

    def ranked(self, concepts: Sequence[Concept]) -> tuple[Concept, ...]:
        """The best known first, by verdict and then by the interval's lower end; otherwise as they stood."""
        return tuple(sorted(concepts, key=lambda c: (self._place(c.name), -self._low(c.name))))

    def _place(self, name: str) -> int:
        verdict = self.verdict(name)
        return _ORDER.index(verdict) if verdict in _ORDER else _ORDER.index("")

    def _low(self, name: str) -> float:
        rate = self.rate(name)
        return rate.low if rate else 0.0

    def refusal(self, names: Sequence[str]) -> str:
        """Why these cannot be erased: the model was asked and does not know one; empty if nothing speaks against it."""
        for name in names:
            rate = self.rate(name)
            if rate and self.verdict(name) == "unknown":
                return f"{self._unseen(name, rate)} {tr('Choose another concept, or ask the model again.')}"
        return ""

    def _unseen(self, name: str, rate: Figure) -> str:
        """What came out instead of a concept that the model does not know."""
        told = tr(
            "The model does not know “{name}”, so there is nothing to erase. Asked by name, it was seen in {rate} of "
            "{count} pictures, no more than a guess would.",
            name=name,
            rate=percent(rate.value),
            count=rate.n,
        )
        if rate.value >= 0.5:
            return told
        return f"{told} {tr('It drew “{other}” most often.', other=self.found[name]['seen_as'])}"

    def doubt(self, names: Sequence[str]) -> str:
        """A warning about those that the model may not know; empty if there are none."""
        unsure = [name for name in names if self.verdict(name) == "unsure"]
        told = ", ".join(f"{quoted(name)} ({self.mark(name).removesuffix(' ?')})" for name in unsure)
        if not unsure:
            return ""
        return tr("It is not certain that the model knows {names}: the judge saw it in few pictures.", names=told)

    @property
    def told(self) -> str:
        """What was found, in a sentence; what could be asked before it was."""
        if not self.found:
            return tr(
                "The model was not asked yet. A scan takes pictures of each name and lets the judge look at them."
            )
        count = sum(self.verdict(name) == "known" for name in self.found)
        samples = max((rate.n for name in self.found if (rate := self.rate(name))), default=0)
        return tr(
            "It knows {count} of the {total} concepts that were looked at. The share beside a name is how often the "
            "judge saw it in {samples} pictures that asked for it.",
            count=count,
            total=len(self.found),
            samples=samples,
        )
