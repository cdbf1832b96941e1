"""Other programs are started without the libraries of a bundle."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from core.outside import environment, outside

BUNDLE = {"_PYI_ARCHIVE_FILE": "/opt/lacuna/lacuna", "LD_LIBRARY_PATH": "/opt/lacuna/_internal", "HOME": "/home/me"}
TOLD = "import os; print(os.environ.get('LD_LIBRARY_PATH'))"


def test_what_stood_there_before_the_bundle_stands_there_again() -> None:
    assert "LD_LIBRARY_PATH" not in environment(BUNDLE)
    made = environment({**BUNDLE, "LD_LIBRARY_PATH_ORIG": "/usr/local/cuda"})
    assert made["LD_LIBRARY_PATH"] == "/usr/local/cuda"
    assert "LD_LIBRARY_PATH_ORIG" not in made
    assert made["HOME"] == "/home/me"


def test_a_checkout_passes_its_own_on() -> None:
    assert environment({"LD_LIBRARY_PATH": "/mine"}) == {"LD_LIBRARY_PATH": "/mine"}


def test_only_meanwhile_does_a_child_see_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in BUNDLE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/mine")
    with outside():
        done = subprocess.run([sys.executable, "-c", TOLD], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "/mine"
    assert os.environ["LD_LIBRARY_PATH"] == BUNDLE["LD_LIBRARY_PATH"]
    assert os.environ["LD_LIBRARY_PATH_ORIG"] == "/mine"
