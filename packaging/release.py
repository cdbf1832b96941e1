"""The checklist of a release, as a script: python packaging/release.py [--list] [--from STEP].

Each step is told with ✓ or ✗; the first ✗ ends it with status 1. What was done for this very commit is not done again,
so that the same command goes on where it stopped; --from starts over at a step. What is left for a person stands last.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from release_steps import REPORTS, STEPS, Step, for_people, source

from core.files import atomic_write_text, read_object

STATE = "state.json"


def _done(state: Path, now: str) -> dict[str, str]:
    """What each step said that was done for the commit `now`; nothing where the file is missing or broken."""
    try:
        kept = read_object(state)
    except ValueError:
        return {}
    return dict(kept["done"]) if kept.get("commit") == now else {}


def _keep(state: Path, now: str, done: Mapping[str, str]) -> None:
    atomic_write_text(state, json.dumps({"commit": now, "done": dict(done)}, ensure_ascii=False, indent=2) + "\n")


def take(steps: Mapping[str, Step], state: Path, now: str, start: str = "") -> bool:
    """Take every step that is not done for the commit `now`, and all from `start` on; whether none failed."""
    names = list(steps)
    before = names[: names.index(start)] if start else names
    done = {name: told for name, told in _done(state, now).items() if name in before}
    for name in names if not start else names[names.index(start) :]:
        if name in done:
            print(f"✓ {name}: {done[name]} (before)", flush=True)
            continue
        try:
            done[name] = steps[name]()
        except (AssertionError, OSError, subprocess.CalledProcessError) as error:
            print(f"✗ {name}: {error}", flush=True)
            return False
        print(f"✓ {name}: {done[name]}", flush=True)
        _keep(state, now, done)
    return True


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="show the steps and what is left for a person, do nothing")
    parser.add_argument("--from", dest="start", choices=list(STEPS), default="", help="start over at this step")
    given = parser.parse_args()
    if given.list:
        print("\n".join(f"{name}: {step.__doc__}" for name, step in STEPS.items()))
    elif not take(STEPS, REPORTS / STATE, source(), given.start):
        return 1
    print("\nLeft for a person:\n" + "\n".join(f"☐ {told}" for told in for_people()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
