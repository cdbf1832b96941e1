"""Write the model card from what was logged and measured: `python -m core.starter.card --run runs/starter`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.evaluation.figures import Figure
from core.files import atomic_write_text
from core.resources import resource
from core.starter.settings import TrainSettings

_HEAD = """# The starter pair

A small text-to-image and text-to-video family, drawn, trained and judged by the code of this repository. It exists so
that Lacuna's main job runs anywhere and is tested for real. It knows one invented world and nothing else: no
photograph, no real person, nobody's character and no artist's work went into it.

| Part | What it is | Weights |
|---|---|---|
"""

_PARTS = {
    "text_encoder": "`CLIPTextModel`, taught to read captions, then frozen: every denoiser was trained against it",
    "vae": "`AutoencoderTiny`, 64 × 64 pixels to 8 channels of 16 × 16",
    "unet": "`UNet2DConditionModel`: the still host, and the ground of the AnimateDiff host",
    "motion_adapter": "`MotionAdapter` for `AnimateDiffPipeline`",
    "video_unet": "`UNet3DConditionModel` for `TextToVideoSDPipeline`; shares no weight with the still host",
    "judge": "`CLIPModel`, trained contrastively on rendered pictures only",
    "motion_judge": "a small convolutional reader of motion, trained on rendered clips only",
}

_TARGETS = {
    "subjects": "≥ 97 %",
    "styles": "≥ 97 %",
    "still": "≥ 90 %",
    "frames": "≥ 85 %",
    "motion": "≥ 80 %",
}


def _figure(figure: Figure) -> str:
    return f"{figure['value']:.1%} ({figure['low']:.1%}–{figure['high']:.1%}), n = {figure['n']}"


def _rows(figures: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, figure in figures.get("judge", {}).items():
        if isinstance(figure, dict):
            yield f"Judges on rendered pictures: {name}", _figure(figure), _TARGETS.get(name, "")
    for kind, figure in figures.get("still", {}).get("kinds", {}).items():
        yield f"Stills, direct prompts: {kind}", _figure(figure), _TARGETS["still"]
    for host in ("animatediff", "text2video"):
        if host in figures:
            yield f"Clips of {host}, frames right", _figure(figures[host]["frames"]), _TARGETS["frames"]
            for kind, figure in figures[host]["kinds"].items():
                yield f"Clips of {host}, frames right: {kind}", _figure(figure), ""
            yield f"Clips of {host}, motion right", _figure(figures[host]["motion"]), _TARGETS["motion"]


def _seconds(log: Path) -> Iterator[tuple[str, int, int]]:
    """Stage, last step, seconds; a stage that was stopped and resumed counts its seconds on."""
    last: dict[str, tuple[int, int]] = {}
    for line in log.read_text("utf-8").splitlines():
        entry = json.loads(line)
        if "seconds" in entry:
            last[entry["stage"]] = (entry["step"], entry["seconds"])
    yield from ((stage, *figures) for stage, figures in last.items())


def card(log: Path, notes: str) -> str:
    """The card's text."""
    folder = resource("starter")
    sizes = {part: sum(p.stat().st_size for p in (folder / part).glob("*.safetensors")) for part in _PARTS}
    parts = "".join(f"| {part} | {what} | {sizes[part] / 1e6:.1f} MB |\n" for part, what in _PARTS.items())
    figures = json.loads((folder / "figures.json").read_text("utf-8"))
    measured = "".join(f"| {name} | {value} | {target} |\n" for name, value, target in _rows(figures))
    trained = "".join(f"| {stage} | {steps} | {seconds} |\n" for stage, steps, seconds in _seconds(log))
    settings = "".join(f"- `{name}`: {value}\n" for name, value in asdict(TrainSettings()).items())
    return (
        f"{_HEAD}{parts}\nTogether {sum(sizes.values()) / 1e6:.1f} MB, float16 safetensors. Licence: MIT.\n\n"
        f"## Figures\n\nOn prompts and seeds outside the training; intervals are 95 % Wilson, and those of frames\n"
        f"count clips. Measured with `python -m core.starter.measure`.\n\n"
        f"| Figure | Measured | Target |\n|---|---|---|\n"
        f"{measured}\n{notes}\n## Training\n\nOn two CPU cores, two stages side by side, without a GPU: "
        f"`python -m core.starter.train`.\n\n| Stage | Steps | Seconds |\n|---|---|---|\n{trained}\n"
        f"### Settings\n\n{settings}"
    )


def main() -> None:
    """Entry point of the command."""
    parser = argparse.ArgumentParser(prog="python -m core.starter.card", description="Write the model card.")
    parser.add_argument("--run", type=Path, default=Path("runs/starter"))
    parser.add_argument("--notes", type=Path, help="a file of remarks to put under the figures")
    given = parser.parse_args()
    notes = given.notes.read_text("utf-8") if given.notes else ""
    atomic_write_text(resource("starter", "MODEL_CARD.md"), card(given.run / "log.jsonl", notes))


if __name__ == "__main__":
    main()
