from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import FailureKind, InputError, LacunaError
from core.media import reading as module
from core.media.clip import read_clip, sidecar, write_clip
from core.media.picture import enlarge

METADATA = {"prompt": "Pipwick “hops”", "seed": 7, "family": "starter", "encoder": "abc", "settings": {"steps": [1, 2]}}

FULL_DISK = """
import resource, sys
from pathlib import Path
import numpy as np
from core.errors import LacunaError
from core.media.clip import write_clip
noise = np.random.default_rng(0).integers(0, 256, (40, 128, 128, 3), dtype=np.uint8)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    write_clip(Path(sys.argv[1]), noise, 8.0, {})
except LacunaError as error:
    print(error.kind)
    print(error, file=sys.stderr)
"""


LITTLE_MEMORY = """
import resource, sys
from pathlib import Path
import numpy as np
from core.errors import LacunaError
from core.hardware.oom import is_out_of_memory
from core.media.clip import write_clip
noise = np.random.default_rng(0).integers(0, 256, (24, 256, 256, 3), dtype=np.uint8)
write_clip(Path(sys.argv[1], "before.webm"), noise[:2], 8.0, {})
pages = int(Path("/proc/self/statm").read_text().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 12 * 2**20,) * 2)
try:
    write_clip(Path(sys.argv[1], "after.webm"), noise, 8.0, {})
except LacunaError as error:
    print(error.kind, is_out_of_memory(error))
"""


def moving(frames: int = 12, size: int = 64) -> NDArray[np.uint8]:
    """A coloured square that crosses a shaded ground."""
    ground = np.linspace(40, 200, size, dtype=np.uint8)[:, None, None].repeat(size, 1).repeat(3, 2)
    clip = np.stack([ground] * frames)
    for index, frame in enumerate(clip):
        frame[20:40, 3 * index : 3 * index + 16] = (230, 90, 30)
    return clip


@pytest.mark.parametrize("scale", [1, 4])
def test_a_clip_comes_back(tmp_path: Path, scale: int) -> None:
    frames = moving()
    path = write_clip(tmp_path / "new" / "before.webm", frames, 8.0, METADATA, scale)
    clip = read_clip(path)
    wanted = np.stack([enlarge(frame, scale) for frame in frames]).astype(int)
    assert clip.frames.shape == wanted.shape
    assert clip.frames.dtype == np.uint8
    assert np.abs(clip.frames - wanted).mean() < 6
    assert clip.fps == 8.0
    assert clip.metadata == METADATA


def test_metadata_stands_in_the_file_and_beside_it(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.webm", moving(3), 8.0, METADATA)
    assert sidecar(path) == tmp_path / "a.webm.json"
    assert json.loads(sidecar(path).read_text("utf-8")) == {**METADATA, "schema": 1}
    sidecar(path).unlink()
    assert read_clip(path).metadata == METADATA


def test_the_sidecar_helps_where_a_tool_dropped_the_tags(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.webm", moving(3), 8.0, METADATA)
    path.write_bytes(path.read_bytes().replace(b"COMMENT", b"REMOVED"))
    assert read_clip(path).metadata == METADATA
    sidecar(path).write_text("{")
    assert read_clip(path).metadata == {}


def test_odd_sizes_and_rates(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.webm", moving(3)[:, :33, :31], 7.5, {})
    clip = read_clip(path)
    assert clip.frames.shape == (3, 34, 32, 3)
    assert clip.fps == 7.5


def test_a_second_clip_replaces_the_first_whole(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.webm", moving(3), 8.0, {"seed": 1})
    write_clip(tmp_path / "a.webm", moving(5), 8.0, {"seed": 2})
    clip = read_clip(tmp_path / "a.webm")
    assert (len(clip.frames), clip.metadata) == (5, {"seed": 2})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.webm", "a.webm.json"]


@pytest.mark.parametrize("shape", [(0, 8, 8, 3), (8, 8, 3), (2, 8, 8, 4)])
def test_arrays_that_are_no_clip_are_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="not RGB bytes"):
        write_clip(tmp_path / "a.webm", np.zeros(shape, np.uint8), 8.0, {})


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LacunaError) as caught:
        write_clip(tmp_path / "file" / "a.webm", moving(2), 8.0, {})
    assert caught.value.kind is FailureKind.STORAGE


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    call = [sys.executable, "-c", FULL_DISK, str(tmp_path / "out" / "a.webm")]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "storage"
    assert list(tmp_path.rglob("*.*")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process may map")
def test_an_encoder_without_memory_is_told_and_leaves_no_clip_without_frames(tmp_path: Path) -> None:
    """It says nothing and writes a sound file of 620 bytes; a job takes the error as a want of memory."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    call = [sys.executable, "-c", LITTLE_MEMORY, str(tmp_path)]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "memory True"
    assert {path.name for path in tmp_path.iterdir()} == {"before.webm", "before.webm.json"}


def test_a_missing_clip_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no clip"):
        read_clip(tmp_path / "none.webm")


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\x1aE\xdf\xa3" + b"junk" * 50, b"#EXTM3U\nhttp://example.org/a.ts\n"]
)
def test_what_is_no_clip_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.webm"
    path.write_bytes(data)
    with pytest.raises(InputError, match="cannot be played"):
        read_clip(path)


def test_every_cut_of_a_clip_is_read_or_told(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "a.webm", moving(6), 8.0, METADATA).read_bytes()
    path, read = tmp_path / "cut.webm", []
    for length in range(0, len(whole), max(1, len(whole) // 12)):
        path.write_bytes(whole[:length])
        with suppress(InputError):
            read.append(len(read_clip(path).frames))
    assert read
    assert read == sorted(read)
    assert read[-1] == 6


def test_a_clip_too_large_to_hold_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_clip(tmp_path / "a.webm", moving(4), 8.0, {})
    monkeypatch.setattr(module, "PIXEL_LIMIT", 3 * 64 * 64)
    with pytest.raises(InputError, match="too long or too large"):
        read_clip(path)
    monkeypatch.setattr(module, "FILE_LIMIT", 10)
    with pytest.raises(InputError, match="larger than"):
        read_clip(path)
