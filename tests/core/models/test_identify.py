"""What files and folders are said to be: every layout of every family, at full size, and all that Lacuna refuses."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from core.errors import InputError, LacunaError
from core.models.component import Layout, Role
from core.models.found import Found
from core.models.identify import identify, title_of
from core.models.signs import ENCODERS, UNETS, VAES
from tests.core.models.hollow import Shapes, checkpoint_shapes, hollow, module_shapes
from tests.models import (
    FAMILIES,
    write_base,
    write_checkpoint,
    write_judge,
    write_motion_adapter,
    write_video,
)

UNET, CROSS = "model.diffusion_model.", "attn2.to_k.weight"


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        identify(path)
    assert caught.value.fix
    return str(caught.value)


def without(shapes: Shapes, *parts: str) -> Shapes:
    return {name: shape for name, shape in shapes.items() if not any(part in name for part in parts)}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_published_checkpoint_is_known_by_its_tensors(tmp_path: Path, family: str) -> None:
    path = hollow(tmp_path / "anything.safetensors", checkpoint_shapes(family), metadata={"modelspec.title": "Dream 8"})
    found = identify(path)
    assert (found.role, found.family, found.title, found.problems) == (Role.BASE, family, "Dream 8", ())
    parts = {"unet": UNETS[family], "vae": VAES[family], **ENCODERS[family]}
    for part, architecture in parts.items():
        source = found.sources[part]
        assert (source.path, source.layout, source.architecture) == (path, Layout.CHECKPOINT, architecture)
    assert set(found.precision.values()) == {"F16"}
    assert found.bytes == path.stat().st_size > 2e9
    assert ("tokenizer_2" in found.sources) == (family == "sdxl")
    assert (found.sources["tokenizer"].path / "merges.txt.xz").is_file()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_small_model_is_what_was_written(tmp_path: Path, family: str) -> None:
    for made in (write_base(tmp_path / "folder", family), write_checkpoint(tmp_path / "one.safetensors", family)):
        found = identify(Path(next(iter(made.sources.values())).path if made.id == "one" else tmp_path / "folder"))
        assert (found.role, found.family, found.problems) == (made.role, made.family, ())
        assert found.sources == made.sources
        assert {str(path) for path in found.files} == set(made.files)


def test_a_folder_of_half_precision_files_alone_is_whole(tmp_path: Path) -> None:
    write_base(tmp_path / "m", "sd1", dtype=torch.float16, variant="fp16")
    found = identify(tmp_path / "m")
    assert found.ready
    assert set(found.precision.values()) == {"F16"}
    assert "16 bits a number" in found.words


@pytest.mark.parametrize(
    ("metadata", "beside", "told"),
    [
        ({"modelspec.architecture": "stable-diffusion-v2-768-v"}, "", "v_prediction"),
        ({"modelspec.architecture": "stable-diffusion-v2-512"}, "", "epsilon"),
        ({"modelspec.prediction_type": "v"}, "", "v_prediction"),
        ({"modelspec.prediction_type": "epsilon"}, "", "epsilon"),
        ({"ss_v_parameterization": "True"}, "", "v_prediction"),
        ({}, 'model:\n  params:\n    parameterization: "v"\n    cond_stage_config: x', "v_prediction"),
        ({}, "model:\n  params:\n    cond_stage_config: x", "epsilon"),
        ({}, "shopping: list", ""),
        ({}, "", ""),
    ],
)
def test_what_sd2_predicts_is_read_or_asked(
    tmp_path: Path, metadata: Mapping[str, str], beside: str, told: str
) -> None:
    path = hollow(tmp_path / "m.safetensors", checkpoint_shapes("sd2"), metadata=metadata)
    if beside:
        path.with_suffix(".yaml").write_text(beside)
    found = identify(path)
    assert found.settings.get("prediction_type", "") == told
    assert [question.name for question in found.open] == ([] if told else ["prediction"])
    assert found.ready == bool(told)


def test_the_marker_of_velocity_counts_in_sdxl(tmp_path: Path) -> None:
    shapes = {**checkpoint_shapes("sdxl"), "v_pred": (), "ztsnr": ()}
    assert identify(hollow(tmp_path / "m.safetensors", shapes)).settings == {"prediction_type": "v_prediction"}


@pytest.mark.parametrize(("channels", "said"), [(9, "inpainting"), (8, "changes given"), (5, "depth"), (7, "enlarges")])
def test_other_jobs_than_pictures_are_refused_by_channels(tmp_path: Path, channels: int, said: str) -> None:
    shapes = {**checkpoint_shapes("sd2"), f"{UNET}input_blocks.0.0.weight": (320, channels, 3, 3)}
    assert said in refusal(hollow(tmp_path / "m.safetensors", shapes))


def test_the_refiner_and_other_widths_are_refused(tmp_path: Path) -> None:
    shapes = without(checkpoint_shapes("sdxl"), "conditioner.embedders.0")
    refiner = {name: (*shape[:1], 1280) if name.endswith(CROSS) else shape for name, shape in shapes.items()} | {
        f"{UNET}label_emb.0.0.weight": (1536, 2560)
    }
    assert "refiner" in refusal(hollow(tmp_path / "r.safetensors", refiner))
    odd = {name: (*shape[:1], 999) if name.endswith(CROSS) else shape for name, shape in shapes.items()}
    assert "reads texts 999 wide" in refusal(hollow(tmp_path / "o.safetensors", odd))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("model.diffusion_model.double_blocks.0.img_attn.qkv.weight",), "FLUX"),
        (("double_blocks.0.img_attn.qkv.weight", "guidance_in.in_layer.weight"), "FLUX"),
        (("model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight",), "Stable Diffusion 3"),
        (("encoder.block.0.layer.0.SelfAttention.q.weight",), "T5 text encoder alone"),
        (("text_model.embeddings.token_embedding.weight",), "text encoder alone"),
        (("embeddings.token_embedding.weight", "encoder.layers.0.mlp.fc1.weight"), "text encoder alone"),
        (("decoder.conv_in.weight", "encoder.conv_in.weight"), "VAE alone"),
        (("vision_model.embeddings.class_embedding", "visual_projection.weight"), "without its configuration"),
        (("cond_stage_model.transformer.text_model.final_layer_norm.weight",), "without its U-Net"),
        (("lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight",), "LoRA for a text encoder alone"),
        (("down_blocks.0.motion_modules.0.attn1.to_q_lora.down.weight",), "motion LoRA"),
        (("weird.tensor", "other"), "found: 2 tensors such as other, weird.tensor"),
        ((), "found: 0 tensors"),
    ],
)
def test_what_is_no_component_is_named(tmp_path: Path, names: tuple[str, ...], said: str) -> None:
    assert said in refusal(hollow(tmp_path / "m.safetensors", dict.fromkeys(names, (8, 8))))


def test_an_export_of_our_own_is_sent_to_the_library(tmp_path: Path) -> None:
    shapes = {"text_model.embeddings.token_embedding.weight": (8, 8)}
    path = hollow(tmp_path / "e.safetensors", shapes, metadata={"lacuna.entry": "20260101-x"})
    assert "Lacuna erased" in refusal(path)


def test_a_checkpoint_that_lacks_parts_says_which(tmp_path: Path) -> None:
    whole = checkpoint_shapes("sd1")
    lost = identify(hollow(tmp_path / "a.safetensors", without(whole, "first_stage_model.", "cond_stage_model.")))
    assert lost.missing == ("vae", "text_encoder")
    assert not lost.ready
    cut = identify(hollow(tmp_path / "b.safetensors", without(whole, "middle_block.1.proj_out")))
    assert cut.missing == ("unet",)
    assert "“unet” lacks 2 tensors" in cut.words


def test_an_encoder_of_8_bits_is_a_problem_and_a_unet_of_8_bits_is_none(tmp_path: Path) -> None:
    kinds = {"cond_stage_model": "F8_E4M3", "model.diffusion_model": "F8_E4M3"}
    coarse = identify(hollow(tmp_path / "a.safetensors", checkpoint_shapes("sd1"), kinds=kinds))
    assert "8 bits a number" in coarse.problems[0]
    fine = identify(hollow(tmp_path / "b.safetensors", checkpoint_shapes("sd1"), kinds={UNET: "F8_E4M3"}))
    assert fine.ready
    assert "8 to 16 bits a number" in fine.words


def original(shapes: Shapes) -> Shapes:
    """The names that AnimateDiff itself gives to what diffusers calls by others."""
    words = ((".transformer_blocks", ".temporal_transformer.transformer_blocks"), (".attn1.", ".attention_blocks.0."))
    words += ((".attn2.", ".attention_blocks.1."), (".norm1.", ".norms.0."), (".norm3.", ".ff_norm."))
    words += ((".norm2.", ".norms.1."), (".proj_", ".temporal_transformer.proj_"), (".pos_embed.", ".pos_encoder."))
    made = {}
    for name, shape in shapes.items():
        for old, new in words:
            name = name.replace(old, new)
        made[name.replace("motion_modules.0.norm.", "motion_modules.0.temporal_transformer.norm.")] = shape
    return made


@pytest.mark.parametrize(
    ("kind", "family", "like"),
    [
        ("v1-5-2", "sd1", "animatediff-v1-5-2"),
        ("v1-5-3", "sd1", "animatediff-v1-5-3"),
        ("sdxl-beta", "sdxl", "animatediff-sdxl-beta"),
    ],
)
@pytest.mark.parametrize("spelt", [lambda shapes: shapes, original])
def test_motion_adapters_are_known_in_both_spellings(
    tmp_path: Path, kind: str, family: str, like: str, spelt: Callable[[Shapes], Shapes]
) -> None:
    path = hollow(tmp_path / "mm.safetensors", spelt(module_shapes(f"motion-adapter-{kind}")))
    found = identify(path)
    assert (found.role, found.family) == (Role.MOTION, family)
    assert found.sources["motion_adapter"].architecture == f"motion-adapter-{kind}"
    question = found.question("like")
    assert question is not None
    assert question.answer == like
    assert found.settings["most_frames"] == 32


def test_the_first_adapters_made_24_frames(tmp_path: Path) -> None:
    shapes = {
        name: (1, 24, shape[2]) if name.endswith(".pe") else shape
        for name, shape in module_shapes("motion-adapter-v1-5-3").items()
    }
    assert identify(hollow(tmp_path / "mm.safetensors", shapes)).settings["most_frames"] == 24


def test_an_adapter_of_other_widths_is_refused(tmp_path: Path) -> None:
    names = [f"down_blocks.{k}.motion_modules.0.norm.weight" for k in range(5)]
    assert "5 blocks, the first 320 wide" in refusal(hollow(tmp_path / "m.safetensors", dict.fromkeys(names, (320,))))


LORA_NAMES = [
    ("lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_{}.weight", ("down", "up")),
    ("unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora_{}.weight", ("A", "B")),
    ("base_model.model.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora_{}.weight", ("A", "B")),
    ("unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.processor.to_k_lora.{}.weight", ("down", "up")),
    ("unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora.{}.weight", ("down", "up")),
]


def lora(name: str, ends: tuple[str, str], cross: int) -> Shapes:
    return {name.format(ends[0]): (64, cross), name.format(ends[1]): (320, 64)}


@pytest.mark.parametrize(("name", "ends"), LORA_NAMES)
def test_loras_are_known_in_every_spelling(tmp_path: Path, name: str, ends: tuple[str, str]) -> None:
    found = identify(hollow(tmp_path / "l.safetensors", lora(name, ends, 768)))
    assert (found.role, found.family) == (Role.LORA, "sd1")
    assert found.sources["lora"].layout is Layout.FILE
    assert "another family" in refusal(hollow(tmp_path / "2.safetensors", lora(name, ends, 1024)))
    assert "no family" in refusal(hollow(tmp_path / "3.safetensors", lora(name, ends, 333)))


def test_a_lora_beside_an_adapter_goes_with_it(tmp_path: Path) -> None:
    write_motion_adapter(tmp_path / "lcm")
    hollow(tmp_path / "lcm/anything.safetensors", lora(*LORA_NAMES[0], 768))
    found = identify(tmp_path / "lcm")
    assert found.role is Role.MOTION
    assert set(found.sources) == {"motion_adapter", "lora"}
    question = found.question("like")
    assert question is not None
    assert question.answer == "animatelcm"


def test_a_video_model_says_what_it_lacks(tmp_path: Path) -> None:
    write_video(tmp_path / "own", ("text_encoder", "vae", "tokenizer"))
    write_video(tmp_path / "bare")
    own, bare = identify(tmp_path / "own"), identify(tmp_path / "bare")
    assert own.role is bare.role is Role.VIDEO
    assert set(own.sources) == {"unet", "vae", "text_encoder", "tokenizer"}
    assert set(bare.sources) == {"unet"}
    assert "lends it: vae, text_encoder, tokenizer" in bare.words
    assert own.family == "sd2"


def test_a_video_model_of_full_size(tmp_path: Path) -> None:
    hollow(tmp_path / "z/unet/diffusion_pytorch_model.safetensors", module_shapes("modelscope-unet3d"))
    found = identify(tmp_path / "z")
    assert (found.role, found.family) == (Role.VIDEO, "sd2")
    question = found.question("like")
    assert question is not None
    assert set(question.choices) == {"modelscope", "zeroscope-576w", "zeroscope-xl"}


def test_a_judge_needs_its_pictures_and_its_words(tmp_path: Path) -> None:
    write_judge(tmp_path / "clip")
    found = identify(tmp_path / "clip")
    assert (found.role, found.family, found.ready) == (Role.JUDGE, "", True)
    assert identify(tmp_path / "clip/model.safetensors").sources == found.sources
    (tmp_path / "clip/preprocessor_config.json").unlink()
    assert "“preprocessor_config.json” is missing" in identify(tmp_path / "clip").problems[0]


def test_a_part_alone_leads_to_the_whole(tmp_path: Path) -> None:
    write_base(tmp_path / "m", "sd1")
    for part in ("unet", "vae", "text_encoder", "unet/diffusion_pytorch_model.safetensors"):
        assert f"Choose the whole folder: “{tmp_path / 'm'}”" in refusal(tmp_path / "m" / part)
    assert "deeper" in refusal(tmp_path)
    assert identify(tmp_path / "m/model_index.json").family == "sd1"


def test_a_folder_with_parts_gone_or_pickled_says_so(tmp_path: Path) -> None:
    write_base(tmp_path / "m", "sd2")
    shutil.rmtree(tmp_path / "m/vae")
    (tmp_path / "m/text_encoder/model.safetensors").rename(tmp_path / "m/text_encoder/pytorch_model.bin")
    found = identify(tmp_path / "m")
    assert set(found.missing) == {"vae", "text_encoder"}
    assert "a pickle" in found.words


def test_a_folder_without_words_and_schedule_takes_the_published_ones(tmp_path: Path) -> None:
    write_base(tmp_path / "m", "sd2")
    for part in ("tokenizer", "scheduler"):
        shutil.rmtree(tmp_path / "m" / part)
    found = identify(tmp_path / "m")
    assert [question.name for question in found.open] == ["prediction"]
    assert found.sources["scheduler"].architecture == "sd-scheduler"
    assert "brings no tokenizer" in found.words


def test_an_encoder_that_does_not_fit_its_unet_is_a_problem(tmp_path: Path) -> None:
    write_base(tmp_path / "m", "sd1")
    hollow(tmp_path / "m/text_encoder/model.safetensors", module_shapes("clip-vit-l"))
    assert "is 768 wide, its U-Net reads 16" in identify(tmp_path / "m").words


def test_a_pipeline_of_another_family_is_named(tmp_path: Path) -> None:
    (tmp_path / "m/transformer").mkdir(parents=True)
    (tmp_path / "m/transformer/config.json").write_text(json.dumps({"_class_name": "FluxTransformer2DModel"}))
    assert "FluxTransformer2DModel" in refusal(tmp_path / "m")


def test_places_that_cannot_be_used_are_told_apart(tmp_path: Path) -> None:
    assert "is an address" in refusal(Path("https://huggingface.co/x/y"))
    assert "no file or folder" in refusal(tmp_path / "gone")
    assert "no file or folder" in refusal(Path("a\0b"))
    (tmp_path / "empty.safetensors").touch()
    assert "it is empty" in refusal(tmp_path / "empty.safetensors")
    os.mkfifo(tmp_path / "pipe.safetensors")
    assert "a pipe" in refusal(tmp_path / "pipe.safetensors")
    (tmp_path / "lost.safetensors").symlink_to(tmp_path / "gone")
    assert "leads nowhere" in refusal(tmp_path / "lost.safetensors")
    bad = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.safetensors"))
    save_file({"a": np.zeros(1)}, tmp_path / "ok.safetensors")
    (tmp_path / "ok.safetensors").rename(bad)
    assert "is not text" in refusal(bad)
    assert "no model in it" in refusal(_made(tmp_path / "hollow"))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize("config", [b"", b"[1]", b"\xff\xfe", b"[" * 100_000, b'{"_class_name": 7}', b'{"a": NaN}'])
def test_a_broken_configuration_breaks_nothing(tmp_path: Path, config: bytes) -> None:
    (tmp_path / "config.json").write_bytes(config)
    (tmp_path / "model_index.json").write_bytes(config)
    assert refusal(tmp_path)
    (tmp_path / "unet").mkdir()
    assert "unet" in refusal(tmp_path)


def test_the_name_of_a_snapshot_is_the_repositorys(tmp_path: Path) -> None:
    blobs, snapshot = tmp_path / "models--maker--dream/blobs", tmp_path / "models--maker--dream/snapshots/0a1b"
    blobs.mkdir(parents=True)
    snapshot.mkdir(parents=True)
    hollow(blobs / "123", checkpoint_shapes("sd1"))
    (snapshot / "model.safetensors").symlink_to(blobs / "123")
    found: Found = identify(snapshot / "model.safetensors")
    assert (found.title, found.family) == ("dream", "sd1")
    assert found.sources["unet"].path == snapshot / "model.safetensors"
    assert title_of(tmp_path / "some\nname\t") == "some name"


def test_what_the_account_may_not_read_is_said_to_be_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hollow(tmp_path / "m.safetensors", checkpoint_shapes("sd1"))
    monkeypatch.setattr(os, "access", lambda *_: False)  # root, who runs this in CI, may read everything
    with pytest.raises(LacunaError, match="no right"):
        identify(tmp_path)
    assert "no right" in refusal(path)


def test_a_text_encoder_of_a_single_number_is_refused_in_words(tmp_path: Path) -> None:
    path = hollow(tmp_path / "odd.safetensors", {"text_model.embeddings.token_embedding.weight": ()})
    with pytest.raises(InputError, match="cannot be added"):
        identify(path)


def test_a_home_that_nobody_has_is_a_path_that_is_not_there() -> None:
    with pytest.raises(InputError, match="There is no file or folder “~nobody-at-all/x”"):
        identify(Path("~nobody-at-all/x"))
