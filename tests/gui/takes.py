"""A gallery to look at: drawn takes of two prompts, three encoders and two seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.library.gallery import Gallery
from core.media.clip import write_clip, write_picture
from tests.gui.samples import clip

LENSES: tuple[dict[str, Any], ...] = (
    {"encoder": "original", "encoder_name": "Original", "negative_prompt": "", "strength": None},
    {"encoder": "original", "encoder_name": "Original", "negative_prompt": "Pipwick", "strength": None},
    {"encoder": "20261101-pipwick-abcdef", "encoder_name": "Pipwick", "negative_prompt": "", "strength": 0.9},
)
SHOWN = ("Pipwick", "critter", "critter")


def take_metadata(**changes: Any) -> dict[str, Any]:
    """What a take of the original encoder tells."""
    return {
        "prompt": "Pipwick bouncing in a meadow",
        "seed": 1,
        "family": "starter",
        "host": "animatediff",
        **LENSES[0],
        "steps": 10,
        "guidance": 4.0,
        "frames": 12,
        "size": 64,
        "group": "20261124T101500-aaaaaa",
        "created": "2026-11-24T10:15:00+00:00",
        "order": 0,
        **changes,
    }


def add_takes(root: Path, seeds: tuple[int, ...] = (1, 2)) -> Gallery:
    """Keep a clip of each seed and encoder, and a picture of another prompt with each."""
    gallery, order = Gallery(root), 0
    for seed in seeds:
        for lens, subject in zip(LENSES, SHOWN, strict=True):
            about = take_metadata(**lens, seed=seed, order=order)
            write_clip(gallery.new_path(about["prompt"], seed, about["group"]), clip(subject), 8.0, about, scale=4)
            order += 1
    for lens, subject in zip(LENSES, ("car", "car", "crate"), strict=True):
        about = take_metadata(
            **lens, prompt="a car on a beach", host="still", group="20261124T111500-bbbbbb",
            created="2026-11-24T11:15:00+00:00", frames=1, order=order,
        )  # fmt: skip
        path = gallery.new_path(about["prompt"], 1, about["group"]).with_suffix(".png")
        write_picture(path, clip(subject)[6], about, scale=4)
        order += 1
    return gallery
