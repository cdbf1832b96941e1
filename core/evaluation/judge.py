"""The judge: a zero-shot CLIP classifier. The same code serves the starter's small CLIP and OpenAI's."""

from __future__ import annotations

import hashlib
import json
import math
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from transformers import CLIPModel, CLIPTokenizer

from core.concepts import Concept, Kind, World
from core.generation.sample import Frames
from core.hardware.freeing import at_work
from core.hardware.plan import plan

_TEMPLATES: dict[bool, tuple[str, ...]] = {
    True: ("a picture in the style of {}", "a picture by {}", "a scene by {}"),
    False: ("a picture of {}", "an image of {}", "{}"),
}


BATCH = 32
"""Pictures that the vision model looks at together."""

_CLIP_MEAN, _CLIP_STD = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
"""What CLIP was trained with (Radford et al. 2021, published code), for a folder that does not say."""


@dataclass(frozen=True)
class Ballot:
    """The candidates of one question: their names and their text features, (candidates, width)."""

    names: tuple[str, ...]
    features: Tensor


class Judge:
    """Says which of several concepts a picture shows; features are unit vectors of the CLIP model.

    It looks and reads on the device that it was loaded on; a sparing plan sends it away meanwhile.
    """

    def __init__(
        self,
        model: CLIPModel,
        tokenizer: CLIPTokenizer,
        mean: float | list[float],
        std: float | list[float],
        edge: int = 0,
    ) -> None:
        self.model, self.tokenizer = model.eval().requires_grad_(False), tokenizer
        self._mean = torch.tensor(mean).reshape(-1, 1, 1)
        self._std = torch.tensor(std).reshape(-1, 1, 1)
        self.size = model.config.vision_config.image_size
        self._edge = max(edge, self.size)
        self._place = model.device
        self._ballots: dict[tuple[tuple[str, str], ...], Ballot] = {}
        self._read: dict[tuple[bool, str], Tensor] = {}

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> Judge:
        """Open a CLIP folder on a device; its `preprocessor_config.json` says how pictures are made ready.

        Old and new forms of that file are read: a size is a number, a shortest edge, or a height and a width.
        """
        file = folder / "preprocessor_config.json"
        config = json.loads(file.read_text("utf-8")) if file.is_file() else {}
        model = CLIPModel.from_pretrained(folder, local_files_only=True, use_safetensors=True, dtype=torch.float32)
        tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
        mean, std = config.get("image_mean", _CLIP_MEAN), config.get("image_std", _CLIP_STD)
        return cls(model.to(device), tokenizer, mean, std, _edge(config.get("size")))

    @cached_property
    def name(self) -> str:
        """What the scorecard calls this judge: its kind and the start of its weights' hash."""
        digest = hashlib.sha256(self.model.visual_projection.weight.cpu().numpy().tobytes()).hexdigest()
        return f"clip-zero-shot-{digest[:12]}"

    def pixel_values(self, pictures: NDArray[np.uint8]) -> Tensor:
        """Pictures (n, h, w, 3) as the vision model takes them, (n, 3, size, size).

        As CLIP does it: the shorter side is brought to the model's size, and the middle is cut out.
        """
        batch = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        shorter = min(batch.shape[-2:])
        sides = [round(side * self._edge / shorter) for side in batch.shape[-2:]]
        if sides != list(batch.shape[-2:]):
            batch = functional.interpolate(batch, sides, mode="bicubic", antialias=True).clamp(0, 1)
        top, left = ((side - self.size) // 2 for side in sides)
        middle = batch[:, :, top : top + self.size, left : left + self.size]
        return ((middle - self._mean) / self._std).to(self._place)

    def _at_work(self) -> AbstractContextManager[None]:
        return at_work((self.model,), str(self._place), alone=plan().sparing)

    @torch.no_grad()
    def picture_features(self, pictures: NDArray[np.uint8]) -> Tensor:
        """Unit features (n, width) of pictures (n, h, w, 3), on the CPU."""
        with self._at_work():
            parts = [self._features(pictures[k : k + BATCH]) for k in range(0, len(pictures), BATCH)]
        return torch.cat(parts)

    def _features(self, pictures: NDArray[np.uint8]) -> Tensor:
        vision = self.model.vision_model(pixel_values=self.pixel_values(pictures))
        return functional.normalize(self.model.visual_projection(vision.pooler_output), dim=-1).cpu()

    @torch.no_grad()
    def feature_maps(self, pictures: NDArray[np.uint8]) -> list[Tensor]:
        """The patch tokens after each layer of the vision model, (n, width, rows, columns), the first layer first.

        The class token is left out: it has no place in the picture. They are where the judge works: for a large judge
        they are some 25 MB a picture.
        """
        with self._at_work():
            vision = self.model.vision_model(pixel_values=self.pixel_values(pictures), output_hidden_states=True)
        tokens = torch.stack(vision.hidden_states[1:])[:, :, 1:].transpose(2, 3)
        side = math.isqrt(tokens.shape[-1])
        return list(tokens.unflatten(-1, (side, side)))

    @torch.no_grad()
    def text_features(self, texts: list[str]) -> Tensor:
        """Unit features (n, width) of texts, on the CPU."""
        most = self.model.config.text_config.max_position_embeddings
        whole: Any = {"padding": "max_length", "truncation": True, "max_length": most, "return_tensors": "pt"}
        with self._at_work():
            text = self.model.text_model(input_ids=self.tokenizer(texts, **whole).input_ids.to(self._place))
            return functional.normalize(self.model.text_projection(text.pooler_output), dim=-1).cpu()

    def ballot(self, world: World, kind: Kind) -> Ballot:
        """All styles for a style; all subjects, the ordinary ones included, for anything else."""
        style = kind is Kind.STYLE
        candidates = [c for c in (*world.concepts, *world.ordinary) if (c.kind is Kind.STYLE) == style]
        key = tuple((c.name, c.phrase) for c in candidates)
        if key not in self._ballots:
            features = torch.stack([self._concept_features(c, style) for c in candidates])
            self._ballots[key] = Ballot(tuple(c.name for c in candidates), functional.normalize(features, dim=-1))
        return self._ballots[key]

    def _concept_features(self, concept: Concept, style: bool) -> Tensor:
        key = style, concept.phrase
        if key not in self._read:
            self._read[key] = self.text_features([t.format(concept.phrase) for t in _TEMPLATES[style]]).mean(0)
        return self._read[key]

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
        return (self.model.logit_scale.exp().cpu() * features @ ballot.features.T).softmax(-1)

    def name_frames(self, frames: Frames, ballot: Ballot) -> list[list[str]]:
        """The most likely candidate of each frame of each clip (b, f, h, w, 3)."""
        flat = self.name_pictures(frames.reshape(-1, *frames.shape[2:]), ballot)
        count = frames.shape[1]
        return [flat[k : k + count] for k in range(0, len(flat), count)]


def _edge(size: object) -> int:
    """What a picture's shorter side is brought to, in pixels; 0 where nothing is said."""
    sides = size.values() if isinstance(size, dict) else (size,)
    return min((side for side in sides if isinstance(side, int)), default=0)
