"""Stage two: the picture autoencoder, 64 x 64 pixels to 8 channels of 16 x 16."""

from __future__ import annotations

import numpy as np
import torch
from diffusers import AutoencoderTiny
from torch import Tensor

from core.starter.brush import Picture
from core.starter.run import Run, Stage
from core.starter.world import draw, random_scene


def to_tensor(pictures: Picture) -> Tensor:
    """Pictures (n, h, w, 3) in 0..255 to a tensor (n, 3, h, w) in -1..1."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def build_vae(run: Run) -> AutoencoderTiny:
    """The untrained autoencoder."""
    settings = run.settings
    widths = (settings.vae_width,) * len(settings.vae_encoder_blocks)
    return AutoencoderTiny(
        encoder_block_out_channels=widths,
        decoder_block_out_channels=widths,
        num_encoder_blocks=settings.vae_encoder_blocks,
        num_decoder_blocks=settings.vae_decoder_blocks,
        latent_channels=settings.latent_channels,
    )


def _edges(x: Tensor) -> tuple[Tensor, Tensor]:
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


def reconstruction_loss(target: Tensor, output: Tensor) -> Tensor:
    """L1 + L2 + differences of neighbouring pixels, which keep ink lines sharp."""
    error = target - output
    lines = sum((d.abs().mean() for d in _edges(error)), start=torch.zeros((), device=target.device))
    return error.abs().mean() + error.pow(2).mean() + 0.5 * lines


def train_vae(run: Run) -> None:
    """Train on rendered pictures; the latents are rescaled to unit deviation through `scaling_factor`."""
    settings, rng = run.settings, run.rng(3)
    torch.manual_seed(settings.seed)
    pictures = np.stack(
        [draw(random_scene(rng, styled=0.4), settings.size, rng.random()) for _ in range(settings.vae_pictures)]
    )
    vae = build_vae(run).to(run.device)
    stage = Stage(
        run, "vae", vae, [(list(vae.parameters()), settings.vae_rate)], settings.vae_steps, settings.vae_minutes
    )

    def loss_of(_: int) -> Tensor:
        batch = to_tensor(pictures[rng.integers(len(pictures), size=settings.vae_batch)]).to(run.device)
        with run.precision():
            latents = vae.encode(batch).latents
            output = vae.decode(latents).sample.float()
        spread = (latents.float().pow(2).mean() - 1).clamp_min(0)
        return reconstruction_loss(batch, output) + 1e-3 * spread

    stage.train(loss_of)
    stage.finish()
    with torch.no_grad():
        probe = to_tensor(pictures[:512]).to(run.device)
        latents = vae.encode(probe).latents
        error = (vae.decode(latents).sample.clamp(-1, 1) - probe).pow(2).mean() / 4
    vae.register_to_config(scaling_factor=float(1 / latents.std()))
    vae.save_pretrained(run.folder / "vae")
    run.say("vae", psnr=float(-10 * error.log10()), scaling_factor=float(1 / latents.std()))
