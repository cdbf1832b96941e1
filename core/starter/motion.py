"""The motion adapter of the AnimateDiff host, trained together with a gentle touch on the still denoiser."""

from __future__ import annotations

import torch
from diffusers import MotionAdapter, UNet2DConditionModel, UNetMotionModel
from torch import Tensor, nn

from core.starter.latents import clips, stills
from core.starter.run import Run, Stage
from core.starter.stills import Denoise, Objective, denoise_stills


def build_adapter(run: Run) -> MotionAdapter:
    """The untrained motion modules."""
    return MotionAdapter(
        block_out_channels=run.settings.unet_channels,
        motion_layers_per_block=1,
        motion_num_attention_heads=4,
        motion_max_seq_length=32,
        motion_norm_num_groups=16,
        use_motion_mid_block=False,
    )


def share(unet: UNet2DConditionModel, moving: UNetMotionModel) -> None:
    """Make the motion model use the still model's own layers, so that one training step serves both."""
    for name, module in unet.named_modules():
        if not list(module.children()) and list(module.parameters()):
            parent, _, leaf = name.rpartition(".")
            setattr(moving.get_submodule(parent), leaf, module)


def denoise_clips(moving: UNetMotionModel) -> Denoise:
    """Latents go in as (batch, channels, frames, height, width), text states once per frame."""

    def denoise(noisy: Tensor, t: Tensor, states: Tensor) -> Tensor:
        states = states.repeat_interleave(noisy.shape[1], 0)
        return moving(noisy.transpose(1, 2), t, states).sample.transpose(1, 2)

    return denoise


def adapter_of(moving: UNetMotionModel, adapter: MotionAdapter) -> MotionAdapter:
    """Copy the trained motion modules back into the adapter."""
    trained = moving.state_dict()
    adapter.load_state_dict({name: trained[name] for name in adapter.state_dict()})
    return adapter


def train_motion(run: Run) -> None:
    """Clips through the motion model, and every fifth step stills through the still model."""
    settings, single, moving_data = run.settings, stills(run), clips(run)
    torch.manual_seed(settings.seed + 2)
    unet, adapter = UNet2DConditionModel.from_pretrained(run.folder / "unet"), build_adapter(run)
    run.warm(adapter, "motion_adapter")
    moving = UNetMotionModel.from_unet2d(unet, adapter)
    share(unet, moving)
    both: nn.Module = nn.ModuleDict({"moving": moving}).to(run.device).eval()
    still_parameters = list(unet.parameters())
    known = {id(p) for p in still_parameters}
    motion_parameters = [p for p in moving.parameters() if id(p) not in known]
    groups = [(motion_parameters, settings.motion_rate), (still_parameters, settings.motion_rate * 0.3)]
    stage, objective = (
        Stage(run, "motion_adapter", both, groups, settings.motion_steps, settings.motion_minutes),
        Objective(run, 10),
    )

    def loss_of(step: int) -> Tensor:
        if step % 5 == 0:
            return objective.loss(single, settings.unet_batch, denoise_stills(unet))
        return objective.loss(moving_data, settings.motion_batch, denoise_clips(moving))

    stage.train(loss_of)
    stage.finish()
    unet.save_pretrained(run.folder / "unet")
    adapter_of(moving, adapter).save_pretrained(run.folder / "motion_adapter")
