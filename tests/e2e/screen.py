"""A person before the program in this checkout: the hands are those that prove the bundle, the eyes read a map."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hands import Person, display, running

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Reader(Person):
    """Sees the window through the map that tests.e2e.app writes of it."""

    map: Path

    def widgets(self) -> list[dict[str, Any]]:
        """What can be seen in the active window now."""
        return json.loads(self.map.read_text("utf-8")) if self.map.exists() else []


@contextmanager
def person(folder: Path, *arguments: str, shots: Path, size: str = "1280x800") -> Iterator[Reader]:
    """Someone before a freshly started program whose files all lie in `folder`."""
    homes = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    map_file = folder / "map.json"
    with display(size) as name, (folder / "program.log").open("wb") as log:
        environment = {**os.environ, **homes, "HOME": str(folder), "DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}
        command = (sys.executable, "-m", "tests.e2e.app", str(map_file), *arguments)
        with running(*command, environment=environment, output=log, folder=ROOT) as process:
            yield Reader(name, shots, process, map_file)
