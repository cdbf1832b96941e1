"""What a person does in the window of the bundle: the main job from the welcome to the library, step by step.

Each step looks only at what a screen reader sees and what the display shows, and returns what it saw, in words.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from eyes import Reader, Tree, session_bus
from hands import POLL, Box, display, running
from measure import Display, engine
from stranger import Stranger

CONCEPT = "Tizzel"
FIELD = "What should it forget?"
FRAMES = 12
"""Frames of a clip of the starter."""

ERASURE_S = 900.0
"""Far more than an erasure takes on two free cores; a busy machine may need it."""

LOOK_S = 1.0
"""Seconds between two looks at a running job: whoever looks takes work from it."""

READER = "QT_LINUX_ACCESSIBILITY_ALWAYS_ON"
"""Qt shows its tree to whoever asks, as it does where the desktop says that a screen reader runs."""


@dataclass
class Desk:
    """A display and a session bus, and what a program must be told to find them."""

    screen: Display
    name: str
    bus: str

    def environment(self, someone: Stranger) -> dict[str, str]:
        """The surroundings of a program on this desk."""
        told = {"DISPLAY": self.name, "DBUS_SESSION_BUS_ADDRESS": self.bus, READER: "1"}
        return someone.environment(**told)


@contextmanager
def desk(someone: Stranger) -> Iterator[Desk]:
    """A fresh desktop session of the stranger."""
    own = someone.environment()
    with display(frames=someone.frames) as name, session_bus(someone.runtime, own, someone.user) as bus:
        yield Desk(Display(someone.frames), name, bus)


@dataclass
class Visitor(Reader):
    """A person who sees and acts, and the display they look at."""

    screen: Display
    started: float

    @property
    def window(self) -> int:
        """The process id of the program, which a tracer may have started."""
        own = psutil.Process(self.process.pid)
        return own.pid if own.name() == "lacuna" else own.children()[0].pid


@contextmanager
def visitor(someone: Stranger, at: Desk, shots: Path, *before: str) -> Iterator[Visitor]:
    """A person before the program, just started; `before` is a command that starts it in turn, as a tracer does."""
    with ExitStack() as stack:
        log = stack.enter_context((shots / "program.log").open("ab"))
        command, environment = (*before, someone.program), at.environment(someone)
        tree = Tree(at.bus, someone.uid)
        stack.callback(tree.close)
        started = time.monotonic()
        process = stack.enter_context(running(*command, environment=environment, output=log, user=someone.user))
        yield Visitor(at.name, shots, process, tree, at.screen, started)


def welcome(me: Visitor) -> str:
    """Page through the welcome."""
    me.see_text("Welcome to Lacuna", 60)
    me.shoot("1-welcome")
    me.click("Next")
    me.click("Next")
    me.see("Look around", "button")
    me.shoot("2-first-steps")
    me.click("Look around")
    me.wait("welcome to go", lambda: me.find("Next", "button") is None)
    return "a screen reader sees the welcome; its three pages were turned"


def arrive(me: Visitor) -> None:
    """Come to the form, past the welcome where it is shown."""
    if me.wait("window", lambda: me.find("Skip", "button") or me.find(FIELD, "text"), 60)["name"] == "Skip":
        me.click("Skip", "button")
    me.see(FIELD, "text")


def ask(me: Visitor) -> str:
    """Fill in the form and start the job by the keyboard."""
    me.click(FIELD, "text")
    me.type(CONCEPT)
    me.see_text("Character · from Starter", 10)
    me.shoot("3-erase")
    me.press("ctrl+Return")
    return f"“{CONCEPT}” typed, Ctrl+Return pressed"


def follow(me: Visitor) -> str:
    """Watch the job on the page of jobs until its clips come."""
    me.see("Cancel", "button", 20)
    me.see_text("of 7)", 180)
    me.shoot("4-job-begins")
    stages = set[str]()
    me.wait("comparison", lambda: me.find("Frame", "slider") or _note(me, stages), ERASURE_S, LOOK_S)
    told = sorted(stages, key=lambda words: words[-7:])
    assert len(told) > 2, f"The page told {told} alone."
    return f"{len(told)} stages were told, from “{told[0]}” to “{told[-1]}”"


def _note(me: Visitor, stages: set[str]) -> None:
    """Remember the stage that is told now, and keep a picture of the one in the middle."""
    told = [thing["text"] for thing in me.widgets() if thing["text"].endswith(" of 7)")]
    if told and told[0] not in stages and len(stages) == 3:
        me.shoot("5-job-half-way")
    stages.update(told)


def play(me: Visitor) -> str:
    """Both clips play, together with the counter; the keys stop them and step."""
    me.see_text(f" / {FRAMES}", 30)
    panes = {name: _pane(me, name) for name in ("Before", "After")}
    seen = _pictures(me, panes.values())
    me.shoot("6-compare")
    counts = dict(zip(panes, map(len, seen), strict=True))
    assert min(counts.values()) >= FRAMES // 2, f"Different pictures in three seconds of playing: {counts}"
    assert not seen[0] & seen[1], "Before and after show the same pictures."
    return f"different pictures in three seconds of playing: {counts}; {_step(me)}"


def _pane(me: Visitor, name: str) -> Box:
    """The place of the pane whose name begins like this."""

    def found() -> Box | None:
        named = (thing["box"] for thing in me.widgets() if thing["name"].startswith(f"{name}: "))
        return next(named, None)

    return me.wait(f"pane “{name}”", found)


def _pictures(me: Visitor, panes: Iterable[Box], seconds: float = 3.0) -> list[set[bytes]]:
    """The different pictures that each of the panes shows while the seconds pass."""
    boxes, end = list(panes), time.monotonic() + seconds
    seen = [set[bytes]() for _ in boxes]
    while time.monotonic() < end:
        shown = me.screen.pixels()
        for kept, (x, y, width, height) in zip(seen, boxes, strict=True):
            kept.add(shown[y : y + height, x : x + width].tobytes())
        time.sleep(POLL / 4)
    return seen


def _step(me: Visitor) -> str:
    """Stop by the key K, step back two frames by the key of the comma."""
    me.press("k")
    before = me.wait("frame at rest", lambda: _at_rest(me))
    me.press("comma", "comma")
    expected = (before - 3) % FRAMES + 1
    me.see_text(f"{expected} / {FRAMES}", 10)
    me.shoot("7-compare-stopped")
    return f"stopped at frame {before}, two steps back to {expected}"


def _at_rest(me: Visitor) -> int:
    first = _frame(me)
    time.sleep(5 * POLL)
    return first if first == _frame(me) else 0


def _frame(me: Visitor) -> int:
    """The frame that the player tells, from 1."""
    told = (t["text"].partition(" / ")[0] for t in me.widgets() if t["text"].endswith(f" / {FRAMES}"))
    return int(next(told, "0"))


def library(me: Visitor) -> str:
    """Go to the library by the palette of commands; the entry is in it."""
    me.press("ctrl+k")
    me.see("Find a command", "text")
    me.type("library")
    me.press("Return")
    me.see("Search the library", "text")
    [entry] = me.wait("entry", lambda: [t["name"] for t in me.widgets() if t["name"].startswith(f"{CONCEPT}. ")])
    me.shoot("8-library")
    return f"a screen reader says “{entry}”"


def leave(me: Visitor) -> str:
    """Quit by the keyboard; the program ends by itself, with status 0."""
    me.press("ctrl+q")
    status = me.process.wait(30)
    assert status == 0, f"It ended with status {status}."
    return "ended with status 0"


def lose_engine(me: Visitor) -> str:
    """Kill the engine in the middle of a job: the window says so, lives on, and the job can be started again."""
    arrive(me)
    me.click(FIELD, "text")
    me.press("ctrl+a")
    me.type(CONCEPT)
    me.press("ctrl+Return")
    me.see("Cancel", "button", 30)
    me.wait("second stage", lambda: any("(2 of 7)" in t["text"] for t in me.widgets()), ERASURE_S)
    psutil.Process(me.wait("engine", lambda: engine(me.window))).kill()
    me.see_text("The engine stopped in the middle of the job.", 30)
    me.shoot("9-engine-killed")
    me.click("Library", "box")
    me.see("Search the library", "text")
    return "the job failed in words, the window went on"
