"""Every number of the starter pair's training, in one place."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class TrainSettings:
    """Settings of all stages. Sizes are counts of samples, `*_minutes` bound the long stages on a slow machine."""

    seed: int = 20261124
    size: int = 64
    frames: int = 12
    tokens: int = 32
    vocabulary: int = 900

    width: int = 128
    layers: int = 4
    text_steps: int = 1300
    text_batch: int = 96
    text_rate: float = 1e-3

    latent_channels: int = 8
    vae_width: int = 32
    vae_encoder_blocks: tuple[int, ...] = (0, 1, 4)
    vae_decoder_blocks: tuple[int, ...] = (4, 1, 0)
    vae_pictures: int = 16000
    vae_steps: int = 6000
    vae_batch: int = 16
    vae_rate: float = 2e-3
    vae_minutes: float = 9.0

    judge_width: int = 128
    judge_layers: int = 4
    judge_patch: int = 8
    judge_pictures: int = 40000
    judge_steps: int = 2600
    judge_batch: int = 96
    judge_rate: float = 1e-3
    judge_minutes: float = 11.0

    stills: int = 50000
    unet_channels: tuple[int, ...] = (32, 96, 160)
    unet_batch: int = 24
    unet_steps: int = 20000
    unet_rate: float = 1e-3
    unet_minutes: float = 50.0

    clips: int = 9000
    motion_batch: int = 3
    motion_steps: int = 6000
    motion_rate: float = 6e-4
    motion_minutes: float = 32.0

    video_channels: tuple[int, ...] = (32, 64, 128)
    video_batch: int = 3
    video_stills_batch: int = 24
    video_stills_share: float = 0.38
    video_steps: int = 20000
    video_rate: float = 1e-3
    video_minutes: float = 53.0

    caption_dropout: float = 0.1
    ema: float = 0.9985

    def as_dict(self) -> dict[str, Any]:
        """The settings as JSON-able data, for the model card and the checkpoints."""
        return asdict(self)
