"""Every host of every real family, run by the frozen application: python -m tests.packaging.families dist/lacuna.

Small random models are written by the tests' own code; the bundle, with nothing of Python in its environment, links a
judge and makes a picture or clip with each host. A package or module that the bundle lacks shows here. Erasing needs
no more of them, and is proved on the starter.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from core.media.clip import read_clip
from tests.core.generation.tiny import FAMILIES, folder, hosts, tiny
from tests.models import write_judge

SECONDS = 600


def ran(bundle: Path, home: Path, *arguments: str) -> str:
    """What a command of the bundle says; SystemExit with its complaint where it fails."""
    environment = {"HOME": str(home), "PATH": "/nowhere", "OMP_NUM_THREADS": "1"}
    command = [str(bundle / "lacuna"), *arguments]
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def tries(bundle: Path, home: Path, family: str) -> Iterator[str]:
    """Each host of a family, once it has worked."""
    card = tiny(family).card
    ran(bundle, home, "settings", "set", "models", str(folder() / f"{family}-epsilon" / "models"))
    ran(bundle, home, "models", "add", str(home / "judge"))
    for host in hosts(family):
        made = home / f"{family}-{host}.{'png' if host == 'still' else 'webm'}"
        ran(
            bundle, home, "generate", "a cat", "--family", card.name, "--host", host, "--steps", "2", "--out", str(made)
        )
        if host != "still" and len(read_clip(made).frames) < 2:
            sys.exit(f"{made.name} has no frames to move.")
        yield f"{family}: {host}"


def main(argv: list[str]) -> int:
    """Try all and say what worked, and how long each took."""
    bundle = Path(argv[1]).absolute()
    with tempfile.TemporaryDirectory(prefix="lacuna-families-") as home:
        write_judge(Path(home) / "judge")
        began = time.monotonic()
        for family in FAMILIES:
            for worked in tries(bundle, Path(home), family):
                print(f"{time.monotonic() - began:6.1f} s  {worked}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
