"""A virtual display with a window manager, and a person before it: real clicks, real keys, screenshots.

What the person sees is said by whoever looks: `eyes.py` asks the accessibility tree, the tests of the source a map.
"""

from __future__ import annotations

import os
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

POLL = 0.1
"""Seconds between two looks."""

Box = list[int]
"""Left, top, width and height on the display, in pixels."""


@contextmanager
def running(
    *command: str,
    environment: Mapping[str, str],
    output: IO[bytes] | int | None = None,
    kept: Sequence[int] = (),
    folder: Path = Path("/"),
    user: str | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process with this environment and no other, ended with the block; it inherits the file descriptors `kept`.

    `user` is whom root starts it as.
    """
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=kept,
        user=user,
        extra_groups=[] if user else None,
    )
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
def display(size: str = "1280x800", frames: Path | None = None) -> Iterator[str]:
    """The name of a fresh virtual display with a window manager on it; X keeps the pixels it shows in `frames`."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    command += ["-ac", "-fbdir", str(frames)] if frames else []
    environment = dict(os.environ)
    with ExitStack() as stack:
        stack.enter_context(running(*command, environment=environment, output=subprocess.DEVNULL, kept=(write,)))
        os.close(write)
        with os.fdopen(read) as told:
            name = f":{told.readline().strip()}"
        environment["DISPLAY"] = name
        stack.enter_context(running("openbox", environment=environment, output=subprocess.DEVNULL))
        yield name


@dataclass
class Person(ABC):
    """Acts on a program through the display alone, and tells a thing by what a screen reader would say of it."""

    display: str
    shots: Path
    process: subprocess.Popen[bytes]

    @abstractmethod
    def widgets(self) -> list[dict[str, Any]]:
        """What can be seen in the active window now: `class`, `name`, `text`, `box` and `enabled` of each thing."""

    def find(self, name: str, kind: str = "") -> dict[str, Any] | None:
        """The first thing called `name`, as a screen reader says it; `kind` is the end of its class's name."""
        called = (w for w in self.widgets() if w["name"] == name and w["class"].endswith(kind) and w["enabled"])
        return next(called, None)

    def wait(self, what: str, done: Callable[[], Any], seconds: float = 30.0, every: float = POLL) -> Any:
        """Wait until `done` gives something true, which is returned; an AssertionError says what was seen instead."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"The program ended with {self.process.returncode} while waiting for {what}.")
            if found := done():
                return found
            time.sleep(every)
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

    def minimise(self, title: str = "Lacuna") -> None:
        """Put the window of that title away."""
        self._act("search", "--onlyvisible", "--name", f"^{title}$", "windowminimize")

    def shoot(self, name: str) -> Path:
        """Keep a picture of the whole display."""
        path = self.shots / f"{name}.png"
        self.shots.mkdir(parents=True, exist_ok=True)
        subprocess.run(("import", "-window", "root", str(path)), env=self._environment(), check=True, timeout=30)
        return path

    def _still(self, name: str, kind: str, seconds: float) -> Box:
        def box() -> Box | None:
            before = self.see(name, kind, seconds)["box"]
            time.sleep(2 * POLL)
            after = self.find(name, kind)
            return before if after and after["box"] == before else None

        return self.wait(f"“{name}” at rest", box, seconds)

    def _act(self, *command: str) -> None:
        subprocess.run(("xdotool", *command), env=self._environment(), check=True, timeout=30)

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "DISPLAY": self.display}
