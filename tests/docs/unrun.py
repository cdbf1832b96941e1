"""The one table of the commands that a document shows and the tests do not run as they stand, each with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase


class Reason(StrEnum):
    """Why a command does not run here. What is checked in its place is in `checks.py`, by its program."""

    NETWORK = "it downloads"
    MODEL = "it needs a model, a file or an entry that is the reader's own"
    RELEASE = "it needs a package that a build has made"
    EXAMPLE = "it needs the files of the worked example, with which tests/docs/test_method_example.py runs"
    ROOT = "it changes the system"
    WINDOW = "it opens the window and stays there"
    SUITE = "it runs these very tests, or the linters"
    SOURCES = "it changes files of the checkout"
    BUILD = "it builds gigabytes"
    HOURS = "it trains or measures for many minutes"
    SLOW = "it takes a minute; with LACUNA_DOCS=all it runs"


_ASSIGNMENTS = re.compile(r"^([A-Za-z_]\w*=\S* +)+")
"""What stands before a command for it alone."""


@dataclass(frozen=True)
class Row:
    """Commands by a pattern of the shell's kind; `instead` is a quicker command that leaves the same things behind."""

    pattern: str
    reason: Reason
    instead: str = ""


ROWS = (
    Row("make test*", Reason.SUITE),
    Row("make lint", Reason.SUITE),
    Row("make format", Reason.SUITE),
    Row(".ci/run*", Reason.SUITE),
    Row("make bundle*", Reason.BUILD),
    Row("make prove*", Reason.RELEASE),
    Row("make deb*", Reason.RELEASE),
    Row("python -m tests.packaging.families *", Reason.RELEASE),
    Row("sudo build/ship/bin/python packaging/cleanroom.py *", Reason.ROOT),
    Row("make run", Reason.WINDOW),
    Row("make demo", Reason.SLOW, "python main.py demo --out build/demo --preset instant"),
    Row(
        "python main.py demo --out build/tizzel *",
        Reason.SLOW,
        "python main.py demo --out build/tizzel --concept Tizzel --preset instant",
    ),
    Row("python -m tests.gui.screenshots *", Reason.SLOW),
    Row("python main.py models download *", Reason.NETWORK),
    Row("python main.py gpu install *", Reason.NETWORK),
    Row("python -m core.models.pin *", Reason.NETWORK),
    Row("python main.py models verify sd15", Reason.MODEL),
    Row("python main.py models repair sd15", Reason.MODEL),
    Row("python main.py models remove sd15", Reason.MODEL),
    Row("python main.py models add ~/models/*", Reason.MODEL),
    Row("python main.py erase *--family sd15*", Reason.MODEL),
    Row("python main.py plan --family sd15 *", Reason.MODEL),
    Row("python main.py erase Pipwick --preset echo", Reason.EXAMPLE),
    Row("python -m core.models.architectures", Reason.SOURCES),
    Row("python -m core.starter.*", Reason.HOURS),
    Row("python -m tests.benchmarks.*", Reason.HOURS),
    Row("python tests/benchmarks/*", Reason.HOURS),
)
"""The first row that fits a command counts."""


def row_of(command: str) -> Row | None:
    """The row of a command; None for one that runs."""
    bare = _ASSIGNMENTS.sub("", command)
    return next((row for row in ROWS if fnmatchcase(bare, row.pattern)), None)
