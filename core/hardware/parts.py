"""What Lacuna is made of, and under which licences: from the list in a bundle, or from the installed packages."""

from __future__ import annotations

import json
import platform
import re
import sysconfig
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib import metadata
from importlib.metadata import PackageMetadata
from pathlib import Path
from textwrap import shorten
from typing import Any

from core.errors import FailureKind, LacunaError
from core.hardware.software import lacuna_version, packages, plain_name
from core.i18n import tr
from core.resources import resource

SCHEMA = 1
LIST = "licences.json"
"""The list in a bundle's resources; `packaging/licences.py` writes it."""

KINDS = ("python", "library", "font", "data")

_USUAL_FILES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING", "NOTICE")
"""Where a licence stands in metadata that does not say where."""

_BESIDE = re.compile(r"^AUTHORS|(^|/)tests?/")
"""Files beside the licences: names of people, and terms of tests, which no wheel holds."""

_RULE = "─" * 24


@dataclass(frozen=True)
class Text:
    """A licence's text under the name of its file; reading it may raise OSError."""

    title: str
    read: Callable[[], str]


@dataclass(frozen=True)
class Part:
    """Something that Lacuna is made of. `licence` is an SPDX expression, or else what its authors say."""

    name: str
    version: str
    licence: str
    kind: str
    home: str
    texts: tuple[Text, ...]

    @property
    def id(self) -> str:
        """Tells it from the others."""
        return f"{self.kind}/{self.name}"

    def holds(self, words: tuple[str, ...]) -> bool:
        """Whether every word, in lower case, stands in what is listed of it."""
        said = f"{self.name} {self.version} {self.licence} {self.kind}".casefold()
        return all(word in said for word in words)

    def whole_text(self) -> str:
        """Every text, each below the name of its file where there are several."""
        if len(self.texts) == 1:
            return self.texts[0].read()
        return "\n\n".join(f"{_RULE}\n{text.title}\n{_RULE}\n\n{text.read()}" for text in self.texts)


@cache
def parts() -> tuple[Part, ...]:
    """Every part by name; a LacunaError(DAMAGED) if a bundle's list cannot be read."""
    path = resource(LIST)
    return read_list(path) if path.is_file() else tuple(sorted(_installed(), key=_order))


def read_list(path: Path) -> tuple[Part, ...]:
    """The parts of a bundle's list; a LacunaError(DAMAGED) if it cannot be read."""
    try:
        return tuple(_listed(json.loads(path.read_bytes())))
    except (OSError, ValueError, KeyError, TypeError) as error:
        what, fix = tr("The list of licences cannot be read."), tr("Install Lacuna again.")
        raise LacunaError(FailureKind.DAMAGED, what, "", fix) from error


def _order(part: Part) -> tuple[str, str]:
    return part.name.casefold(), part.kind


def _listed(data: dict[str, Any]) -> Iterator[Part]:
    texts = data["texts"]
    for row in data["parts"]:
        read = tuple(Text(title, partial(str, texts[key])) for title, key in row["texts"])
        yield Part(row["name"], row["version"], row["licence"], row["kind"], row["home"], read)


def _installed() -> Iterator[Part]:
    yield from own_parts()
    yield python_part()
    yield from map(package_part, packages().values())


def own_parts() -> Iterator[Part]:
    """Lacuna, and what lies in its resources by others' leave."""
    texts = (file_text(resource("licences", "Lacuna.txt")),)
    yield Part("Lacuna", lacuna_version(), "MIT", "python", "", texts)
    yield Part("Lacuna: starter models, pictures and icons", lacuna_version(), "MIT", "data", "", texts)
    clip = tuple(file_text(resource("tokenizers", "clip", name)) for name in ("LICENSE", "NOTICE"))
    yield Part("CLIP: byte-pair merges", "", "MIT", "data", "https://github.com/openai/CLIP", clip)


def python_part() -> Part:
    """The interpreter; its licence file lies in the standard library of the Python that has one."""
    texts = (file_text(Path(sysconfig.get_path("stdlib"), "LICENSE.txt")),)
    return Part("CPython", platform.python_version(), "Python-2.0.1", "python", "https://www.python.org", texts)


def package_part(told: PackageMetadata) -> Part:
    """An installed package as its metadata tells of it, with what `licences/known.toml` adds."""
    return Part(told["Name"], told["Version"], _licence(told), "python", _home(told), _texts(told))


def file_text(path: Path) -> Text:
    """A text of its own file."""
    return Text(path.name, partial(path.read_text, "utf-8", "replace"))


@cache
def known() -> dict[str, dict[str, Any]]:
    """What packages leave unsaid: `spoken`, `stated`, `texts` and `home` of `licences/known.toml`."""
    return tomllib.loads(resource("licences", "known.toml").read_text("utf-8"))


def _licence(told: PackageMetadata) -> str:
    """The SPDX expression; where there is none, the words of the authors on one line."""
    expression = _first(told, "License-Expression") or known()["stated"].get(plain_name(told["Name"]))
    classes = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or () if c.startswith("License ::")]
    first = next(iter(_first(told, "License").strip().splitlines()), "")
    words = next(filter(None, (expression, first, *classes)), "")
    return known()["spoken"].get(words, shorten(words, 120, placeholder=" …"))


def _first(told: PackageMetadata, field: str) -> str:
    return next(iter(told.get_all(field) or ()), "")


def _home(told: PackageMetadata) -> str:
    """The page of the project, or the next best thing that its metadata names."""
    listed = dict(line.split(", ", 1) for line in told.get_all("Project-URL") or () if ", " in line)
    urls = {label.casefold(): url for label, url in listed.items()}
    named = (urls.get(label) for label in ("homepage", "home", "source", "source code", "repository", "code"))
    found = (known()["home"].get(plain_name(told["Name"])), _first(told, "Home-page"), *named, *urls.values())
    return next((url for url in found if url and url.startswith("http")), "")


def _texts(told: PackageMetadata) -> tuple[Text, ...]:
    """The licence files that the metadata names, the usual ones where it names none, or our own copies."""
    name = told["Name"]
    if ours := known()["texts"].get(plain_name(name)):
        return tuple(file_text(resource("licences", title)) for title in ours)
    named = told.get_all("License-File") or [title for title in _USUAL_FILES if _read(name, title)]
    texts = (title for title in dict.fromkeys(named) if not _BESIDE.search(title))
    return tuple(Text(title, partial(_read, name, title)) for title in texts)


def _read(package: str, title: str) -> str:
    """A licence file of a package, which lies below `licenses` since version 2.4 of the metadata (PEP 639)."""
    found = metadata.distribution(package)
    return found.read_text(f"licenses/{title}") or found.read_text(title) or ""
