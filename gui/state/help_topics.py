"""The help as data: our own Markdown files in the person's language, searched by words."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache

from core.errors import LacunaError
from core.hardware.devices import bundled_cuda
from core.hardware.parts import Part, parts
from core.hardware.software import lacuna_version, versions
from core.i18n import language, tr
from core.resources import resource

ORDER = (
    "start",
    "erase",
    "jobs",
    "compare",
    "studio",
    "probe",
    "library",
    "models",
    "memory",
    "settings",
    "promise",
    "glossary",
    "troubleshooting",
)
"""The topics as they are listed; those that bear the key of a place are the help of its page."""

ABOUT = "about"


@dataclass(frozen=True)
class Topic:
    """A piece of help: its key, its title, and Markdown that begins below the title."""

    key: str
    title: str
    text: str

    def holds(self, words: tuple[str, ...]) -> bool:
        """Whether every word stands somewhere in it."""
        said = f"{self.title} {self.text}".casefold()
        return all(word in said for word in words)

    def excerpt(self, words: tuple[str, ...]) -> str:
        """The first line that holds one of the words, as plain text; empty if there is none."""
        lines = (_plain(line) for line in self.text.splitlines())
        return next((line for line in lines if any(word in line.casefold() for word in words)), "")


def _plain(line: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`#|]+", r"\1", line).strip(" -")


@cache
def topics() -> tuple[Topic, ...]:
    """Every topic in the language of this process, what is about Lacuna itself last."""
    return (*(_read(key) for key in ORDER), _about())


def _read(key: str) -> Topic:
    head, _, text = resource("help", language(), f"{key}.md").read_text("utf-8").partition("\n")
    return Topic(key, head.removeprefix("# ").strip(), text.strip())


class _About(Topic):
    """Is found by the parts of Lacuna, too; they are read when somebody looks for something."""

    def holds(self, words: tuple[str, ...]) -> bool:
        """Whether every word stands in the topic, or in one part."""
        return super().holds(words) or any(part.holds(words) for part in self._parts())

    def _parts(self) -> tuple[Part, ...]:
        try:
            return parts()
        except LacunaError:  # the topic itself says so
            return ()


def _about() -> Topic:
    """Which copy of Lacuna this is, and what it promises about itself."""
    intro = resource("help", language(), f"{ABOUT}.md").read_text("utf-8")
    head, _, text = intro.partition("\n")
    stands = tr("Lacuna {version}, Python {python}", version=lacuna_version(), python=versions()["python"])
    return _About(ABOUT, head.removeprefix("# ").strip(), f"**{stands}**\n\n{_copy()}\n{text}")


def _copy() -> str:
    """How this copy came here and what its torch computes on."""
    frozen, cuda = getattr(sys, "frozen", False), bundled_cuda()
    here = tr("This is the packaged program.") if frozen else tr("This copy runs from its sources.")
    torch = tr("Its torch computes on NVIDIA GPUs by CUDA {version}.", version=cuda)
    return f"{here} {torch if cuda else tr('Its torch computes on the CPU.')}"


def words_of(text: str) -> tuple[str, ...]:
    """What is looked for, word by word."""
    return tuple(text.casefold().split())


def found(text: str) -> tuple[Topic, ...]:
    """The topics that hold every word; all of them for none."""
    words = words_of(text)
    return tuple(topic for topic in topics() if topic.holds(words))
