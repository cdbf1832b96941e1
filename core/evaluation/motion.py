"""A reader of motion: says which of the world's motions a clip shows, from its frames alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional


class MotionJudge(nn.Module):
    """Sees grey frames less their mean over time, so that only what changes counts; frames are channels."""

    SIZE = 32

    def __init__(self, frames: int, motions: Sequence[str]) -> None:
        super().__init__()
        self.frames, self.motions = frames, tuple(motions)
        self.layers = nn.Sequential(
            nn.Conv2d(frames, 48, 3, padding=1),
            nn.GELU(),
            nn.Conv2d(48, 64, 3, stride=2, padding=1),
            nn.GELU(),
            nn.Conv2d(64, 64, 3, stride=2, padding=1),
            nn.GELU(),
            nn.Conv2d(64, 64, 3, stride=2, padding=1),
            nn.GELU(),
            nn.Flatten(),
            nn.Linear(64 * 16, len(motions)),
        )

    def forward(self, clips: Tensor) -> Tensor:
        """Logits (batch, motions) of clips (batch, frames, 3, height, width) in -1..1."""
        grey = functional.interpolate(clips.mean(2), (self.SIZE, self.SIZE), mode="area")
        change = grey - grey.mean(1, keepdim=True)
        return self.layers(change / (change.std((1, 2, 3), keepdim=True) + 0.05))

    @torch.no_grad()
    def read(self, clips: Tensor) -> list[str]:
        """The motion of each clip."""
        return [self.motions[k] for k in self(clips).argmax(1)]

    def read_frames(self, frames: NDArray[np.uint8]) -> list[str]:
        """The motion of each clip (b, f, h, w, 3) in 0..255."""
        clips = torch.from_numpy(frames).permute(0, 1, 4, 2, 3).float() / 127.5 - 1
        return self.read(clips)

    def save(self, folder: Path) -> None:
        """Write `model.safetensors` and `config.json`."""
        folder.mkdir(parents=True, exist_ok=True)
        save_file(self.state_dict(), folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps({"frames": self.frames, "motions": self.motions}), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> MotionJudge:
        """Read what `save` wrote."""
        config = json.loads((folder / "config.json").read_text("utf-8"))
        model = cls(config["frames"], config["motions"])
        model.load_state_dict(load_file(folder / "model.safetensors"))
        return model.eval()
