"""Lists every part of a bundle with its licence and texts, for the About topic and for those whose work it is.

Run: python packaging/licences.py BUNDLE --out FILE
It fails, with all that is wrong, where something has no text or may not be given on: see packaging/licences.toml.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import crates
import debian
from contents import described, folders, frozen_modules, natives
from spdx import choices

from core.errors import FailureKind, LacunaError
from core.files import atomic_write_text
from core.hardware.parts import SCHEMA, Part, Text, file_text, own_parts, package_part, python_part
from core.hardware.software import plain_name
from core.resources import resource

HERE = Path(__file__).parent
RULES: dict[str, Any] = tomllib.loads((HERE / "licences.toml").read_text("utf-8"))

_OWN = {"core", "gui", "main", "resources"}
_BOOT = re.compile(r"_?pyi(mod|boot|_rth)")
"""Modules that PyInstaller puts into every program."""
_GPL_BUILD = re.compile(rb"--enable-(gpl|nonfree)\b|lib[a-z]+ license: (?!LGPL)[ -~]+")
"""What FFmpeg's libraries say of themselves when they are not under the LGPL."""


@dataclass
class Survey:
    """A bundle's parts, and in `faults` why it may not be given on. `modules` are those inside its program."""

    inside: Path
    modules: set[str]
    faults: list[str] = field(default_factory=list)

    @cached_property
    def files(self) -> list[str]:
        """The native libraries."""
        return natives(self.inside)

    def parts(self) -> list[Part]:
        """Every part, by name; fills `faults`."""
        packages = self._packages()
        found = [*own_parts(), python_part(), *(package_part(metadata.metadata(name)) for name in packages)]
        found += [*self._crates(), *self._carried(), *self._system()]
        for part in found:
            self._judge(part)
        self._judge_builds()
        return sorted(found, key=lambda part: (part.name.casefold(), part.kind))

    def _packages(self) -> list[str]:
        """The Python packages, by metadata that lies in the bundle and by modules; unknown modules are faults."""
        for name in sorted(self._seen - set(self._owners)):
            if not self._explained(name):
                self.faults.append(f"“{name}” belongs to no installed package.")
        return sorted({*map(plain_name, described(self.inside)), *self._loaded} - {"lacuna"})

    @cached_property
    def _seen(self) -> set[str]:
        """The names of modules, as programs, folders and files at the top spell them."""
        alone = {name.partition(".")[0] for name in self.files if "/" not in name and not name.startswith("lib")}
        return self.modules | folders(self.inside) | alone

    @cached_property
    def _owners(self) -> dict[str, list[str]]:
        """The packages of each module; none for Python's own and ours."""
        boot = {name: ["pyinstaller"] for name in self._seen if _BOOT.match(name)}
        ours: dict[str, list[str]] = {name: [] for name in sys.stdlib_module_names | _OWN}
        return {**metadata.packages_distributions(), **ours, **boot}

    @cached_property
    def _loaded(self) -> set[str]:
        """The packages whose modules are in the bundle, where others only have their metadata there."""
        return {plain_name(package) for name in self._seen for package in self._owners.get(name, ())}

    def _explained(self, name: str) -> bool:
        """Whether a name is a folder of Python's own, of a wheel's libraries, or a library of Python or the system."""
        return bool(re.match(r"python3|_sysconfigdata|.*\.libs$", name)) or self._pythons(name) or "." in name

    def _pythons(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in RULES["python"]["files"])

    def _crates(self) -> Iterator[Part]:
        """What is compiled into packages whose modules are there."""
        offered = list(RULES["crates"])
        for package in sorted(self._loaded):
            found = crates.crates(package)
            taken = [(crate, crates.chosen(crate, offered)) for crate in found]
            fits = [(crate, choice) for crate, choice in taken if choice is not None]
            for crate, _ in (pair for pair in taken if pair[1] is None):
                self.faults.append(f"{crate['name']} (in {package}): no terms for “{crates.licence(crate)}”.")
            if fits:
                known, choice = [crate for crate, _ in fits], [choice for _, choice in fits]
                licences = sorted(frozenset().union(*choice))
                files = dict.fromkeys(file for licence in licences for file in RULES["crates"][licence])
                yield crates.part(package, known, choice, map(terms, files))

    def _carried(self) -> Iterator[Part]:
        """What wheels carry; a library in a folder of theirs that nothing tells of is a fault."""
        told: set[str] = set()
        for row in RULES["carried"]:
            hits = {name for name in self.files if any(fnmatchcase(name, pattern) for pattern in row["files"])}
            told |= hits
            if hits:
                yield carried(row)
        closed, own = RULES["folders"]["closed"], RULES["folders"]["own"]
        for name in self.files:
            inside = any(fnmatchcase(name, pattern) for pattern in closed)
            if inside and name not in told and not any(fnmatchcase(name, pattern) for pattern in own):
                self.faults.append(f"{name}: packaging/licences.toml does not tell what it is.")

    def _system(self) -> Iterator[Part]:
        """Libraries and fonts that come from the builder's system."""
        fonts = {path.name for path in self.inside.glob("resources/fonts/*.ttf")}
        libraries = {name for name in self.files if "/" not in name and name.startswith("lib")}
        libraries = {name for name in libraries if not self._pythons(name)}
        owners = debian.owners(libraries | fonts)
        for name in sorted((libraries | fonts) - set(owners)):
            self.faults.append(f"{name}: no package of this system has it.")
        for package in sorted(set(owners.values())):
            kind = "font" if any(owners.get(name) == package for name in fonts) else "library"
            if licence := RULES["debian"].get(package.removesuffix("t64")):
                yield debian.part(package, licence, kind)
            else:
                self.faults.append(f"{package}: packaging/licences.toml does not tell its licence.")

    def _judge(self, part: Part) -> None:
        if not part.texts or not all(text.read().strip() for text in part.texts):
            self.faults.append(f"{part.name}: it has no licence text.")
        try:
            allowed = any(choice <= set(RULES["allowed"]) for choice in choices(part.licence))
        except ValueError:
            self.faults.append(f"{part.name}: “{part.licence}” is not an SPDX expression; see resources/licences.")
            return
        if not allowed:
            self.faults.append(f"{part.name}: “{part.licence}” is not allowed in a bundle.")

    def _judge_builds(self) -> None:
        for name in self.files:
            if fnmatchcase(name.rpartition("/")[2], "libav[cfu]*") and "libavif" not in name:
                for found in sorted({hit[0] for hit in _GPL_BUILD.finditer((self.inside / name).read_bytes())}):
                    self.faults.append(f"{name}: FFmpeg was built as “{found.decode('ascii', 'replace')}”.")


def terms(name: str) -> Text:
    """A text by its name in packaging/terms or resources/licences, or as `package:file` of a package's own."""
    package, _, title = name.rpartition(":")
    if package:
        texts = package_part(metadata.metadata(package)).texts
        return next(text for text in texts if text.title == title)
    path = HERE / "terms" / name
    return file_text(path if path.is_file() else resource("licences", name))


def carried(row: dict[str, Any]) -> Part:
    """A library inside a wheel, with the texts that are told, or else the wheel's own."""
    package = row["package"]
    texts = tuple(map(terms, row["texts"])) if "texts" in row else package_part(metadata.metadata(package)).texts
    return Part(f"{row['name']} (in {package})", "", row["licence"], "library", row["home"], texts)


def document(parts: list[Part]) -> str:
    """The list as JSON: the same for the same parts, and each text once, whatever its line breaks."""
    texts: dict[str, str] = {}

    def keep(text: Text) -> list[str]:
        said = text.read().replace("\r\n", "\n").strip() + "\n"
        key = hashlib.sha256(" ".join(said.split()).encode()).hexdigest()[:16]
        texts.setdefault(key, said)
        return [text.title, key]

    rows = [
        {
            "name": part.name,
            "version": part.version,
            "licence": part.licence,
            "kind": part.kind,
            "home": part.home,
            "texts": [keep(text) for text in part.texts],
        }
        for part in parts
    ]
    return json.dumps({"schema": SCHEMA, "parts": rows, "texts": texts}, ensure_ascii=False, indent=0, sort_keys=True)


def write(inside: Path, modules: set[str], out: Path) -> None:
    """Write the list for what lies `inside` a bundle; LacunaError with every fault, and no file, if there is one."""
    survey = Survey(inside, modules)
    found = survey.parts()
    if survey.faults:
        what, fix = "This bundle may not be given to others.", "Leave these out, or tell in packaging/licences.toml."
        raise LacunaError(FailureKind.INPUT, what, "\n".join(("", *survey.faults, "")), fix)
    atomic_write_text(out, document(found) + "\n")


def collect(bundle: Path, out: Path) -> None:
    """Write the list of a built bundle's parts; raises as `write` does."""
    write(bundle / "_internal", frozen_modules(bundle), out)


def main() -> None:
    """List as the command line says."""
    parser = argparse.ArgumentParser(description="List the licences of everything in a bundle.")
    parser.add_argument("bundle", type=Path, help="the folder that holds the program and _internal")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the list, as JSON")
    given = parser.parse_args()
    try:
        collect(given.bundle, given.out)
    except LacunaError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
