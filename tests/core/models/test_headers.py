"""Headers of safetensors files: sound ones are read as the library reads them, and every lie is told in words."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import save_file

from core.models.headers import HEADER_LIMIT, read_header, require_regular


def written(path: Path, header: bytes | dict[str, Any], data: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def entry(start: int = 0, end: int = 8, dtype: Any = "F32", shape: Any = (2,)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}


def fault(path: Path) -> str:
    with pytest.raises(ValueError, match=r".") as caught:
        read_header(path)
    return str(caught.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some.safetensors"


def test_a_header_tells_what_the_library_reads(file: Path) -> None:
    tensors = {"b": np.arange(6, dtype=np.float16).reshape(2, 3), "a": np.zeros((), np.float32), "c": np.zeros((0, 4))}
    save_file(tensors, file, {"format": "pt", "title": "Ä"})
    found = read_header(file)
    assert {name: held.shape for name, held in found.tensors.items()} == {k: v.shape for k, v in tensors.items()}
    assert found.metadata == {"format": "pt", "title": "Ä"}
    assert found.size == file.stat().st_size
    held = found.tensors["b"]
    assert file.read_bytes()[held.start : held.end] == tensors["b"].tobytes()


@pytest.mark.parametrize(
    ("header", "data", "said"),
    [
        ({"a": entry(0, 16)}, bytes(16), "wrong type or size"),
        ({"a": entry(8, 0)}, bytes(8), "wrong type or size"),
        ({"a": entry(shape=[-2])}, bytes(8), "wrong type or size"),
        ({"a": entry(shape=[2.0])}, bytes(8), "wrong type or size"),
        ({"a": entry(shape=[True, 2])}, bytes(8), "wrong type or size"),
        ({"a": entry(shape=[1 << 60])}, bytes(8), "wrong type or size"),
        ({"a": entry(shape=[1] * 9)}, bytes(8), "wrong type or size"),
        ({"a": {"dtype": "F32", "shape": [2]}}, bytes(8), "wrong type or size"),
        ({"a": entry(dtype="F13")}, bytes(8), "unknown type F13"),
        ({"a": entry(dtype=["F32"])}, bytes(8), "unknown type"),
        ({"a": 3}, bytes(8), "unknown type 3"),
        ({"a": entry(), "b": entry()}, bytes(8), "“a” and “b” lie on each other"),
        ({"a": entry(), "b": entry(4, 12)}, bytes(12), "lie on each other"),
        ({"a": entry(), "b": entry(12, 20)}, bytes(20), "gap before its tensor “b”"),
        ({"a": entry()}, bytes(5), "3 bytes are missing"),
        ({"a": entry()}, bytes(9), "1 bytes follow its last tensor"),
        ({"a": entry(), "__metadata__": {"x": 1}}, bytes(8), "metadata are not texts"),
        ({"a": entry(), "__metadata__": []}, bytes(8), "metadata are not texts"),
        (b'{"a": 1, "a": 2}', b"", "names something twice"),
        (b'{"a": {"dtype": "F32", "dtype": "F16"}}', b"", "names something twice"),
        (b'{"a": \xff}', b"", "not text"),
        (b'{"a": NaN}', b"", "JSON compliant"),
        (b'{"a": ' + b"[" * 200_000, b"", "nested too deep"),
        (b'{"a": ' + b"9" * 400 + b"}", b"", "number of 400 digits"),
        (b'{"a": ', b"", "broken in line 1"),
        (b"[]", b"", "does not begin like a safetensors file"),
    ],
)
def test_a_lying_header_is_refused_in_words(file: Path, header: Any, data: bytes, said: str) -> None:
    assert said in fault(written(file, header, data))


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"", "it is empty"),
        (b"\x01", "does not begin"),
        (bytes(8), "does not begin"),
        ((1 << 63).to_bytes(8, "little") + b"{}", "does not begin"),
        ((5000).to_bytes(8, "little") + b'{"a": 1', "cut off: its header should have 5000 bytes, the file has 15"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS pointer"),
        (b"GGUF\x03\x00\x00\x00 and more", "GGUF"),
        (b"<!doctype html><html>Sign in</html>", "web page"),
        (b'{"error": "Access to model is restricted"}', "text file"),
        (b"\x1f\x8b\x08\x00 gzip and more of it", "packed archive"),
        (b"\x89HDF\r\n\x1a\n and more", "Keras"),
    ],
)
def test_other_files_are_told_by_how_they_begin(file: Path, start: bytes, said: str) -> None:
    file.write_bytes(start)
    assert said in fault(file)


def test_a_pickle_with_the_name_of_safetensors_is_called_one(file: Path) -> None:
    torch.save({"a": torch.zeros(3)}, file)
    assert "pickle" in fault(file)
    file.write_bytes(pickle.dumps({"a": list(range(100))}))
    assert "pickle" in fault(file)


def test_a_zip_is_told_by_what_is_in_it(file: Path) -> None:
    def packed(name: str) -> str:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr(name, "x")
        file.write_bytes(made.getvalue())
        return fault(file)

    assert "an erasure that was passed on" in packed("lacuna.json")
    assert "packed archive" in packed("model.safetensors")
    file.write_bytes(b"PK\x03\x04" + bytes(60))
    assert "packed archive" in fault(file)


def test_a_header_beyond_the_limit_is_not_read(file: Path) -> None:
    length = HEADER_LIMIT + 1
    with file.open("wb") as out:
        out.write(length.to_bytes(8, "little"))
        out.truncate(length + 100)
    assert fault(file) == "its header is too long"


def test_links_are_followed_and_nothing_else_is_opened(tmp_path: Path, file: Path) -> None:
    save_file({"a": np.zeros(2, np.float32)}, file)
    link, lost, loop, pipe = (tmp_path / name for name in ("link", "lost", "loop", "pipe"))
    link.symlink_to(file)
    lost.symlink_to(tmp_path / "nowhere")
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    assert read_header(link).tensors.keys() == {"a"}
    assert "leads nowhere" in fault(lost)
    assert "leads nowhere" in fault(loop)
    assert "a pipe or a device" in fault(pipe)
    assert "a pipe or a device" in fault(Path("/dev/zero"))
    assert "folder" in fault(tmp_path)
    with pytest.raises(ValueError, match="cannot be read"):
        require_regular(tmp_path / "gone")


@pytest.mark.parametrize(
    ("change", "some"),
    [(lambda data, at: data[:at], False), (lambda data, at: data[:at] + b"1" + data[at + 1 :], True)],
)
def test_what_is_accepted_the_library_opens_too(file: Path, change: Callable[[bytes, int], bytes], some: bool) -> None:
    """Cut or change a sound file at every place of its header: whatever passes here must open there."""
    save_file({"a": np.arange(4, dtype=np.float32), "b": np.zeros((2, 1), np.float16)}, file, {"x": "y"})
    whole = file.read_bytes()
    passed = 0
    for at in range(8 + int.from_bytes(whole[:8], "little")):
        file.write_bytes(change(whole, at))
        try:
            names = read_header(file).tensors.keys()
        except ValueError:
            continue
        with safe_open(file, "np") as opened:
            assert set(opened.keys()) == set(names)
        passed += 1
    assert bool(passed) == some
