"""The steps of a release that a machine takes: each says what it saw, or raises AssertionError with what is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import checksums
from payload import BUNDLE_LIMIT, ROOT, size

from core.hardware.software import lacuna_version
from core.models.offers import offers

DIST = ROOT / "dist"
REPORTS = ROOT / "build" / "release"
"""For what the steps keep: reports, pictures, and how far the release has come."""

DEB_LIMIT = 420_000_000
"""Bytes; what Lacuna promises for the CPU variant."""

_RELEASED = (".deb", ".xz", ".exe", ".bin", ".dmg")

Step = Callable[[], str]


def _require(ok: object, told: str) -> None:
    if not ok:
        raise AssertionError(told)


def _git(*words: str) -> str:
    return subprocess.run(("git", *words), cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _run(*command: str) -> None:
    """A long command, whose output is seen; AssertionError where it fails."""
    done = subprocess.run(command, cwd=ROOT, check=False)
    _require(done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}")


def commit() -> str:
    """What is released."""
    return _git("rev-parse", "HEAD")


def source() -> str:
    """What the steps work on: the commit, with a mark while files differ from it, so that no earlier step counts."""
    return commit() + ("+" if _git("status", "--porcelain") else "")


def tree() -> str:
    """What is released is what is committed."""
    changed = _git("status", "--porcelain")
    _require(not changed, f"not committed: {', '.join(changed.splitlines()[:5])}")
    return commit()[:12]


def version() -> str:
    """The version is new."""
    tag = f"v{lacuna_version()}"
    _require(not _git("tag", "--list", tag), f"{tag} is tagged already: raise the version in pyproject.toml")
    return tag


def changelog() -> str:
    """The version has a section with its day."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    found = re.search(rf"^## {re.escape(lacuna_version())} \((.+)\)$", text, re.MULTILINE)
    day = found[1] if found else ""
    _require(re.fullmatch(r"\d{4}-\d\d-\d\d", day), f"CHANGELOG.md needs: ## {lacuna_version()} (YYYY-MM-DD)")
    return day


def tests() -> str:
    """Everything that a change must pass, in a new environment."""
    _run(str(ROOT / ".ci" / "run"))
    return "passed"


def bundle() -> str:
    """Built, and of this version."""
    _run("make", "bundle")
    asked = (str(DIST / "lacuna" / "lacuna"), "--version")
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    _require(told == f"lacuna {lacuna_version()}", f"the bundle calls itself “{told}”")
    return told


def licences() -> str:
    """Every part has a licence that allows it to be passed on; the build ends where one has not."""
    told = json.loads((DIST / "lacuna/_internal/resources/licences.json").read_text("utf-8"))
    _require(told.get("parts"), "the bundle lists no parts: build it anew")
    return f"{len(told['parts'])} parts"


def proof() -> str:
    """A stranger does the main job in the frozen window."""
    _run("make", "prove")
    return "see dist/proof"


def packages() -> str:
    """The Debian package and the archive."""
    _run("make", "deb", "archive")
    return ", ".join(path.name for path in released())


def sizes() -> str:
    """Within what is promised."""
    made = size(DIST / "lacuna")
    deb = sum(path.stat().st_size for path in released() if path.suffix == ".deb")
    _require(made <= BUNDLE_LIMIT, f"the bundle has {made:,} bytes, {BUNDLE_LIMIT:,} are promised")
    _require(0 < deb <= DEB_LIMIT, f"the .deb has {deb:,} bytes, {DEB_LIMIT:,} are promised")
    return f"bundle {made / 1e6:,.0f} MB, .deb {deb / 1e6:,.0f} MB"


def cleanroom() -> str:
    """Both packages, installed and removed in clean roots; needs root."""
    deb, archive = (next(path for path in released() if path.suffix == suffix) for suffix in (".deb", ".xz"))
    sudo = () if os.geteuid() == 0 else ("sudo",)
    script = (sys.executable, str(ROOT / "packaging" / "cleanroom.py"))
    _run(*sudo, *script, "--deb", str(deb), "--archive", str(archive), "--out", str(REPORTS / "cleanroom"))
    return f"see {REPORTS.relative_to(ROOT)}/cleanroom"


def sums() -> str:
    """SHA256SUMS over all that is in dist/, that of other systems too."""
    _require(files := released(), "there is nothing of this version in dist/")
    made = checksums.write_sums(files)
    wrong = checksums.wrong(made)
    _require(not wrong, f"changed while they were read: {wrong}")
    return f"{made.relative_to(ROOT)}: {len(files)} files"


def released() -> list[Path]:
    """The files of this version in dist/."""
    return sorted(path for path in DIST.glob(f"lacuna*{lacuna_version()}*") if path.suffix in _RELEASED)


STEPS: dict[str, Step] = {
    step.__name__: step
    for step in (tree, version, changelog, tests, bundle, licences, proof, packages, sizes, cleanroom, sums)
}
"""In their order."""


def _unpinned() -> list[str]:
    return [found.id for found in offers() if not found.pinned]


def _unaddressed() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [] if "email" in project["authors"][0] else ["pyproject.toml: give the first author an address (the .deb's)"]


def for_people() -> list[str]:
    """What is left for a person, in order: what a machine may not do, or could not do here."""
    name = lacuna_version()
    loose = _unpinned()
    pins = [f"python -m core.models.pin, online: {len(loose)} models have no hashes yet ({', '.join(loose)})"]
    return [
        *(pins if loose else []),
        *_unaddressed(),
        "on Windows, CPU and CUDA: python packaging/build.py, then the setup by packaging/windows/lacuna.iss; try it",
        "on a Mac: python packaging/build.py, then packaging/macos/README.md; try it",
        "put their files into dist/, then: python packaging/release.py --from sums",
        "sign: gpg --detach-sign --armor dist/SHA256SUMS",
        f"git tag --sign v{name} && git push --tags",
        "upload what SHA256SUMS lists, SHA256SUMS itself and its signature",
        "write the new version into the feed that the bundles ask (packaging/build.py --feed)",
        "download the .deb from where people get it, install it, and erase something",
        "announce it",
    ]
