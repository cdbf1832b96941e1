"""Proves that the bundle works for a stranger, by running it: python packaging/prove.py BUNDLE [--out build/proof].

A copy in a folder with spaces and foreign letters, read-only and without environment, Python or checkout, is used
through display and keyboard by somebody who sees what a screen reader says. Linux only. Needs the test extra and, of
Debian's packages, xvfb, openbox, xdotool, imagemagick, at-spi2-core, dbus and strace. Root runs the program as nobody;
only root can empty the cache of files, which makes a start a cold one. Ends with 1 if anything failed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import journey
import proof
import psutil
import writes
from hands import display, running
from journey import Desk, Visitor, desk, visitor
from measure import MEBIBYTE, Display, Peaks, engine, forget_disk, idle_share, largest, on_disk, pss, summed_up
from payload import BUNDLE_LIMIT, ROOT, checked_bundle
from stranger import Stranger, processes, stranger

from core.hardware.software import lacuna_version
from core.media.reading import read_clip

SCENES = ("main_job", "results", "starts", "second_start", "lost_engine", "version", "doctor", "demo")
"""What is played, in this order: the first start is the first of all."""

AFTERWARDS = ("install_folder", "shared_folders", "home")
"""What is always looked at in the end: nothing was written where it must not be."""

RUNS = 5
"""Starts that are timed, cold and warm."""

PAINT_S, JOB_S = 1.0, 120.0
"""The targets: seconds to the first paint, seconds of the main job from a cold start."""


@dataclass
class Proof:
    """One proof: who plays it, where the pictures go, and what was found out."""

    someone: Stranger
    out: Path
    record: proof.Record
    before: dict[Path, writes.State] = field(default_factory=dict)

    def look_around(self) -> None:
        """Remember what lies where before anything is run."""
        self.before = {self.someone.bundle: writes.snapshot(self.someone.bundle)}
        self.before |= {folder: writes.top_level(folder, self.someone.uid) for folder in writes.SHARED}

    def main_job(self) -> None:
        """From the first start to the library, in the window."""
        cold = forget_disk()
        with desk(self.someone) as at, visitor(self.someone, at, self.out) as me:
            self._measure_first_paint("First start of all", [me.screen.first_paint(me.started, me.process)], cold=cold)
            take = partial(self._take, me)
            take("The welcome", journey.welcome)
            self._measure_rest(me)
            take("The form", journey.ask)
            pressed = time.monotonic()
            with Peaks(me.window).watching() as peaks:
                take("The job", journey.follow)
            seconds = time.monotonic() - pressed
            self.record.measure("Main job in the window, from the press to the clips", seconds, "s", JOB_S, _heat(cold))
            self._measure_memory(me, peaks)
            take("The comparison plays", journey.play)
            take("The library", journey.library)
            self._leave(me)

    def results(self) -> None:
        """What the main job left on the disk."""
        self.record.step("The entry on the disk", self._entry)

    def starts(self) -> None:
        """How long the window takes to be painted."""
        cold = [(forget_disk(), self._start())[1] for _ in range(RUNS)] if forget_disk() else []
        if cold:
            self._measure_first_paint("First paint", cold, cold=True)
        self._measure_first_paint("First paint", [self._start() for _ in range(RUNS)], cold=False)

    def second_start(self) -> None:
        """A second start while the window is open."""
        with desk(self.someone) as at, visitor(self.someone, at, self.out) as me:
            journey.arrive(me)
            self.record.step("A second start", partial(self._second, me, at))
            self._leave(me)

    def lost_engine(self) -> None:
        """The engine is killed in the middle of a job, while strace listens."""
        trace = self.someone.own(self.someone.folder / "trace")
        with desk(self.someone) as at, visitor(self.someone, at, self.out, *writes.listening(trace)) as me:
            self._take(me, "A killed engine", journey.lose_engine)
            self._leave(me)
        self.record.step("Files opened, by strace", partial(self._traced, trace))

    def version(self) -> None:
        """What the command line says of itself."""
        self.record.step("lacuna --version", self._version)

    def doctor(self) -> None:
        """What the command line says of the computer and of the bundle's own parts."""
        self.record.step("lacuna doctor --json", self._doctor)

    def demo(self) -> None:
        """The main job on the command line, from a cold start."""
        cold, started = forget_disk(), time.monotonic()
        self.record.step("lacuna demo", self._demo)
        seconds = time.monotonic() - started
        self.record.measure("Main job on the command line, from exec to exit", seconds, "s", JOB_S, _heat(cold))

    def install_folder(self) -> None:
        """The folder of the program, afterwards."""
        self.record.step("The install folder is untouched", self._install_folder)

    def shared_folders(self) -> None:
        """The folders for everyone, afterwards."""
        self.record.step("Nothing is left in shared folders", self._shared_folders)

    def home(self) -> None:
        """The stranger's home, afterwards."""
        self.record.step("All files lie in Lacuna's own folders", self._home)

    def _take(self, me: Visitor, name: str, step: Callable[[Visitor], str]) -> None:
        try:
            self.record.step(name, lambda: step(me))
        except proof.Broken:
            me.shoot(f"broken-{name.lower().replace(' ', '-')}")
            raise

    def _leave(self, me: Visitor) -> None:
        self._take(me, "Quitting", journey.leave)
        self.record.step("No process left behind", self._alone)

    def _alone(self) -> str:
        _, left = psutil.wait_procs([p for p in processes(self.someone) if p.name() == "lacuna"], timeout=5)
        assert not left, f"Still running: {left}"
        return "none"

    def _measure_first_paint(self, name: str, seconds: list[float], *, cold: bool) -> None:
        told = summed_up(seconds)
        note = f"{_heat(cold)}; worst {told['worst']} of {told['runs']}"
        self.record.measure(f"{name}, {_heat(cold)}", told["median"], "s", PAINT_S, note)

    def _measure_rest(self, me: Visitor) -> None:
        self.record.measure("Work of the window at rest", 100 * idle_share(me.window), "% of a core")
        self.record.measure("Memory of the window at rest", pss(me.window) / MEBIBYTE, "MiB", note="PSS")

    def _measure_memory(self, me: Visitor, peaks: Peaks) -> None:
        at_rest = pss(engine(me.window) or 0)
        for name, size in (("window", peaks.window), ("engine", peaks.engine)):
            self.record.measure(f"Most memory of the {name} during the job", size / MEBIBYTE, "MiB", note="PSS")
        self.record.measure("Memory of the engine after the job", at_rest / MEBIBYTE, "MiB", note="PSS")

    def _start(self) -> float:
        """Seconds to the first paint of a window on a desk without a screen reader."""
        someone = self.someone
        with display(frames=someone.frames) as name:
            screen, started = Display(someone.frames), time.monotonic()
            environment = someone.environment(DISPLAY=name)
            told = {"environment": environment, "output": subprocess.DEVNULL, "user": someone.user}
            with running(someone.program, **told) as process:
                return screen.first_paint(started, process)

    def _entry(self) -> str:
        [entry] = (self.someone.library / "entries").glob("[!.]*")
        manifest = json.loads((entry / "manifest.json").read_text("utf-8"))
        assert manifest["concept"] == journey.CONCEPT, manifest["concept"]
        assert json.loads((entry / "scorecard.json").read_text("utf-8"))["schema"] == 1
        return f"manifest, scorecard and {_clips(entry / 'previews')}"

    def _second(self, me: Visitor, at: Desk) -> str:
        """Start again while the first window is minimised."""
        me.minimise()
        me.wait("display without a window", lambda: not me.screen.painted())
        started = time.monotonic()
        ended = self.someone.run(seconds=30, environment=at.environment(self.someone))
        seconds = time.monotonic() - started
        assert ended.returncode == 0, f"It ended with {ended.returncode}: {ended.stderr.decode()[-300:]}"
        me.wait("first window in front", me.screen.painted, 10)
        return f"ended with 0 after {seconds:.1f} s, and the first window, which was minimised, came to the front"

    def _version(self) -> str:
        told = self._command("--version").strip()
        assert told == f"lacuna {lacuna_version()}", told
        return told

    def _doctor(self) -> str:
        told: dict[str, Any] = json.loads(self._command("doctor", "--json").splitlines()[-1])
        ill = {name: part for name, part in told.items() if isinstance(part, dict) and not part["sound"]}
        assert not ill, ill
        return f"sound: {', '.join(told)}"

    def _demo(self) -> str:
        out = self.someone.home / "demo für Zoë"
        self._command("demo", "--out", str(out), seconds=journey.ERASURE_S)
        told = _clips(out)
        shutil.rmtree(out)
        return told

    def _command(self, *given: str, seconds: float = 60.0) -> str:
        ended = self.someone.run(*given, seconds=seconds)
        told = f"{ended.stdout.decode()[-300:]} {ended.stderr.decode()[-300:]}"
        assert ended.returncode == 0, f"It ended with {ended.returncode}: {told}"
        return ended.stdout.decode()

    def _install_folder(self) -> str:
        before = self.before[self.someone.bundle]
        changes = writes.changed(before, writes.snapshot(self.someone.bundle))
        assert not changes, changes
        return f"{len(before)} files and folders are as they were"

    def _shared_folders(self) -> str:
        after = {folder: writes.top_level(folder, self.someone.uid) for folder in writes.SHARED}
        found = {folder: writes.changed(self.before[folder], state) for folder, state in after.items()}
        left = [path for folder, paths in found.items() for path in paths if path in after[folder]]
        assert not left, left
        return f"nothing of the user's is new in {' or '.join(map(str, writes.SHARED))}"

    def _home(self) -> str:
        found = [path for path in writes.snapshot(self.someone.home) if path != str(self.someone.home)]
        return self._judge(found)

    def _judge(self, paths: list[str]) -> str:
        judged = {path: writes.verdict(path, self.someone) for path in paths}
        self.record.written |= {self.someone.called(path): why or "**no reason**" for path, why in judged.items()}
        strange = sorted(path for path, why in judged.items() if not why)
        assert not strange, f"Written without a reason: {strange}"
        return f"{len(paths)} paths: {', '.join(sorted(set(judged.values())))}"

    def _traced(self, trace: Path) -> str:
        heard = writes.heard(trace)
        foreign = sorted({p for call in heard for p in call.paths if writes.foreign(p, self.someone, ROOT)})
        assert not foreign, f"It reached for Python or the checkout: {foreign[:5]}"
        return self._judge(sorted({path for call in heard if call.writes for path in call.paths}))


def _heat(cold: bool) -> str:
    return "cold" if cold else "warm"


def _clips(folder: Path) -> str:
    """Decode the clips in a folder, here, and say what they are."""
    told = {path.name: read_clip(path).frames for path in sorted(folder.glob("*.webm"))}
    assert len(told) > 1, f"Clips in {folder}: {list(told)}"
    still = [name for name, frames in told.items() if len(frames) != journey.FRAMES or not frames.std(0).any()]
    assert not still, f"Not {journey.FRAMES} frames that move: {still}"
    return f"{len(told)} clips of {journey.FRAMES} moving frames each"


def prove(bundle: Path, out: Path, scenes: Sequence[str]) -> bool:
    """Play scenes with a copy of the bundle, write the record to `out`, and say whether everything went well."""
    out.mkdir(parents=True, exist_ok=True)
    record = proof.Record(lacuna_version())
    record.largest = largest(bundle)
    record.measure("Size of the bundle", on_disk(bundle) / 1e6, "MB", BUNDLE_LIMIT / 1e6)
    try:
        with stranger(bundle) as someone:
            played = Proof(someone, out, record)
            played.look_around()
            for name in (*scenes, *AFTERWARDS):
                record.scene(getattr(played, name))
    finally:
        proof.write(record, out)
    return record.passed


def main() -> int:
    """Read the command line; 1 if a check failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("bundle", type=Path, help="the folder that packaging/build.py made")
    parser.add_argument("--out", type=Path, default=Path("build/proof"), help="gets record and pictures; %(default)s")
    parser.add_argument("--only", action="append", choices=SCENES, help="play this scene; may be repeated")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # what was started is ended all the same
    passed = prove(checked_bundle(given.bundle.resolve()), given.out.resolve(), given.only or SCENES)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
