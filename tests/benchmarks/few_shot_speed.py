"""Time, memory and losses of `few_shot` beside a straightforward loop that does the same work.

    python -m tests.benchmarks.few_shot_speed --model starter --repeat 5
    python -m tests.benchmarks.few_shot_speed --model sd15 --size 64 --epochs 1

`sd15` is the architecture of Stable Diffusion 1.5 (the configurations of its U-Net and of CLIP ViT-L/14's text model)
with random weights, so that nothing need be downloaded: time and memory depend on shapes, not on what was learnt.
Every variant runs in a process of its own. Memory is the most that was resident while the steps ran, less what was
resident once all weights were loaded. Seconds are those of the processor, so that other work on the machine does not
count; they are of the steps with what prepares them, the workers of the script included, loading left out.
"""

from __future__ import annotations

import argparse
import copy
import json
import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, Self

import psutil
import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel

from core.concepts import world
from core.erasure.few_shot import few_shot
from core.erasure.method import Subject, Target
from core.files import atomic_write_text
from core.jobs.workshop import family
from tests.benchmarks.reference_loop import Reference, run_reference
from tests.benchmarks.tables import table

Result = dict[str, Any]


@dataclass(frozen=True)
class Variant:
    """One way to do the work. `against` names the reference that moves the same tensors."""

    title: str
    against: str = "described"
    reference: Reference | None = None
    trainable: str = "mlp+final-attention"
    chunk: int = 2
    checkpointing: bool = False
    bfloat16: bool = False


VARIANTS: dict[str, Variant] = {
    "described": Variant("loop as the paper describes it, U-Net frozen", reference=Reference()),
    "loaded": Variant("the same, U-Net as it is loaded", reference=Reference(frozen=False)),
    "script": Variant("script as it runs", against="script", reference=Reference(as_run=True)),
    "ours": Variant("ours, float32"),
    "ours-1": Variant("ours, float32, one picture a pass", chunk=1),
    "ours-lean": Variant("ours, float32, one picture a pass, checkpointing", chunk=1, checkpointing=True),
    "ours-bf16": Variant("ours, bfloat16 U-Net, one picture a pass", chunk=1, bfloat16=True),
    "ours-least": Variant(
        "ours, bfloat16 U-Net, one picture a pass, checkpointing", chunk=1, checkpointing=True, bfloat16=True
    ),
    "ours-all": Variant("ours, float32, every tensor moves", against="script", trainable="all"),
}


def sd15_subject(size: int) -> Subject:
    """Stable Diffusion 1.5's shapes with random weights; `size` is the side of the latents, 64 for 512 px."""
    torch.manual_seed(0)
    small = family("starter")
    tokenizer = small.tokenizer
    tokenizer.model_max_length = 77
    text = CLIPTextConfig(
        hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, projection_dim=768
    )
    encoder = CLIPTextModel(text).eval().requires_grad_(False)
    unet = UNet2DConditionModel(cross_attention_dim=768, attention_head_dim=8, sample_size=64).eval()
    scheduler = DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
    concept = world("starter").find("Pipwick")
    assert concept is not None
    target = Target(concept, torch.randn(4, 4, size, size))
    generator = torch.Generator().manual_seed(0)
    parts = (encoder, encoder, encoder, tokenizer, unet.requires_grad_(False), scheduler)
    return Subject(*parts, targets=(target,), world=world("starter"), generator=generator, seed=0)


def starter_subject(_size: int) -> Subject:
    """The starter's own shapes and weights, with random latents."""
    small, concept = family("starter"), world("starter").find("Pipwick")
    assert concept is not None
    latents = torch.randn((4, 8, 16, 16), generator=torch.Generator().manual_seed(0))
    parts = (small.encoder, small.encoder, small.encoder, small.tokenizer, small.unet, small.scheduler)
    generator = torch.Generator().manual_seed(0)
    return Subject(*parts, targets=(Target(concept, latents),), world=world("starter"), generator=generator, seed=0)


MODELS: dict[str, Callable[[int], Subject]] = {"starter": starter_subject, "sd15": sd15_subject}


class Watch:
    """The most memory resident in this process while it is open, beyond what was resident at its start; in bytes."""

    def __enter__(self) -> Self:
        self._process, self._over = psutil.Process(), threading.Event()
        self.before = self.peak = self._process.memory_info().rss
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def _look(self) -> None:
        while not self._over.wait(0.004):
            self.peak = max(self.peak, self._process.memory_info().rss)

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()


def processor_seconds() -> float:
    """What this process and its ended children have used so far."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


@torch.no_grad()
def keep(subject: Subject, folder: Path) -> None:
    """Write the change of the tensors that moved, in float16 as the library keeps it."""
    base = dict(subject.original.named_parameters())
    moved = {name: p for name, p in subject.encoder.named_parameters() if p.requires_grad}
    save_file({name: (p - base[name]).half() for name, p in moved.items()}, folder / "delta.safetensors")


def run_ours(subject: Subject, variant: Variant, epochs: int, folder: Path) -> tuple[list[float], float]:
    """The loss of every step, and the seconds that keeping the change took."""
    given = {"trainable": variant.trainable, "epochs": epochs, "chunk": variant.chunk}
    losses = [checkpoint.loss for checkpoint in few_shot(subject, given)]
    began = processor_seconds()
    keep(subject, folder)
    return losses, processor_seconds() - began


def prepare(subject: Subject, variant: Variant) -> Subject:
    """What a memory plan sets on the denoiser, and an encoder of its own to move."""
    if variant.checkpointing:
        subject.unet.enable_gradient_checkpointing()
    if variant.bfloat16:
        subject.unet.to(torch.bfloat16)
    return replace(subject, encoder=copy.deepcopy(subject.original), generator=torch.Generator().manual_seed(0))


def once(subject: Subject, variant: Variant, epochs: int) -> Result:
    """One run from the original encoder."""
    with tempfile.TemporaryDirectory() as name, Watch() as watch:
        began, wall = processor_seconds(), time.perf_counter()
        if variant.reference:
            losses, saving = run_reference(subject, replace(variant.reference, epochs=epochs), Path(name))
        else:
            losses, saving = run_ours(subject, variant, epochs, Path(name))
        seconds, wall = processor_seconds() - began - saving, time.perf_counter() - wall
    return {
        "losses": losses,
        "seconds": seconds,
        "saving": saving,
        "wall": wall,
        "loaded": watch.before,
        "peak": watch.peak,
    }


def measure(name: str, given: argparse.Namespace) -> Result:
    """A variant in this process: memory of the first run, the median seconds of all."""
    torch.set_num_threads(given.threads)
    variant, subject = VARIANTS[name], MODELS[given.model](given.size)
    latents = subject.targets[0].latents[: given.images]
    subject = replace(subject, targets=(replace(subject.targets[0], latents=latents),))
    runs = [once(prepare(subject, variant), variant, given.epochs) for _ in range(given.repeat)]
    seconds = {key: median(run[key] for run in runs) for key in ("seconds", "saving")}
    return {**runs[0], **seconds, "variant": name, "runs": len(runs)}


def _child(name: str, given: argparse.Namespace, results: multiprocessing.Queue[Result]) -> None:
    results.put(measure(name, given))


def in_child(name: str, given: argparse.Namespace) -> Result:
    """A variant in a spawned process, so that no variant inherits another's memory."""
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[Result] = context.Queue()
    child = context.Process(target=_child, args=(name, given, results))
    child.start()
    result = results.get()
    child.join()
    return result


def apart(losses: list[float], others: list[float]) -> float:
    """The largest relative difference between two runs' losses."""
    return max(abs(a - b) / abs(b) for a, b in zip(losses, others, strict=True))


def line(result: Result, results: dict[str, Result]) -> list[str]:
    """One row: seconds, memory and losses, and what they are of the reference's."""
    variant = VARIANTS[result["variant"]]
    other = results.get(variant.against)
    grown, steps = result["peak"] - result["loaded"], len(result["losses"])
    whole = result["seconds"] + result["saving"]
    ratios = ["–"] * 3
    if other:
        memory = grown / (other["peak"] - other["loaded"])
        ratios = [f"{whole / (other['seconds'] + other['saving']):.2f}", f"{memory:.2f}"]
        ratios.append(f"{apart(result['losses'], other['losses']):.1e}")
    seconds = [f"{result['seconds'] / steps:.3f}", f"{result['saving']:.2f}"]
    sizes = [f"{grown / 2**20:,.0f} MiB", f"{result['peak'] / 2**20:,.0f} MiB"]
    return [variant.title, *seconds, *sizes, *ratios, f"{result['runs']} × {steps}"]


HEADING = ["variant", "seconds a step", "saving, s", "memory growth", "peak", "time ratio", "growth ratio",
           "losses apart", "runs × steps"]  # fmt: skip


def kept(path: Path | None) -> dict[str, Result]:
    """What earlier calls measured."""
    return json.loads(path.read_text("utf-8")) if path and path.exists() else {}


def main() -> None:
    """Entry point of the benchmark."""
    parser = argparse.ArgumentParser(description="Measure few_shot beside a straightforward loop.")
    parser.add_argument("--model", choices=MODELS, default="starter")
    parser.add_argument("--variants", default=",".join(VARIANTS))
    parser.add_argument("--size", type=int, default=64, help="side of the latents of sd15; 64 is 512 px")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--images", type=int, default=4, help="two make a step")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, help="a JSON file that gathers the figures of several calls")
    given = parser.parse_args()
    results = kept(given.out)
    for name in given.variants.split(","):
        results[name] = in_child(name, given)
        if given.out:
            atomic_write_text(given.out, json.dumps(results))
    print(table(HEADING, [line(result, results) for result in results.values()]))


if __name__ == "__main__":
    main()
