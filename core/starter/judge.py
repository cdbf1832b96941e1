"""The judge's stage: a small CLIP trained contrastively on the rendered world, and a reader of motion."""

from __future__ import annotations

import json

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from transformers import CLIPConfig, CLIPModel, CLIPVisionConfig

from core.evaluation.motion import MotionJudge
from core.starter.brush import Picture
from core.starter.captions import Mention, caption
from core.starter.run import Run, Stage
from core.starter.text import load_tokenizer, text_config, tokens_of
from core.starter.vae import to_tensor
from core.starter.world import MOTIONS, Scene, draw, draw_clip, random_scene


def build_judge(run: Run) -> CLIPModel:
    """The untrained dual encoder."""
    settings = run.settings
    vision = CLIPVisionConfig(
        hidden_size=settings.judge_width,
        intermediate_size=3 * settings.judge_width,
        num_hidden_layers=settings.judge_layers,
        num_attention_heads=4,
        image_size=settings.size,
        patch_size=settings.judge_patch,
        projection_dim=64,
    )
    text = text_config(run, 96, 2)
    config = CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=64)
    return CLIPModel(config)


def blemish(batch: Tensor, generator: torch.Generator) -> Tensor:
    """Small shifts of light, noise and softness, so that the judge does not live off perfect edges."""
    n = len(batch)
    shape = (n, 1, 1, 1)
    light = 1 + 0.15 * (torch.rand(shape, generator=generator) - 0.5)
    shade = 0.12 * (torch.rand((n, 3, 1, 1), generator=generator) - 0.5)
    noise = 0.12 * torch.rand(shape, generator=generator) * torch.randn(batch.shape, generator=generator)
    soft = functional.avg_pool2d(functional.pad(batch, (1, 1, 1, 1), mode="replicate"), 3, 1)
    amount = torch.rand(shape, generator=generator)
    return (batch + amount * (soft - batch)) * light + shade + noise


def agreement(scenes: list[Scene], mentions: list[Mention]) -> Tensor:
    """Which caption (column) is true of which picture (row): a caption is false only where it says something else."""
    table = torch.ones(len(scenes), len(scenes), dtype=torch.bool)
    for column, (said, mention) in enumerate(zip(scenes, mentions, strict=True)):
        for row, shown in enumerate(scenes):
            same_style = not mention.style or said.style == shown.style
            same_place = not mention.place or said.background == shown.background
            same_subject = not mention.subject or (said.subject, said.colour) == (shown.subject, shown.colour)
            table[row, column] = same_style and same_place and same_subject
    return table


def contrastive_loss(model: CLIPModel, ids: Tensor, pictures: Tensor, true: Tensor) -> Tensor:
    """CLIP's symmetric loss with every true caption as a target (UniCL, Yang et al. 2022, eq. 1)."""
    logits = model(input_ids=ids, pixel_values=pictures).logits_per_image.float()
    rows = true.float() / true.sum(1, keepdim=True)
    columns = true.T.float() / true.T.sum(1, keepdim=True)
    return functional.cross_entropy(logits, rows) + functional.cross_entropy(logits.T, columns)


def train_judge(run: Run) -> None:
    """Train on rendered pictures only; the judge never sees a generated one."""
    settings, tokenizer, rng = run.settings, load_tokenizer(run), run.rng(4)
    torch.manual_seed(settings.seed)
    generator = torch.Generator().manual_seed(settings.seed)
    scenes = [random_scene(rng) for _ in range(settings.judge_pictures)]
    pictures = np.stack([draw(scene, settings.size, rng.random()) for scene in scenes])
    model = build_judge(run)
    stage = Stage(
        run,
        "judge",
        model,
        [(list(model.parameters()), settings.judge_rate)],
        settings.judge_steps,
        settings.judge_minutes,
    )

    def loss_of(_: int) -> Tensor:
        chosen = rng.integers(len(scenes), size=settings.judge_batch)
        mentions = [_mention(rng) for _ in chosen]
        ids = tokens_of(tokenizer, [_still_caption(scenes[k], rng, m) for k, m in zip(chosen, mentions, strict=True)])
        batch = blemish(to_tensor(pictures[chosen]), generator)
        with run.precision():
            return contrastive_loss(model, ids, batch, agreement([scenes[k] for k in chosen], mentions))

    stage.train(loss_of)
    stage.finish()
    model.save_pretrained(run.folder / "judge")
    statistics = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "size": settings.size}
    (run.folder / "judge" / "preprocessor_config.json").write_text(json.dumps(statistics), "utf-8")
    tokenizer.save_pretrained(run.folder / "judge")


def _mention(rng: np.random.Generator) -> Mention:
    """Mostly the subject alone; the style alone now and then, so that each can be asked for by itself."""
    subject = rng.random() < 0.85
    return Mention(subject=subject, place=rng.random() < 0.25, style=not subject or rng.random() < 0.35)


def _still_caption(scene: Scene, rng: np.random.Generator, mention: Mention) -> str:
    still = Scene(scene.subject, scene.colour, scene.style, scene.background, "still", scene.pose)
    return caption(still, rng, mention)


def train_motion_judge(run: Run) -> None:
    """Train the reader of motion on rendered clips."""
    settings, rng = run.settings, run.rng(5)
    torch.manual_seed(settings.seed)
    generator = torch.Generator().manual_seed(settings.seed)
    scenes = [random_scene(rng) for _ in range(3000)]
    clips = np.stack([draw_clip(scene, 32, settings.frames) for scene in scenes])
    truth = torch.tensor([MOTIONS.index(scene.motion) for scene in scenes])
    model = MotionJudge(settings.frames, MOTIONS)
    stage = Stage(run, "motion_judge", model, [(list(model.parameters()), 2e-3)], 1500, 6)

    def loss_of(_: int) -> Tensor:
        chosen = rng.integers(len(scenes), size=48)
        return functional.cross_entropy(model(_blemish_clips(clips[chosen], generator)), truth[chosen])

    stage.train(loss_of)
    stage.finish()
    model.save(run.folder / "motion_judge")


def _blemish_clips(clips: Picture, generator: torch.Generator) -> Tensor:
    batch = torch.stack([to_tensor(clip) for clip in clips])
    return blemish(batch.flatten(0, 1), generator).unflatten(0, batch.shape[:2])
