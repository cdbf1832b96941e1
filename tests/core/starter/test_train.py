"""The training script: stages leave their folders, go on from a checkpoint, and start from a shipped pair."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import CLIPTextModel

from core.resources import resource
from core.starter.run import Run, Stage
from core.starter.settings import TrainSettings
from core.starter.stills import build_unet
from core.starter.train import STAGES, begin_from, finished, train

TINY = replace(
    TrainSettings(), text_steps=2, text_batch=4, vae_pictures=20, vae_steps=2, vae_batch=2, stills=20, unet_steps=1
)


def test_stages_leave_folders_that_load_and_are_not_run_twice(tmp_path: Path) -> None:
    run = Run(tmp_path, TINY)
    stages = ["tokenizer", "text_encoder", "vae"]
    train(run, stages)
    assert all(finished(run, stage) for stage in stages)
    assert CLIPTextModel.from_pretrained(tmp_path / "text_encoder").config.hidden_size == TINY.width
    lines = (tmp_path / "log.jsonl").read_text("utf-8")
    train(run, stages)
    assert (tmp_path / "log.jsonl").read_text("utf-8") == lines


def test_a_stage_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    run = Run(tmp_path, TINY)
    unet = build_unet(run)

    def stage(steps: int) -> Stage:
        return Stage(run, "some", unet, [(list(unet.parameters()), 1e-3)], steps, 10.0)

    first = stage(2)
    first.train(lambda _: torch.stack([p.pow(2).mean() for p in unet.parameters()]).sum())
    again = stage(4)
    assert again.step == 2
    assert again.seconds == pytest.approx(first.seconds, rel=1e-4)
    assert {float(state["step"]) for state in again.optimiser.state.values()} == {2.0}
    assert sum(float(state["exp_avg"].abs().sum()) for state in again.optimiser.state.values()) > 0


def test_a_shipped_pair_is_trained_on(tmp_path: Path) -> None:
    run = Run(tmp_path, replace(TINY, unet_steps=1), start=resource("starter"))
    begin_from(run, resource("starter"))
    train(run, ["stills", "unet"])
    shipped = load_file(resource("starter", "unet", "diffusion_pytorch_model.safetensors"))
    trained = load_file(tmp_path / "unet" / "diffusion_pytorch_model.safetensors")
    largest = max(float((trained[name] - value.float()).abs().max()) for name, value in shipped.items())
    assert 0 < largest < 5e-3


def test_every_stage_needs_only_stages_that_come_before_it() -> None:
    names = list(STAGES)
    for name, (_, needs) in STAGES.items():
        assert set(needs) <= set(names[: names.index(name)])
    assert json.loads(json.dumps(TINY.as_dict()))["seed"] == TINY.seed
