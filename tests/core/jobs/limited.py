"""A process that may take only so much memory more than it has once the model is open: `python -m … FOLDER MEGABYTES`.

It shoots many pictures of the bundled pair at once, and prints what the job says, a line of JSON for each event.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from pathlib import Path

import torch

from core.jobs.events import Event, to_dict
from core.jobs.runner import run_safely
from core.jobs.spec import ShootSpec
from core.settings import change

PICTURES = 48


def job(folder: Path, pictures: int) -> ShootSpec:
    """So many pictures of one step each."""
    return ShootSpec(("Pipwick on a hill",), seeds=tuple(range(pictures)), host="still", steps=1, library=str(folder))


def limit(megabytes: int) -> None:
    """Let this process take no more than so much beyond what it has mapped now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def say(event: Event) -> None:
    """Print an event but for what is seen on it."""
    told = {name: value for name, value in to_dict(event).items() if name not in ("png", "data")}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    change(memory="high")
    where, most = Path(sys.argv[1]), int(sys.argv[2])
    run_safely(job(where / "warm", 1), lambda _event: None)
    limit(most)
    run_safely(job(where / "library", PICTURES), say)
