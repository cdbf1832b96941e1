"""A reader's world: a checkout in which a document's commands run one after the other, and a home of its own."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import main
from core.cli.app import build_parser
from core.evaluation.scorecard import Sizes
from core.jobs import erasing, scoring, stacking, workshop
from core.jobs.choosing import Chooser
from core.library.store import Library
from core.models.catalogue import family_card
from core.models.opened import Family, open_family
from tests.docs.documents import ROOT

ALL = os.environ.get("LACUNA_DOCS") == "all"
"""Whether what takes minutes runs too, and nothing is made smaller."""

_LEFT_OUT = {".git", "build", "dist", "runs", "docs", ".venv"}
_OURS = (("python", "main.py"), ("lacuna",))
_SPECIAL = set("|&;<>$`*\n")
_SIZES = Sizes({"direct": 1, "neighbours": 1}, {"direct": 1})


def hurried_family(name: str, device: str) -> Family:
    """The starter with few steps and short clips, as the other tests of jobs take it; any other model as it is."""
    if name != "starter":
        return open_family(name, device)
    card = family_card(name)
    hosts = tuple(replace(host, steps=2 if host.frames > 1 else 4, frames=min(host.frames, 4)) for host in card.hosts)
    return Family(replace(card, hosts=hosts))


@contextmanager
def hurried() -> Iterator[None]:
    """Meanwhile jobs are the real ones in small: few steps, few frames, and scorecards of a handful of prompts."""
    with pytest.MonkeyPatch.context() as patch:
        workshop.let_go()
        patch.setattr(workshop, "open_family", hurried_family)
        patch.setattr(erasing, "LOOKS", 1)
        patch.setattr(erasing, "Chooser", partial(Chooser, count=2))
        for module in (erasing, scoring, stacking):
            patch.setattr(module, "QUICK", _SIZES)
        yield
    workshop.let_go()


Key = tuple[str, ...]
"""What tells one erasure from another; empty for what is made anew each time."""


@dataclass
class Shelf:
    """What erasures left, by what they erased and how, so that no document makes it again."""

    folder: Path
    kept: dict[Key, Path] = field(default_factory=dict)

    def put(self, key: Key, made: Path) -> None:
        """Keep a copy of a folder that was made."""
        self.kept[key] = Path(shutil.copytree(made, self.folder / str(len(self.kept)) / made.name))

    def take(self, key: Key, place: Path) -> bool:
        """Put what belongs to this key at its place; whether there is anything."""
        if kept := self.kept.get(key):
            shutil.copytree(kept, place / kept.name, dirs_exist_ok=True)
        return key in self.kept


@dataclass
class World:
    """One reader at the root of a checkout; `here` moves with `cd`."""

    root: Path
    shelf: Shelf
    here: Path = field(init=False)

    def __post_init__(self) -> None:
        checkout = self.here = self.root / "lacuna"
        checkout.mkdir(parents=True)
        for path in ROOT.iterdir():
            if path.name not in _LEFT_OUT:
                (checkout / path.name).symlink_to(path)
        shutil.copytree(ROOT / "docs", checkout / "docs")

    def environment(self) -> dict[str, str]:
        """What a shell of this reader has that ours has not."""
        names = ("DATA", "CONFIG", "CACHE", "STATE")
        folders = {f"XDG_{name}_HOME": str(self.root / "home" / name.lower()) for name in names}
        return {"HOME": str(self.root / "home"), **folders, "PATH": self._path()}

    def _path(self) -> str:
        programs = self.root / "bin"
        programs.mkdir(exist_ok=True)
        installed = programs / "lacuna"
        installed.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "main.py"}" "$@"\n', "utf-8")
        installed.chmod(0o755)
        return f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"

    def run(self, text: str) -> int:
        """Run a command where the reader stands; its exit status."""
        words = shlex.split(text)
        ours = next((len(start) for start in _OURS if tuple(words[: len(start)]) == start), 0)
        if ours and not _SPECIAL & set(text):
            return self._run_here([re.sub(r"^~(?=/)", self._home, word) for word in words[ours:]])
        return self._run_in_shell(text)

    @property
    def _home(self) -> str:
        return str(self.root / "home")

    def _run_here(self, arguments: list[str]) -> int:
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.here)
            for name, value in self.environment().items():
                patch.setenv(name, value)
            return self._erase(arguments) if arguments[:1] in (["erase"], ["demo"]) else _status(arguments)

    def _erase(self, arguments: list[str]) -> int:
        """Erase for real, or take from the shelf what the same erasure left before."""
        given = build_parser().parse_args(arguments)
        key = _key(vars(given))
        if key and self.shelf.take(key, self._place(given)):
            return 0
        status = _status(arguments)
        if key and status == 0:
            self._keep(given, key)
        return status

    def _keep(self, given: Namespace, key: Key) -> None:
        """Put what was made onto the shelf, and the entry inside a demo's folder as that of its erasure."""
        if "out" not in given:
            self.shelf.put(key, _newest(self._place(given)))
            return
        self.shelf.put(key, self.here / given.out)
        alike = build_parser().parse_args(["erase", given.concept, "--preset", given.preset])
        self.shelf.put(_key(vars(alike)), _newest(self.here / given.out / "library/entries"))

    def _place(self, given: Namespace) -> Path:
        """The folder that gets what an erasure makes."""
        return (self.here / given.out).parent if "out" in given else Library().root / "entries"

    def _run_in_shell(self, text: str) -> int:
        """Run it in a shell of its own, which tells where it stands at the end."""
        told = self.root / "here"
        script = f"{text}\nstatus=$?\npwd > {shlex.quote(str(told))}\nexit $status\n"
        environment = {**os.environ, **self.environment()}
        done = subprocess.run(["bash", "-c", script], cwd=self.here, env=environment, stdin=subprocess.DEVNULL)
        if told.exists():
            self.here = Path(told.read_text("utf-8").removesuffix("\n"))
        return done.returncode


def _status(arguments: list[str]) -> int:
    try:
        return main.main(["main.py", *arguments])
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)


def _newest(folder: Path) -> Path:
    return max(folder.iterdir(), key=lambda path: path.stat().st_mtime)


def _key(given: dict[str, Any]) -> Key:
    """What an erasure makes, but for its prompt and seed; empty where it depends on more than the command says."""
    if given.get("start") or given["library"] or given.get("images"):
        return ()
    named = ("out", "concept", "also", "kind", "family", "preset", "anchor", "synonyms", "settings")
    return tuple(f"{name} {given[name]}" for name in named if name in given)
