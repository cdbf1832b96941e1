"""Run by tests in a process of its own: works on a library under a limit, and says on stdout how that went."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from core.errors import LacunaError
from core.library.query import Query
from core.library.store import Library
from tests.core.library.samples import SCORECARD, add, delta, manifest


def stop_at(event: str, word: str) -> None:
    """Halt this process for good where an audit event names a path that holds `word`."""

    def hook(name: str, arguments: tuple[object, ...]) -> None:
        if name == event and word in str(arguments[0]):
            print("HALTED", flush=True)
            sys.stdin.read()

    sys.addaudithook(hook)


def limit_file_size() -> None:
    """Let the system refuse to write files beyond 50 kB, as a full disk would."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))


def leave_root() -> None:
    """Become a user without rights if this process has them all; what is imported at need is imported before."""
    with tempfile.TemporaryDirectory() as folder:
        add(Library(folder), "Warm")
        Library(folder).rows()
    if os.geteuid() == 0:
        os.seteuid(65534)


def report(root: Path) -> None:
    """Try to add an entry of 200 kB and print what a reader and a writer got."""
    library = Library(root)
    names = [entry.name for entry in library.entries()]
    found = [row.name for row in library.rows(Query("first"))]
    try:
        library.add(manifest("Second"), delta(10_000), SCORECARD, {})
        kind, text = "", ""
    except LacunaError as error:
        kind, text = str(error.kind), str(error)
    print(json.dumps({"names": names, "found": found, "kind": kind, "text": text}))


def main(root: Path, mode: str, *words: str) -> None:
    """`add EVENT WORD` and `rescore EVENT WORD` halt half-way; `small` and `powerless` report."""
    if mode == "add":
        stop_at(*words)
        add(Library(root), "Second")
    elif mode == "rescore":
        stop_at(*words)
        Library(root).set_scorecard("First", {"schema": 1, "n": 400})
    elif mode == "small":
        limit_file_size()
        report(root)
    else:
        leave_root()
        report(root)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
