"""A contact sheet of what the benchmark's encoders draw: a row a concept, a column a preset, one prompt and seed a row.

    python -m tests.benchmarks.sheet runs/erasures-a runs/erasures-b --host animatediff

The first final prompt of each concept is taken, whatever it shows: the sheet is a sample, not a selection.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.concepts import Concept, world
from core.evaluation.scorecard import Bench, prompts_for
from core.generation.sample import Sampling, sample
from core.jobs.vocabulary import known_concept
from core.jobs.workshop import family, judge, motion_judge
from core.prompts import Purpose
from tests.benchmarks.erasures import BASELINES, Store, encoder_of
from tests.benchmarks.tables import Rows

EDGE, GAP, LEFT, TOP = 96, 4, 120, 22


def picture(store: Store, concept: Concept, preset: str, host: str, seed: int) -> NDArray[np.uint8]:
    """The middle frame of the concept's first direct prompt under one column."""
    opened, known = family("starter"), world("starter")
    bench = Bench(judge("starter"), motion_judge("starter"), known, Purpose.FINAL, seed)
    prompt = prompts_for(bench, (concept,), {"direct": 1})["direct"][0]
    sampling = Sampling(negative_prompt=concept.phrase if preset == "negative_prompt" else "")
    encoder = encoder_of(store, opened, concept, preset)
    frames = sample(opened.host(host), encoder, [prompt.text], [prompt.seed], sampling)
    return frames[0, frames.shape[1] // 2]


def sheet(rows: Rows, host: str, seed: int) -> Image.Image:
    """The pictures with the names of concepts and columns."""
    concepts, presets = rows.concepts, rows.presets
    width, height = LEFT + len(presets) * (EDGE + GAP), TOP + len(concepts) * (EDGE + GAP)
    page = Image.new("RGB", (width, height), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=12)
    for column, preset in enumerate(presets):
        pen.text((LEFT + column * (EDGE + GAP), 4), preset, fill="black", font=font)
    for line, name in enumerate(concepts):
        top = TOP + line * (EDGE + GAP)
        pen.text((4, top + EDGE // 2), name, fill="black", font=font)
        for column, preset in enumerate(presets):
            store = next((s for s in rows.stores if preset in BASELINES or s.facts(name, preset)), None)
            if store is None or "failed" in store.facts(name, preset):
                continue
            drawn = picture(store, known_concept(world("starter"), name), preset, host, seed)
            page.paste(Image.fromarray(drawn).resize((EDGE, EDGE)), (LEFT + column * (EDGE + GAP), top))
    return page


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description="Draw the benchmark's contact sheet.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--host", default="still")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    given = parser.parse_args()
    made = sheet(Rows(given.folders), given.host, given.seed).quantize(256)
    made.save(given.out / f"erasures-{given.host}.png", optimize=True)


if __name__ == "__main__":
    main()
