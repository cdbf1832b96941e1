"""The still host's denoiser: a `UNet2DConditionModel` trained with v-prediction against the frozen encoder."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from torch import Tensor
from transformers import CLIPTextModel

from core.starter.captions import Mention, caption
from core.starter.latents import Latents, stills
from core.starter.run import Run, Stage
from core.starter.text import load_tokenizer, tokens_of

Denoise = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(noisy latents (b, f, c, h, w), timesteps (b,), text states (b, tokens, width)) -> prediction, like the latents."""


def build_scheduler() -> DDIMScheduler:
    """Zero terminal SNR with trailing steps (Lin et al. 2024), so that dark and bright pictures are both reached."""
    return DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
        prediction_type="v_prediction",
        timestep_spacing="trailing",
        rescale_betas_zero_snr=True,
    )


def build_unet(run: Run) -> UNet2DConditionModel:
    """The untrained denoiser; no attention at full size, where the world has only edges."""
    settings = run.settings
    return UNet2DConditionModel(
        sample_size=settings.size // 4,
        in_channels=settings.latent_channels,
        out_channels=settings.latent_channels,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=settings.unet_channels,
        layers_per_block=1,
        cross_attention_dim=settings.width,
        attention_head_dim=4,
        norm_num_groups=16,
    )


class Objective:
    """Draws a batch of latents and captions and gives the denoising loss of any denoiser on it."""

    def __init__(self, run: Run, stream: int) -> None:
        self.run, self.rng = run, run.rng(stream)
        self.generator = torch.Generator().manual_seed(run.settings.seed + stream)
        self.scheduler = build_scheduler()
        self.tokenizer = load_tokenizer(run)
        encoder = CLIPTextModel.from_pretrained(run.folder / "text_encoder")
        self.encoder = encoder.to(run.device).eval().requires_grad_(False)

    def texts(self, data: Latents, chosen: np.ndarray) -> Tensor:
        """Text states of fresh captions; a share of them empty, for classifier-free guidance."""
        texts = [
            ""
            if self.rng.random() < self.run.settings.caption_dropout
            else caption(data.scenes[k], self.rng, Mention(place=self.rng.random() < 0.8))
            for k in chosen
        ]
        with torch.no_grad():
            return self.encoder(tokens_of(self.tokenizer, texts).to(self.run.device)).last_hidden_state

    def timesteps(self, batch: int) -> Tensor:
        """Stratified over the whole schedule."""
        places = (torch.arange(batch) + torch.rand(batch, generator=self.generator)) / batch
        return (places * self.scheduler.config.num_train_timesteps).long()

    def loss(self, data: Latents, batch: int, denoise: Denoise) -> Tensor:
        """Mean squared error of the predicted velocity, with constant weight."""
        chosen = data.draw(self.rng, batch)
        clean = torch.from_numpy(np.asarray(data.values[chosen])).float()
        noise = torch.randn(clean.shape, generator=self.generator)
        t = self.timesteps(batch)
        noisy = self.scheduler.add_noise(clean, noise, t).to(self.run.device)
        target = self.scheduler.get_velocity(clean, noise, t).to(self.run.device)
        states = self.texts(data, chosen)
        with self.run.precision():
            predicted = denoise(noisy, t.to(self.run.device), states)
        return (predicted.float() - target).pow(2).mean()


def denoise_stills(unet: UNet2DConditionModel) -> Denoise:
    """The denoiser of single frames."""
    return lambda noisy, t, states: unet(noisy[:, 0], t, states).sample[:, None]


def train_unet(run: Run) -> None:
    """Train the still denoiser."""
    settings, data = run.settings, stills(run)
    torch.manual_seed(settings.seed)
    unet, objective = build_unet(run).to(run.device), Objective(run, 8)
    run.warm(unet, "unet")
    groups = [(list(unet.parameters()), settings.unet_rate)]
    stage = Stage(run, "unet", unet, groups, settings.unet_steps, settings.unet_minutes)
    stage.train(lambda _: objective.loss(data, settings.unet_batch, denoise_stills(unet)))
    stage.finish()
    unet.save_pretrained(run.folder / "unet")
    objective.scheduler.save_pretrained(run.folder / "scheduler")
