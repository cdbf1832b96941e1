"""Runs code in a fresh interpreter and tells what it loaded and what it asked of the network."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_WATCH = """
import importlib, json, pkgutil, sys
asked = []

def watch(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        asked.append(f"{event} {args!r}")

def load(package):
    found = pkgutil.walk_packages(importlib.import_module(package).__path__, package + ".")
    for module in found:
        importlib.import_module(module.name)

sys.addaudithook(watch)
"""
_TELL = """
print(json.dumps({"asked": asked, "modules": sorted(sys.modules)}))
"""


@dataclass(frozen=True)
class Told:
    """What the interpreter's audit hook heard of the network, and the modules in memory at the end."""

    asked: list[str]
    modules: list[str]

    @property
    def packages(self) -> set[str]:
        """The first part of every module's name."""
        return {name.split(".")[0] for name in self.modules}


def fresh(code: str) -> Told:
    """Run `code`, which may call `load(package)` to import all of a package; fails if the code does."""
    program = _WATCH + code + _TELL
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return Told(**json.loads(done.stdout.splitlines()[-1]))
