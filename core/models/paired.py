"""Two text encoders as one, and a denoiser that reads what they say: SDXL behind the contract of a single encoder.

SDXL (Podell et al. 2023, section 2.1) reads the state before the last layer of two encoders side by side, and with it
the second one's pooled vector. Here that vector is one more row of the text states, so that whatever learns from states
or compares them has it before it, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.models.clip_words import END


@dataclass
class TextStates:
    """What an encoder says of a batch of prompts: (batch, rows, width)."""

    last_hidden_state: Tensor


class PairedEncoder(nn.Module):
    """Both encoders; gives (batch, tokens + 1, width + width) with the pooled vector, filled with zeros, as last row.

    `pad` is what the second encoder's short prompts are filled up with; ids come padded for the first one.
    """

    def __init__(self, first: nn.Module, second: nn.Module, pad: int = 0) -> None:
        super().__init__()
        self.text_encoder, self.text_encoder_2, self.pad = first, second, pad

    @property
    def device(self) -> torch.device:
        """Where the encoders are."""
        return next(self.parameters()).device

    @property
    def dtype(self) -> torch.dtype:
        """What the encoders are kept in."""
        return next(self.parameters()).dtype

    def forward(self, ids: Tensor) -> TextStates:
        """The states of token ids (batch, tokens)."""
        first = self.text_encoder(ids, output_hidden_states=True)
        second = self.text_encoder_2(self._padded(ids), output_hidden_states=True)
        return TextStates(packed(first.hidden_states[-2], second.hidden_states[-2], second.text_embeds))

    def _padded(self, ids: Tensor) -> Tensor:
        """The ids with the second encoder's padding after the first token that ends a prompt."""
        ends = (ids == END).cumsum(-1)
        return ids.masked_fill((ends - (ids == END).long()) > 0, self.pad)


class PairedDenoiser(nn.Module):
    """An SDXL U-Net that reads packed states, and is told the size of the pictures by the latents' own.

    `factor` is how many pixels a latent covers along a side.
    """

    def __init__(self, unet: Any, factor: int = 8) -> None:
        super().__init__()
        self.unet, self.factor = unet, factor

    @property
    def config(self) -> Any:
        """The U-Net's configuration."""
        return self.unet.config

    @property
    def device(self) -> torch.device:
        """Where the U-Net is."""
        return self.unet.device

    @property
    def dtype(self) -> torch.dtype:
        """What the U-Net is kept in."""
        return self.unet.dtype

    def forward(self, noisy: Tensor, timesteps: Any, states: Tensor) -> Any:
        """What the U-Net predicts of noisy latents (batch, channels, height, width), as `.sample`."""
        text, pooled = unpacked(states.to(self.dtype), pooled_width(self.config))
        height, width = (side * self.factor for side in noisy.shape[-2:])
        sizes = text.new_tensor([height, width, 0, 0, height, width]).expand(len(text), -1)
        given = {"text_embeds": pooled, "time_ids": sizes}
        return self.unet(noisy, timesteps, encoder_hidden_states=text, added_cond_kwargs=given)


def packed(first: Tensor, second: Tensor, pooled: Tensor) -> Tensor:
    """States (batch, tokens, width) of two encoders side by side, and the pooled vector as one more row."""
    states = torch.cat([first, second], dim=-1)
    row = functional.pad(pooled, (0, states.shape[-1] - pooled.shape[-1]))
    return torch.cat([states, row[:, None]], dim=1)


def unpacked(states: Tensor, width: int) -> tuple[Tensor, Tensor]:
    """The states (batch, tokens, width) and the pooled vector (batch, `width`) of packed ones."""
    return states[:, :-1], states[:, -1, :width]


def pooled_width(config: Any) -> int:
    """How wide the pooled vector is that an SDXL U-Net of this configuration reads beside six numbers of sizes."""
    return int(config.projection_class_embeddings_input_dim - 6 * config.addition_time_embed_dim)
