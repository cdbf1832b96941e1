"""The help as data: our own Markdown files in the person's language, searched by words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from core.hardware.software import lacuna_version, packages, versions
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


def _about() -> Topic:
    """What this copy is made of, and under which licences."""
    intro = resource("help", language(), f"{ABOUT}.md").read_text("utf-8")
    head, _, text = intro.partition("\n")
    lines = [f"- {package.name} {package.version}: {package.licence}" for package in packages()]
    stands = tr("Lacuna {version}, Python {python}", version=lacuna_version(), python=versions()["python"])
    return Topic(ABOUT, head.removeprefix("# ").strip(), "\n".join((f"**{stands}**", text, *lines)))


def words_of(text: str) -> tuple[str, ...]:
    """What is looked for, word by word."""
    return tuple(text.casefold().split())


def found(text: str) -> tuple[Topic, ...]:
    """The topics that hold every word; all of them for none."""
    words = words_of(text)
    return tuple(topic for topic in topics() if topic.holds(words))
