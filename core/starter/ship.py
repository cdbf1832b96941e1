"""Put a finished training run where the application looks for it: `python -m core.starter.ship --run runs/starter`.

Weights are stored as float16 safetensors, with a `model_index.json` that makes the folder a diffusers pipeline, and
`SHA256SUMS.json`, which `doctor` checks.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from core.models.checksums import CHECKSUMS, list_files
from core.resources import resource

PARTS = (
    "tokenizer",
    "text_encoder",
    "vae",
    "unet",
    "scheduler",
    "motion_adapter",
    "video_unet",
    "judge",
    "motion_judge",
)

_INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": "0.42.1",
    "requires_safety_checker": False,
    "safety_checker": [None, None],
    "feature_extractor": [None, None],
    "image_encoder": [None, None],
    "scheduler": ["diffusers", "DDIMScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderTiny"],
}


def halve(path: Path) -> None:
    """Rewrite a safetensors file with its floating tensors in float16."""
    tensors = {
        name: value.half().contiguous() if value.is_floating_point() else value
        for name, value in load_file(path).items()
    }
    save_file(tensors, path, {"format": "pt"})


def ship(run: Path, target: Path) -> int:
    """Copy the parts, halve the weights, write index and checksums; gives the bytes of all weights."""
    for part in PARTS:
        shutil.rmtree(target / part, ignore_errors=True)
        shutil.copytree(run / part, target / part)
    weights = sorted(target.rglob("*.safetensors"))
    for path in weights:
        halve(path)
    (target / "model_index.json").write_text(json.dumps(_INDEX, indent=2) + "\n", "utf-8")
    (target / CHECKSUMS).write_text(json.dumps(list_files(target), indent=1) + "\n", "utf-8")
    return sum(path.stat().st_size for path in weights)


def main() -> None:
    """Entry point of the command."""
    parser = argparse.ArgumentParser(prog="python -m core.starter.ship", description="Ship a training run.")
    parser.add_argument("--run", type=Path, default=Path("runs/starter"))
    given = parser.parse_args()
    torch.set_num_threads(1)
    target = resource("starter")
    target.mkdir(parents=True, exist_ok=True)
    print(f"{ship(given.run, target) / 1e6:.1f} MB of weights in {target}")


if __name__ == "__main__":
    main()
