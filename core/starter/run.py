"""What the stages of the starter's training share: a folder, a seed, a clock, checkpoints and progress lines."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from core.starter.settings import TrainSettings


@dataclass
class Run:
    """One training run: where it writes, on which device, with which settings, and which pair it starts from."""

    folder: Path
    settings: TrainSettings = field(default_factory=TrainSettings)
    device: str = "cpu"
    start: Path | None = None

    def warm(self, module: nn.Module, part: str) -> None:
        """Start a denoiser from the weights of a shipped pair, if the run has one to start from."""
        if self.start:
            weights = load_file(self.start / part / "diffusion_pytorch_model.safetensors")
            module.load_state_dict({name: value.float() for name, value in weights.items()})

    def rng(self, stream: int) -> np.random.Generator:
        """An independent random stream, the same for the same settings."""
        return np.random.default_rng((self.settings.seed, stream))

    def say(self, stage: str, **figures: float | str) -> None:
        """Print one progress line and keep it in `log.jsonl`."""
        line = {"stage": stage, **figures}
        print(" ".join(f"{k}={v:.4g}" if isinstance(v, float) else f"{k}={v}" for k, v in line.items()), flush=True)
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")

    @contextmanager
    def precision(self) -> Iterator[None]:
        """bfloat16 autocast; on a CPU without the flash backward, which is several times slower than plain code."""
        kernels = [SDPBackend.MATH] if self.device == "cpu" else [SDPBackend.FLASH_ATTENTION, SDPBackend.MATH]
        with sdpa_kernel(kernels), torch.autocast(self.device.split(":")[0], torch.bfloat16):
            yield


class Averaged:
    """An exponential moving average of a module's parameters; samples and the shipped weights come from it."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay, self.count = decay, 0
        self.shadow = {name: value.detach().clone() for name, value in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        """Move the average towards the module; young averages follow faster."""
        self.count += 1
        decay = min(self.decay, (1 + self.count) / (10 + self.count))
        for name, value in module.state_dict().items():
            if value.is_floating_point():
                self.shadow[name].lerp_(value.detach(), 1 - decay)
            else:
                self.shadow[name].copy_(value)


def schedule(done: float, warm: float = 0.02, flat: float = 0.35) -> float:
    """Learning-rate factor at the fraction `done` of a stage: a short warm-up, a plateau, a cosine to 2 %."""
    if done < warm:
        return max(done / warm, 0.02)
    if done < flat:
        return 1.0
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, (done - flat) / (1 - flat))))


@dataclass
class Stage:
    """A resumable loop over optimiser steps, ended by a count of steps or by minutes, whichever comes first."""

    run: Run
    name: str
    module: nn.Module
    groups: list[tuple[list[nn.Parameter], float]]
    steps: int
    minutes: float
    save_every: float = 150.0

    def __post_init__(self) -> None:
        self.optimiser = torch.optim.AdamW(
            [{"params": params, "lr": rate, "initial": rate} for params, rate in self.groups],
            betas=(0.9, 0.98),
            weight_decay=0.01,
            fused=True,
        )
        self.average = Averaged(self.module, self.run.settings.ema)
        self.step, self.seconds = 0, 0.0
        self._resume()

    @property
    def _checkpoint(self) -> Path:
        return self.run.folder / "checkpoints" / f"{self.name}.safetensors"

    def _resume(self) -> None:
        if not self._checkpoint.exists():
            return
        tensors = load_file(self._checkpoint)
        self.module.load_state_dict({k[2:]: v for k, v in tensors.items() if k.startswith("m.")})
        for key, value in tensors.items():
            if key.startswith("a."):
                self.average.shadow[key[2:]].copy_(value)
        self.step, self.seconds = int(tensors["step"]), float(tensors["seconds"])
        self.average.count = self.step
        self._load_moments(tensors)
        self.run.say(self.name, resumed=self.step)

    def _parameters(self) -> list[nn.Parameter]:
        return [p for group in self.optimiser.param_groups for p in group["params"]]

    def _load_moments(self, tensors: dict[str, Tensor]) -> None:
        for index, parameter in enumerate(self._parameters()):
            if f"o.{index}.exp_avg" in tensors:
                self.optimiser.state[parameter] = {
                    "step": torch.tensor(float(self.step)),
                    "exp_avg": tensors[f"o.{index}.exp_avg"].to(parameter.device),
                    "exp_avg_sq": tensors[f"o.{index}.exp_avg_sq"].to(parameter.device),
                }

    def save(self) -> None:
        """Write the checkpoint atomically: weights, average, Adam's moments, step and seconds."""
        tensors = {f"m.{k}": v for k, v in self.module.state_dict().items()}
        tensors |= {f"a.{k}": v for k, v in self.average.shadow.items()}
        for index, parameter in enumerate(self._parameters()):
            for moment in ("exp_avg", "exp_avg_sq"):
                if parameter in self.optimiser.state:
                    tensors[f"o.{index}.{moment}"] = self.optimiser.state[parameter][moment]
        tensors |= {"step": torch.tensor(self.step), "seconds": torch.tensor(self.seconds)}
        self._checkpoint.parent.mkdir(parents=True, exist_ok=True)
        part = self._checkpoint.with_suffix(".part")
        save_file({k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}, part)
        os.replace(part, self._checkpoint)

    @property
    def done(self) -> float:
        """The fraction of the stage that has passed."""
        return max(self.step / self.steps, self.seconds / (60 * self.minutes))

    def train(self, loss_of: Callable[[int], Tensor]) -> None:
        """Run to the end. `loss_of(step)` gives the loss of a fresh batch."""
        losses: list[float] = []
        saved = self.seconds
        while self.done < 1:
            began = time.perf_counter()
            losses.append(self._step(loss_of))
            self.seconds += time.perf_counter() - began
            if self.step % 50 == 0:
                self.run.say(self.name, step=self.step, loss=sum(losses) / len(losses), seconds=round(self.seconds))
                losses.clear()
            if self.seconds - saved > self.save_every:
                self.save()
                saved = self.seconds
        self.save()

    def _step(self, loss_of: Callable[[int], Tensor]) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = group["initial"] * schedule(self.done)
        loss = loss_of(self.step)
        loss.backward()
        nn.utils.clip_grad_norm_(self._parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.step += 1
        self.average.update(self.module)
        return float(loss.detach())

    def finish(self) -> None:
        """Put the average into the module, ready to be saved."""
        self.module.load_state_dict(self.average.shadow)
        self.module.eval()
