"""The second video host's denoiser: a `UNet3DConditionModel` of its own, against the same frozen encoder.

It shares no weight with the still host, so an erasure made through the still host has never touched it.
"""

from __future__ import annotations

import torch
from diffusers import UNet3DConditionModel
from torch import Tensor

from core.starter.latents import clips, stills
from core.starter.run import Run, Stage
from core.starter.stills import Denoise, Objective


def build_video_unet(run: Run) -> UNet3DConditionModel:
    """The untrained denoiser."""
    settings = run.settings
    return UNet3DConditionModel(
        sample_size=settings.size // 4,
        in_channels=settings.latent_channels,
        out_channels=settings.latent_channels,
        down_block_types=("DownBlock3D", "CrossAttnDownBlock3D", "CrossAttnDownBlock3D"),
        up_block_types=("CrossAttnUpBlock3D", "CrossAttnUpBlock3D", "UpBlock3D"),
        block_out_channels=settings.video_channels,
        layers_per_block=1,
        cross_attention_dim=settings.width,
        attention_head_dim=8,
        norm_num_groups=16,
    )


def denoise_clips(unet: UNet3DConditionModel) -> Denoise:
    """Latents go in as (batch, channels, frames, height, width)."""
    return lambda noisy, t, states: unet(noisy.transpose(1, 2), t, states).sample.transpose(1, 2)


def train_video(run: Run) -> None:
    """First single frames, for what things look like; then clips, with a few frames among them."""
    settings, single, moving = run.settings, stills(run), clips(run)
    torch.manual_seed(settings.seed + 1)
    unet, objective = build_video_unet(run).to(run.device), Objective(run, 9)
    run.warm(unet, "video_unet")
    unet.eval()  # its temporal layers have dropout, which so small a model does not need
    groups = [(list(unet.parameters()), settings.video_rate)]
    stage = Stage(run, "video_unet", unet, groups, settings.video_steps, settings.video_minutes)

    def loss_of(step: int) -> Tensor:
        if stage.done < settings.video_stills_share or step % 5 == 0:
            return objective.loss(single, settings.video_stills_batch, denoise_clips(unet))
        return objective.loss(moving, settings.video_batch, denoise_clips(unet))

    stage.train(loss_of)
    stage.finish()
    unet.save_pretrained(run.folder / "video_unet")
