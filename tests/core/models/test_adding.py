"""A person's own files on the list: linked, asked about, found again, forgotten, and opened as what they are."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.errors import Cancelled, InputError, LacunaError
from core.models.adding import add, forget, inspect, relink, verify
from core.models.catalogue import assembled
from core.models.component import Component, Layout
from core.models.linking import stamps
from core.models.opened import Family
from core.models.registry import Registry
from tests.core.models.hollow import checkpoint_shapes, hollow
from tests.core.models.test_identify import LORA_NAMES, lora
from tests.models import write_base, write_checkpoint, write_judge, write_motion_adapter, write_video


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The models folder, beside the person's own files."""
    return tmp_path / "models"


def put(path: Path, root: Path, title: str = "", **answers: str) -> Component:
    found = inspect(path, root)
    for name, answer in answers.items():
        found = found.answered(name, answer)
    return add(found, title, root)


def test_a_checkpoint_is_linked_and_opens(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "Träume & more.safetensors"
    write_checkpoint(path, "sd1")
    component = put(path, root)
    assert (component.id, component.title) == ("traume-more", "Träume & more")
    assert Registry(root).components() == (component,)
    assert sorted(entry.name for entry in root.iterdir() if entry.suffix == ".json") == ["models.json"]
    family = Family(assembled(component, ()))
    assert family.unet.config.cross_attention_dim == 16
    assert family.tokenizer(["a photo of a cat"]).input_ids[0][:7] == [49406, 320, 1125, 539, 320, 2368, 49407]


def test_a_folder_with_all_that_goes_with_it_makes_a_model_with_hosts(tmp_path: Path, root: Path) -> None:
    write_base(tmp_path / "base", "sd1")
    write_motion_adapter(tmp_path / "mm")
    write_judge(tmp_path / "clip")
    base = put(tmp_path / "base", root)
    put(tmp_path / "mm", root)
    put(tmp_path / "clip", root)
    card = assembled(base, Registry(root).components())
    host = card.host("mm")
    assert (host.frames, host.steps, host.most_frames, host.scheduler["class"]) == (16, 50, 32, "DDIMScheduler")
    assert card.source(host.folders["motion_adapter"]).path == tmp_path / "mm"
    assert card.source("judge").path == tmp_path / "clip"
    assert Family(card).host("mm").pipeline.unet.config.motion_max_seq_length == 32


def test_an_adapter_in_one_file_opens_as_it_would_from_its_folder(tmp_path: Path, root: Path) -> None:
    write_base(tmp_path / "base", "sd1")
    write_motion_adapter(tmp_path / "mm")
    (tmp_path / "mm/diffusion_pytorch_model.safetensors").rename(tmp_path / "fast.safetensors")
    base, fast = put(tmp_path / "base", root), put(tmp_path / "fast.safetensors", root, like="animatediff-lightning-4")
    assert fast.sources["motion_adapter"].layout is Layout.FILE
    card = assembled(base, Registry(root).components())
    assert (card.host("fast").steps, card.host("fast").scheduler["timestep_spacing"]) == (4, "trailing")
    assert Family(card).host("fast").pipeline.unet is not None


def test_a_video_model_brings_its_own_parts(tmp_path: Path, root: Path) -> None:
    write_video(tmp_path / "zero", ("text_encoder", "vae"))
    component = put(tmp_path / "zero", root, like="zeroscope-576w")
    assert component.host is not None
    assert component.host.pixels == (576, 320)
    assert component.host.folders == {"unet": "./unet", "vae": "./vae", "text_encoder": "./text_encoder"}


def test_what_the_files_leave_open_must_be_answered(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "two.safetensors"
    write_checkpoint(path, "sd2", prediction="v_prediction")
    with pytest.raises(InputError, match=r"velocity.*v_prediction, epsilon"):
        put(path, root)
    with pytest.raises(InputError, match="no answer"):
        put(path, root, prediction="maybe")
    with pytest.raises(InputError, match="no question “like”"):
        put(path, root, like="sd15")
    component = put(path, root, prediction="v_prediction")
    assert component.settings["prediction_type"] == "v_prediction"
    assert component.sources["scheduler"].architecture == "sd2-v-scheduler"
    assert Family(assembled(component, ())).scheduler.config.prediction_type == "v_prediction"


def test_a_lora_asks_for_its_adapter_and_is_run_with_it(tmp_path: Path, root: Path) -> None:
    path = hollow(tmp_path / "lcm.safetensors", lora(*LORA_NAMES[0], 768))
    with pytest.raises(InputError, match="add or download one first"):
        put(path, root)
    write_motion_adapter(tmp_path / "mm")
    write_motion_adapter(tmp_path / "mm2", architecture="motion-adapter-v1-5-2")
    put(tmp_path / "mm", root)
    put(tmp_path / "mm2", root)
    with pytest.raises(InputError, match="Which motion adapter"):
        put(path, root)
    component = put(path, root, adapter="mm2")
    assert component.host is not None
    assert component.host.folders == {"unet": "unet", "lora": "./lora", "motion_adapter": "mm2/motion_adapter"}
    assert component.host.scheduler["class"] == "LCMScheduler"
    with pytest.raises(InputError, match="“mm2” is used by “lcm”"):
        forget("mm2", root)
    assert forget("lcm", root) == component
    assert forget("mm2", root).id == "mm2"


def test_the_same_files_are_not_listed_twice(tmp_path: Path, root: Path) -> None:
    write_base(tmp_path / "base", "sd1")
    put(tmp_path / "base", root, "Mine")
    found = inspect(tmp_path / "base", root)
    assert found.same_as == "mine"
    assert "on the list already, as “Mine”" in found.words
    (tmp_path / "link").symlink_to(tmp_path / "base")
    for path in (tmp_path / "base", tmp_path / "link"):
        with pytest.raises(InputError, match="on the list already, as “mine”"):
            put(path, root)
    assert forget("mine", root).title == "Mine"
    assert put(tmp_path / "base", root).id == "base"
    assert (tmp_path / "base/model_index.json").is_file()


def test_ids_are_free_and_readable(tmp_path: Path, root: Path) -> None:
    titles = ("sd1", "Still", "animatediff-v1-5-3", "日本", "x" * 300, "a/../b", "sd1")
    names = []
    for number, title in enumerate(titles):
        write_motion_adapter(tmp_path / f"{number}")
        names.append(put(tmp_path / f"{number}", root, title).id)
    assert names == ["sd1-2", "still-2", "animatediff-v1-5-3-2", "model", "x" * 40, "a-b", "sd1-3"]


def test_moved_files_are_noticed_and_found_again(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_checkpoint(path, "sd1")
    component = put(path, root)
    assert component.problems == ()
    goal = tmp_path / "other" / "renamed.safetensors"
    goal.parent.mkdir()
    path.rename(goal)
    assert Registry(root).components()[0].problems == (str(path),)
    assert "find them again" in inspect(goal, root).words
    linked = relink(component.id, goal, root)
    assert linked.problems == ()
    assert {source.path for part, source in linked.sources.items() if part != "tokenizer"} == {goal}
    assert linked.sources["tokenizer"] == component.sources["tokenizer"]
    assert Registry(root).components() == (linked,)
    assert Family(assembled(linked, ())).unet is not None


def test_a_folder_that_was_moved_is_found_again_with_its_answers(tmp_path: Path, root: Path) -> None:
    write_video(tmp_path / "zero", ("vae",))
    component = put(tmp_path / "zero", root, like="zeroscope-xl")
    shutil.move(tmp_path / "zero", tmp_path / "new place")
    linked = relink("zero", tmp_path / "new place", root)
    assert linked.host == component.host
    assert linked.sources["vae"].path == tmp_path / "new place/vae"


def test_other_content_is_no_new_place(tmp_path: Path, root: Path) -> None:
    write_base(tmp_path / "a", "sd1")
    write_base(tmp_path / "b", "sd1", dtype=torch.float16)
    put(tmp_path / "a", root)
    with pytest.raises(InputError, match="is not what “a” was"):
        relink("a", tmp_path / "b", root)
    for act in (lambda: relink("nobody", tmp_path / "a", root), lambda: forget("nobody", root)):
        with pytest.raises(InputError, match=r"No model “nobody”.*Use one of: a\."):
            act()


def test_a_touched_file_is_taken_as_it_is_after_a_look(tmp_path: Path, root: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_checkpoint(path, "sd1")
    put(path, root)
    os.utime(path, ns=(1, 1))
    assert Registry(root).components()[0].problems
    with pytest.raises(InputError, match="find them again on the Models page or with “models relink”"):
        put(path, root)
    assert relink("a", path, root).problems == ()


def test_downloads_are_left_to_their_own_commands(tmp_path: Path, root: Path) -> None:
    write_motion_adapter(tmp_path / "mm")
    component = replace(put(tmp_path / "mm", root), catalogue="animatediff-v1-5-3")
    Registry(root).add(component)
    with pytest.raises(InputError, match="models repair"):
        relink("mm", tmp_path / "mm", root)
    with pytest.raises(InputError, match="models remove"):
        forget("mm", root)


def test_verify_reads_every_number(tmp_path: Path, root: Path) -> None:
    write_base(tmp_path / "a", "sd1")
    component, heard = put(tmp_path / "a", root), list[tuple[int, int]]()
    told = verify(component, root, lambda done, total: heard.append((done, total)))
    assert "is its own" in told
    assert heard[-1][0] == heard[-1][1] > 3_000_000
    with pytest.raises(Cancelled):
        verify(component, root, cancelled=lambda: True)
    place = tmp_path / "a/vae/diffusion_pytorch_model.safetensors"
    tensors = load_file(place)
    name = sorted(tensors)[5]
    tensors[name].view(-1)[-1] = float("nan")
    save_file(tensors, place)
    with pytest.raises(LacunaError, match="Missing or changed"):
        verify(component, root)
    with pytest.raises(LacunaError, match=f"hold what is no number, among them “{name}”"):
        verify(replace(component, files=stamps(map(Path, component.files))), root)


def test_two_models_of_one_encoder_are_recognised(tmp_path: Path, root: Path) -> None:
    write_base(tmp_path / "a", "sd1")
    write_checkpoint(tmp_path / "b.safetensors", "sd1")
    write_checkpoint(tmp_path / "c.safetensors", "sd1", dtype=torch.float16)
    told = [verify(put(tmp_path / name, root), root) for name in ("a", "b.safetensors", "c.safetensors")]
    assert "the same text encoder as a" in told[1]
    assert "is its own" in told[0]
    assert "is its own" in told[2]
    assert Registry(root).components()[0].settings["encoder"]


def test_looking_at_gigabytes_takes_no_time_and_reads_little(tmp_path: Path, root: Path) -> None:
    path = hollow(tmp_path / "xl.safetensors", checkpoint_shapes("sdxl"))
    before = _read_bytes()
    found = inspect(path, root)
    assert found.bytes > 6e9
    assert _read_bytes() - before < 20_000_000


def _read_bytes() -> int:
    """Bytes that this process has asked its files for."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("rchar")))


def test_a_snapshot_of_the_hubs_cache_is_made_of_links_and_opens(tmp_path: Path, root: Path) -> None:
    write_base(tmp_path / "blobs", "sd1")
    snapshot = tmp_path / "models--maker--dream/snapshots/0a1b"
    for path in (path for path in (tmp_path / "blobs").rglob("*") if path.is_file()):
        link = snapshot / path.relative_to(tmp_path / "blobs")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    component = put(snapshot, root)
    assert (component.id, component.family) == ("dream", "sd1")
    family = Family(assembled(component, ()))
    assert family.vae.config.latent_channels == 4
    assert family.encoder.get_parameter("final_layer_norm.weight").shape == (16,)
    assert family.unet.config.cross_attention_dim == 16
    assert family.scheduler.config.num_train_timesteps == 1000


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_a_link_that_came_to_lead_to_itself_keeps_nothing_else_off_the_list(tmp_path: Path, root: Path) -> None:
    write_motion_adapter(tmp_path / "mm")
    write_motion_adapter(tmp_path / "other", architecture="motion-adapter-v1-5-2")
    put(tmp_path / "mm", root)
    shutil.rmtree(tmp_path / "mm")
    (tmp_path / "mm").symlink_to(tmp_path / "mm")
    assert put(tmp_path / "other", root).id == "other"


def test_of_two_that_are_added_at_once_none_is_lost(tmp_path: Path, root: Path) -> None:
    for place in "abcdef":
        write_motion_adapter(tmp_path / place / "mm")
    found = [inspect(tmp_path / place / "mm", root) for place in "abcdef"]
    with ThreadPoolExecutor(6) as pool:
        added = {component.id for component in pool.map(lambda one: add(one, root=root), found)}
    assert added == {"mm", "mm-2", "mm-3", "mm-4", "mm-5", "mm-6"} == {c.id for c in Registry(root).components()}


def test_what_is_found_again_during_a_check_stays_found(tmp_path: Path, root: Path) -> None:
    write_base(tmp_path / "a", "sd1")
    before = put(tmp_path / "a", root)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    relinked = relink("a", tmp_path / "b", root)
    verify(before, root)
    (after,) = Registry(root).components()
    assert after.sources == relinked.sources
    assert after.settings.keys() - before.settings.keys() == {"encoder"}


def test_a_download_that_is_offered_no_more_can_be_forgotten(tmp_path: Path, root: Path) -> None:
    write_motion_adapter(tmp_path / "mm")
    Registry(root).add(replace(put(tmp_path / "mm", root), catalogue="withdrawn"))
    assert forget("mm", root).catalogue == "withdrawn"
    assert Registry(root).components() == ()
