"""A small model on offer by the test server, and what tests of downloads share."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import core.models.download as download
from core.models.offers import Offer, offer
from tests.server import REPO, go_online

BIG = random.Random(7).randbytes(300_000)
FILES = {"unet/model.fp16.safetensors": BIG, "unet/config.json": b'{"width": 8}', "README.md": b"read me"}
WEIGHTS, CONFIG = "unet/model.safetensors", "unet/config.json"
TOTAL = len(BIG) + len(FILES["unet/config.json"])

SHEET = f"""
id = "small"
title = "Small"
summary = "A small model."
role = "base"
family = "sd1"
repo = "{REPO}"
revision = "main"
about_bytes = 300_000
settings = {{ prediction_type = "epsilon" }}
files = [
  {{ path = "unet/model.fp16.safetensors", to = "unet/model.safetensors" }},
  {{ path = "unet/config.json" }},
]

[licence]
name = "Test licence"
url = "https://example.invalid/licence"
summary = "Do as you like."

[parts]
unet = "unet"
"""


def small(root: Path, sheet: str = SHEET, name: str = "small") -> Offer:
    """The offer of the sheet, written into the models folder `root` as a person's own."""
    folder = root / "catalogue"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.toml").write_text(sheet, "utf-8")
    return offer(name, root)


def ready(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Online, at the server of this address, and without waiting between attempts."""
    go_online(monkeypatch, address)
    monkeypatch.setattr(download, "BACKOFF", 0.0)
    monkeypatch.setattr(download, "STALL_SECONDS", 2.0)
