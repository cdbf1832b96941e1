"""The judge: a zero-shot CLIP classifier. The same code serves the starter's small CLIP and OpenAI's."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from transformers import CLIPModel, CLIPTokenizer

from core.concepts import Concept, Kind, World
from core.generation.sample import Frames

_TEMPLATES: dict[bool, tuple[str, ...]] = {
    True: ("a picture in the style of {}", "a picture by {}", "a scene by {}"),
    False: ("a picture of {}", "an image of {}", "{}"),
}


@dataclass(frozen=True)
class Ballot:
    """The candidates of one question: their names and their text features, (candidates, width)."""

    names: tuple[str, ...]
    features: Tensor


class Judge:
    """Says which of several concepts a picture shows; features are unit vectors of the CLIP model."""

    def __init__(
        self, model: CLIPModel, tokenizer: CLIPTokenizer, mean: float | list[float], std: float | list[float]
    ) -> None:
        self.model, self.tokenizer = model.eval().requires_grad_(False), tokenizer
        self._mean = torch.tensor(mean).reshape(-1, 1, 1)
        self._std = torch.tensor(std).reshape(-1, 1, 1)
        self._ballots: dict[bool, Ballot] = {}

    @classmethod
    def load(cls, folder: Path) -> Judge:
        """Open a CLIP folder; its `preprocessor_config.json` gives the picture statistics."""
        config = json.loads((folder / "preprocessor_config.json").read_text("utf-8"))
        model = CLIPModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
        tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
        return cls(model, tokenizer, config["image_mean"], config["image_std"])

    @property
    def name(self) -> str:
        """What the scorecard calls this judge: its kind and the start of its weights' hash."""
        digest = hashlib.sha256(self.model.visual_projection.weight.numpy().tobytes()).hexdigest()
        return f"clip-zero-shot-{digest[:12]}"

    def pixel_values(self, pictures: NDArray[np.uint8]) -> Tensor:
        """Pictures (n, h, w, 3) as the vision model takes them, (n, 3, size, size)."""
        size = self.model.config.vision_config.image_size
        batch = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        if batch.shape[-2:] != (size, size):
            batch = functional.interpolate(batch, (size, size), mode="bicubic", antialias=True)
        return (batch - self._mean) / self._std

    @torch.no_grad()
    def picture_features(self, pictures: NDArray[np.uint8]) -> Tensor:
        """Unit features (n, width) of pictures (n, h, w, 3)."""
        vision = self.model.vision_model(pixel_values=self.pixel_values(pictures))
        return functional.normalize(self.model.visual_projection(vision.pooler_output), dim=-1)

    @torch.no_grad()
    def feature_maps(self, pictures: NDArray[np.uint8]) -> list[Tensor]:
        """The patch tokens after each layer of the vision model, (n, width, rows, columns), the first layer first.

        The class token is left out: it has no place in the picture.
        """
        vision = self.model.vision_model(pixel_values=self.pixel_values(pictures), output_hidden_states=True)
        tokens = torch.stack(vision.hidden_states[1:])[:, :, 1:].transpose(2, 3)
        side = math.isqrt(tokens.shape[-1])
        return list(tokens.unflatten(-1, (side, side)))

    @torch.no_grad()
    def text_features(self, texts: list[str]) -> Tensor:
        """Unit features (n, width) of texts."""
        ids = self.tokenizer(texts, padding="max_length", truncation=True, return_tensors="pt").input_ids
        text = self.model.text_model(input_ids=ids)
        return functional.normalize(self.model.text_projection(text.pooler_output), dim=-1)

    def ballot(self, world: World, kind: Kind) -> Ballot:
        """All styles for a style; all subjects, the ordinary ones included, for anything else."""
        style = kind is Kind.STYLE
        if style not in self._ballots:
            candidates = [c for c in (*world.concepts, *world.ordinary) if (c.kind is Kind.STYLE) == style]
            features = torch.stack([self._concept_features(c, style) for c in candidates])
            self._ballots[style] = Ballot(tuple(c.name for c in candidates), functional.normalize(features, dim=-1))
        return self._ballots[style]

    def _concept_features(self, concept: Concept, style: bool) -> Tensor:
        return self.text_features([t.format(concept.phrase) for t in _TEMPLATES[style]]).mean(0)

    def name_pictures(self, pictures: NDArray[np.uint8], ballot: Ballot) -> list[str]:
        """The most likely candidate of each picture (n, h, w, 3)."""
        return self.name_features(self.picture_features(pictures), ballot)

    @staticmethod
    def name_features(features: Tensor, ballot: Ballot) -> list[str]:
        """The most likely candidate of each picture by its unit features (n, width)."""
        return [ballot.names[k] for k in (features @ ballot.features.T).argmax(1)]

    @torch.no_grad()
    def probabilities(self, features: Tensor, ballot: Ballot) -> Tensor:
        """How likely each candidate is what each picture shows, (n, candidates), by its unit features (n, width)."""
        return (self.model.logit_scale.exp() * features @ ballot.features.T).softmax(-1)

    def name_frames(self, frames: Frames, ballot: Ballot) -> list[list[str]]:
        """The most likely candidate of each frame of each clip (b, f, h, w, 3)."""
        flat = self.name_pictures(frames.reshape(-1, *frames.shape[2:]), ballot)
        count = frames.shape[1]
        return [flat[k : k + count] for k in range(0, len(flat), count)]
