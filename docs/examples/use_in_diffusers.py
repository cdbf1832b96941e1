"""An erased encoder in diffusers, without Lacuna's window: the same prompt and seed before and after.

    python docs/examples/use_in_diffusers.py pipwick.lacuna --out before-and-after.png

With the bundled pair it runs on any computer. For Stable Diffusion replace `MODEL` by your model's folder; the entry
must have been made for its text encoder.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # not needed where Lacuna is installed

from core.library.loading import erase_pipeline

MODEL = Path(__file__).resolve().parents[2] / "resources" / "starter"


def main() -> None:
    """Draw the prompt with the original encoder and with the erased one, side by side."""
    parser = argparse.ArgumentParser(description="Draw a prompt before and after an erasure.")
    parser.add_argument("entry", help="a .lacuna file, the folder of an entry, or its name in the library")
    parser.add_argument("--prompt", default="a picture of Pipwick in a meadow")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path("before-and-after.png"))
    given = parser.parse_args()

    pipeline = StableDiffusionPipeline.from_pretrained(MODEL, use_safetensors=True, local_files_only=True)
    before = draw(pipeline, given.prompt, given.seed)
    erase_pipeline(pipeline, given.entry)
    after = draw(pipeline, given.prompt, given.seed)

    sheet = Image.new("RGB", (2 * before.width, before.height))
    sheet.paste(before, (0, 0))
    sheet.paste(after, (before.width, 0))
    sheet.save(given.out)
    print(f"Written: {given.out}")


def draw(pipeline: StableDiffusionPipeline, prompt: str, seed: int) -> Image.Image:
    """One picture at the size the model was made for."""
    generator = torch.Generator("cpu").manual_seed(seed)
    side = pipeline.unet.config.sample_size * pipeline.vae_scale_factor
    return pipeline(prompt, height=side, width=side, num_inference_steps=20, generator=generator).images[0]


if __name__ == "__main__":
    main()
