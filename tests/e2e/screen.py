"""A virtual display with a window manager, and a person before it: real clicks, real keys, screenshots."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
POLL = 0.1


@contextmanager
def running(
    *command: str, environment: Mapping[str, str], output: IO[bytes] | int | None = None, kept: Sequence[int] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended with the block; `kept` are file descriptors that it inherits."""
    everything = {**os.environ, **environment}
    process = subprocess.Popen(command, env=everything, cwd=ROOT, stdout=output, stderr=output, pass_fds=kept)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def display(size: str = "1280x800") -> Iterator[str]:
    """The name of a fresh virtual display with a window manager on it."""
    read, write = os.pipe()
    command = ("Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp")
    with ExitStack() as stack:
        stack.enter_context(running(*command, environment={}, output=subprocess.DEVNULL, kept=(write,)))
        os.close(write)
        with os.fdopen(read) as told:
            name = f":{told.readline().strip()}"
        stack.enter_context(running("openbox", environment={"DISPLAY": name}, output=subprocess.DEVNULL))
        yield name


@dataclass
class Person:
    """Sees the window through its map and acts on it through the display alone."""

    display: str
    map: Path
    shots: Path
    process: subprocess.Popen[bytes]

    def widgets(self) -> list[dict[str, Any]]:
        """What can be seen in the active window now."""
        return json.loads(self.map.read_text("utf-8")) if self.map.exists() else []

    def find(self, name: str, kind: str = "") -> dict[str, Any] | None:
        """The first thing called `name`, as a screen reader says it; `kind` is the end of its class's name."""
        called = (w for w in self.widgets() if w["name"] == name and w["class"].endswith(kind) and w["enabled"])
        return next(called, None)

    def wait(self, what: str, done: Callable[[], Any], seconds: float = 30.0) -> Any:
        """Wait until `done` gives something true, which is returned."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"The program ended with {self.process.returncode} while waiting for {what}.")
            if found := done():
                return found
            time.sleep(POLL)
        seen = sorted({w["name"] or w["text"] for w in self.widgets()} - {""})
        raise AssertionError(f"No {what} within {seconds:g} s. Seen: {seen}")

    def see(self, name: str, kind: str = "", seconds: float = 30.0) -> dict[str, Any]:
        """Wait for a thing of that name."""
        return self.wait(f"“{name}”", lambda: self.find(name, kind), seconds)

    def see_text(self, part: str, seconds: float = 30.0) -> None:
        """Wait until some text holds `part`."""
        self.wait(f"text “{part}”", lambda: any(part in w["text"] for w in self.widgets()), seconds)

    def click(self, name: str, kind: str = "", seconds: float = 30.0) -> None:
        """Move the pointer to the middle of a thing and click once it has stopped moving."""
        x, y, width, height = self._still(name, kind, seconds)
        self._act("mousemove", "--sync", str(x + width // 2), str(y + height // 2), "click", "1")

    def drag(self, name: str, start: float, end: float) -> None:
        """Press on a thing at a share of its width, move along, let go."""
        x, y, width, height = self._still(name, "", 30.0)
        middle = str(y + height // 2)
        self._act("mousemove", "--sync", str(x + round(start * width)), middle, "mousedown", "1")
        for step in range(1, 9):
            at = x + round((start + (end - start) * step / 8) * width)
            self._act("mousemove", "--sync", str(at), middle)
        self._act("mouseup", "1")

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        self._act("type", "--delay", "20", text)

    def press(self, *keys: str) -> None:
        """Press keys in xdotool's names, one after the other."""
        self._act("key", "--delay", "60", *keys)

    def shoot(self, name: str) -> Path:
        """Keep a picture of the whole display."""
        path = self.shots / f"{name}.png"
        self.shots.mkdir(parents=True, exist_ok=True)
        subprocess.run(("import", "-window", "root", str(path)), env=self._environment(), check=True, timeout=30)
        return path

    def _still(self, name: str, kind: str, seconds: float) -> list[int]:
        def box() -> list[int] | None:
            before = self.see(name, kind, seconds)["box"]
            time.sleep(2 * POLL)
            after = self.find(name, kind)
            return before if after and after["box"] == before else None

        return self.wait(f"“{name}” at rest", box, seconds)

    def _act(self, *command: str) -> None:
        subprocess.run(("xdotool", *command), env=self._environment(), check=True, timeout=30)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "DISPLAY": self.display}


@contextmanager
def person(folder: Path, *arguments: str, shots: Path, size: str = "1280x800") -> Iterator[Person]:
    """Someone before a freshly started program whose files all lie in `folder`."""
    homes = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")}
    map_file = folder / "map.json"
    with display(size) as name, (folder / "program.log").open("wb") as log:
        environment = {**homes, "HOME": str(folder), "DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}
        command = (sys.executable, "-m", "tests.e2e.app", str(map_file), *arguments)
        with running(*command, environment=environment, output=log) as process:
            yield Person(name, map_file, shots, process)
