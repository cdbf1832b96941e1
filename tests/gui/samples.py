"""A small library to look at: entries with drawn clips and plausible scorecards."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from core.jobs.probe_list import probe_card
from core.library.entry import Entry
from core.library.knowledge import keep_knowledge
from core.library.manifest import Manifest
from core.library.store import Library
from core.media.clip import write_clip, write_picture
from core.starter.brush import Picture, Pose
from core.starter.world import Scene, draw_clip

HOSTS = ("animatediff", "text2video")
POSE = Pose(0.5, 0.57, 0.34)


def rate(value: float, n: int) -> dict[str, float | int]:
    """A rate with its Wilson interval, as a scorecard holds it."""
    z = 1.96
    middle = (value + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(value * (1 - value) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return {"value": value, "n": n, "low": max(0.0, middle - half), "high": min(1.0, middle + half)}


def _column(seen: float, kept: float, n: int) -> dict[str, Any]:
    return {
        "direct": rate(seen, n),
        "paraphrase": rate(max(0.0, seen - 0.02), n),
        "implicit": rate(seen * 0.4, n),
        "neighbours": rate(kept, n),
        "unrelated": rate(min(1.0, kept + 0.02), n),
    }


def scorecard(concept: str, kind: str, quick: bool = True) -> dict[str, Any]:
    """A scorecard of a good erasure."""
    n = 24 if quick else 400
    hosts: dict[str, Any] = {}
    for host, before, after in (("still", 0.96, 0.04), ("animatediff", 0.92, 0.05), ("text2video", 0.88, 0.08)):
        hosts[host] = {
            "original": _column(before, 0.94, n),
            "negative_prompt": _column(0.41, 0.9, n),
            "erased": _column(after, 0.92, n),
            "retained": {"neighbours": rate(0.97, n), "unrelated": rate(0.99, n)},
        }
    return {
        "schema": 1,
        "concept": concept,
        "kind": kind,
        "family": "starter",
        "method": "guarded",
        "settings": {},
        "seed": 0,
        "judge": "starter judge",
        "quick": quick,
        "hosts": hosts,
        "seconds": {"generation": 11.0, "erasure": 24.0, "evaluation": 31.0},
        "peak_memory_bytes": 1_310_000_000,
        "artifact_bytes": 612_000,
        "strength": 1.0,
    }


def clip(subject: str, motion: str = "bounce", background: str = "meadow", style: str | None = None) -> Picture:
    """A drawn clip, (12, 64, 64, 3)."""
    return draw_clip(Scene(subject, None, style, background, motion, POSE, seed=3), 64)


def add_entry(library: Library, folder: Path, concept: str, kind: str, anchor: str, start: str = "") -> Entry:
    """Keep an entry whose clips show the concept before, and its anchor after; `start` is what it went on from."""
    style = concept if kind == "style" else None
    prompt = f"{concept} bouncing in a meadow"
    shown = {
        "before": clip("house" if style else concept, style=style),
        "negative": clip(anchor, background="beach"),
        "after": clip("house" if style else anchor),
    }
    previews: dict[str, Path] = {}
    for host in HOSTS:
        for column, frames in shown.items():
            stem = f"{column}-{host}"
            previews[stem] = write_clip(folder / stem, frames, 8.0, {"prompt": prompt, "seed": 0}, scale=4)
    pair = np.hstack([shown["before"][6], shown["after"][6]])
    previews["thumbnail"] = write_picture(folder / "thumbnail.png", pair, {}, scale=3)
    manifest = Manifest(
        name=concept,
        concept=concept,
        kind=kind,
        family="starter",
        base="0" * 64,
        method="guarded",
        preset="guarded",
        settings={},
        strength=1.0,
        seed=0,
        prompt=prompt,
        seconds={"erasure": 24.0},
        versions={"lacuna": "0.1"},
        start=start,
    )
    delta = {"text_model.final_layer_norm.weight": np.ones(8, np.float16)}
    return library.add(manifest, delta, scorecard(concept, kind), previews)


PROMPTS = (
    "Pipwick on a hill",
    "a drawing of <b>Pipwick</b> by the sea",
    "Pipwick spins in the snow",
    "Pipwick at night",
)
_RATES = {
    "direct": (0.92, 0.0),
    "paraphrase": (0.75, 0.08),
    "implicit": (0.33, 0.08),
    "token_search": (1.0, 0.33),
    "embedding_inversion": (1.0, 0.75),
    "latent_inversion": (0.92, 0.92),
}


def probe_record(name: str, before: float, after: float, n: int = 12) -> dict[str, Any]:
    """One probe of a report, with two examples; the concept came back in the first where it came back at all."""
    card = probe_card(name)
    examples = [
        {
            "prompt": PROMPTS[k % len(PROMPTS)] if card.text else "",
            "seed": 17 + k,
            "before": f"{name}-{k}-before.png",
            "after": f"{name}-{k}-after.png",
            "seen_before": True,
            "seen_after": k == 1 and after > 0.05,
        }
        for k in (1, 2)
    ]
    return {
        "name": name,
        "title": card.title,
        "attack": card.attack,
        "text": card.text,
        "note": "Found: “sprout leafy”." if name == "token_search" else "",
        "before": rate(before, n),
        "after": rate(after, n),
        "seconds": 3.0,
        "budget": "40 steps" if card.attack else "",
        "examples": examples,
    }


def report(entry: Entry, rates: dict[str, tuple[float, float]], complete: bool = True) -> dict[str, Any]:
    """A probe report as the job keeps it."""
    return {
        "entry": entry.id,
        "concept": entry.name,
        "concepts": [entry.name],
        "family": "starter",
        "host": "still",
        "seed": 0,
        "judge": "starter judge",
        "complete": complete,
        "seconds": 18.0,
        "pictures": 12,
        "budget": 40,
        "probes": [probe_record(name, *pair) for name, pair in rates.items()],
    }


def add_report(
    library: Library, folder: Path, entry: Entry, rates: dict[str, tuple[float, float]] | None = None, **more: bool
) -> Entry:
    """Keep a report whose pictures show the concept, and a critter where it did not come back."""
    data = report(entry, rates or _RATES, **more)
    shown = {True: clip("Pipwick")[6], False: clip("critter")[6]}
    files = {seen: write_picture(folder / f"seen-{seen}.png", picture, {}, scale=3) for seen, picture in shown.items()}
    examples = [example for probe in data["probes"] for example in probe["examples"]]
    pictures = {example[column]: files[example[f"seen_{column}"]] for example in examples for column in SIDES}
    return library.add_report(entry.id, data, pictures)


SIDES = ("before", "after")


def found(name: str, kind: str, value: float, verdict: str, seen_as: str = "") -> dict[str, Any]:
    """What a scan found out about a concept."""
    return {
        "name": name,
        "kind": kind,
        "rate": rate(value, 12),
        "chance": 0.2,
        "verdict": verdict,
        "seen_as": seen_as or name,
        "seed": 0,
    }


def add_knowledge(root: Path) -> None:
    """Keep a scan that knows Grumbo best, doubts Tizzel and does not know Ollaby."""
    listed = [
        found("Grumbo", "character", 1.0, "known"),
        found("Pipwick", "character", 0.92, "known"),
        found("Tizzel", "character", 0.5, "unsure"),
        found("Ollaby", "character", 0.08, "unknown", "critter"),
        found("car", "object", 1.0, "known"),
        found("house", "object", 0.83, "known"),
    ]
    keep_knowledge(root, "starter", "0" * 64, listed)
