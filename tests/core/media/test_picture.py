from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import InputError
from core.media.picture import png_bytes, read_picture, write_picture

PICTURE = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)


def test_a_picture_comes_back_with_its_metadata(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "new" / "a.png", PICTURE, {"prompt": "Größe", "seed": 3})
    assert np.array_equal(read_picture(path), PICTURE)
    with Image.open(path) as image:
        assert image.info["Comment"] == '{"prompt": "Größe", "seed": 3}'


def test_a_picture_is_enlarged(tmp_path: Path) -> None:
    assert read_picture(write_picture(tmp_path / "a.png", PICTURE, {}, scale=3)).shape == (60, 90, 3)


def test_png_bytes_are_a_png() -> None:
    assert png_bytes(PICTURE).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["a.jpg", "a.webp", "a.bmp"])
def test_other_formats_are_read(tmp_path: Path, name: str) -> None:
    Image.new("RGB", (30, 20), (200, 100, 50)).save(tmp_path / name)
    picture = read_picture(tmp_path / name)
    assert picture.shape == (20, 30, 3)
    assert np.abs(picture.astype(int) - (200, 100, 50)).max() < 12


def test_transparent_parts_become_white_and_grey_becomes_rgb(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    Image.new("L", (4, 4), 77).save(tmp_path / "grey.png")
    assert (read_picture(tmp_path / "clear.png") == 255).all()
    assert (read_picture(tmp_path / "grey.png") == 77).all()


@pytest.mark.parametrize("about", [b"Exif\0\0II*\0", b"Exif\0\0none"])
def test_a_photograph_with_broken_exif_is_read_as_it_is(tmp_path: Path, about: bytes) -> None:
    Image.new("RGB", (8, 4), "red").save(tmp_path / "a.jpg", exif=about)
    assert read_picture(tmp_path / "a.jpg").shape == (4, 8, 3)


def test_a_turned_photograph_is_read_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (30, 20)).save(tmp_path / "a.jpg", exif=exif)
    assert read_picture(tmp_path / "a.jpg").shape == (30, 20, 3)


def test_broken_missing_and_foreign_files_are_told(tmp_path: Path) -> None:
    whole = png_bytes(PICTURE)
    for name, data in {"half.png": whole[: len(whole) // 2], "text.png": b"hello", "empty.jpg": b""}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError, match=name):
            read_picture(tmp_path / name)
    with pytest.raises(InputError, match="no picture"):
        read_picture(tmp_path / "missing.png")
    with pytest.raises(InputError, match="no picture"):
        read_picture(tmp_path)


@pytest.mark.parametrize("side", [9_000, 60_000])
def test_a_huge_picture_is_refused_from_its_header(tmp_path: Path, side: int) -> None:
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    (tmp_path / "huge.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 9) + b"IDAT")
    with pytest.raises(InputError, match="too large"):
        read_picture(tmp_path / "huge.png")


def test_the_limit_is_the_callers(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png", PICTURE, {})
    with pytest.raises(InputError, match="It has 30 × 20 pixels"):
        read_picture(path, limit_pixels=599)
    assert read_picture(path, limit_pixels=600).shape == (20, 30, 3)
