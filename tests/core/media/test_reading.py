"""Clips that strangers wrote: each becomes frames with their seconds, or one sentence."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import Cancelled, InputError
from core.media.clip import Clip, read_clip, read_metadata, write_clip, write_picture
from core.media.cv import cv2
from core.media.formats import write_film
from tests.core.media.foreign import tone, write_avi, write_uneven
from tests.core.media.test_clip import moving

NOISE = np.random.default_rng(0).integers(0, 256, (10, 16, 24, 3), dtype=np.uint8)


def test_raw_pictures_and_sound_of_an_avi_come_back_as_they_are(tmp_path: Path) -> None:
    clip = read_clip(write_avi(tmp_path / "a.avi", NOISE, 10, tone(1.0)))
    assert np.array_equal(clip.frames, NOISE)
    assert (clip.fps, clip.times, clip.sound, clip.full) == (10.0, (), True, None)
    assert not read_clip(write_avi(tmp_path / "b.avi", NOISE, 10)).sound


def test_raw_pictures_that_stand_upside_down_are_refused_before_the_decoder_sees_them(tmp_path: Path) -> None:
    path = write_avi(tmp_path / "a.avi", NOISE, 10, rising=True)
    with pytest.raises(InputError, match="upside down"):
        read_clip(path)


def test_frames_that_stand_for_different_times_tell_when_each_begins(tmp_path: Path) -> None:
    clip = read_clip(write_uneven(tmp_path / "a.webm", moving(5), [0, 100, 130, 500, 900]))
    assert clip.times == pytest.approx((0.0, 0.1, 0.13, 0.5, 0.9))
    assert clip.starts == clip.times
    assert clip.fps == pytest.approx(4 / 0.9)
    assert clip.seconds == pytest.approx(0.9 + 0.9 / 4)


def test_milliseconds_of_a_container_are_no_uneven_times(tmp_path: Path) -> None:
    clip = read_clip(write_uneven(tmp_path / "a.webm", moving(5), [0, 33, 67, 100, 133]))
    assert clip.times == ()
    assert clip.fps == pytest.approx(30, rel=0.01)


@pytest.mark.parametrize("suffix", [".webm", ".mp4", ".gif", ".png", ""])
def test_one_pixel_is_a_clip(tmp_path: Path, suffix: str) -> None:
    path = write_film(tmp_path / f"dot{suffix}", Clip(np.full((3, 1, 1, 3), 200, np.uint8), 8.0))
    clip = read_clip(path)
    assert len(clip.frames) == (1 if suffix == ".png" else 3 if suffix != ".gif" else 1)
    assert max(clip.frames.shape[1:3]) <= 2
    assert np.abs(clip.frames.astype(int) - 200).max() < 6


def test_a_picture_is_a_clip_of_one_frame_with_its_metadata(tmp_path: Path) -> None:
    clip = read_clip(write_picture(tmp_path / "a.png", NOISE[0], {"seed": 3}))
    assert np.array_equal(clip.frames, NOISE[:1])
    assert (clip.metadata, clip.times, clip.fps) == ({"seed": 3}, (), 1.0)


@pytest.mark.parametrize("name", ["a.jpg", "a.webp", "a.bmp", "named_like_a_clip.mp4"])
def test_what_a_file_is_decides_not_what_it_is_called(tmp_path: Path, name: str) -> None:
    kind = {".mp4": "PNG", ".jpg": "JPEG"}.get(Path(name).suffix, Path(name).suffix[1:].upper())
    Image.fromarray(NOISE[0]).save(tmp_path / name, kind)
    assert read_clip(tmp_path / name).frames.shape == (1, 16, 24, 3)


def test_a_gif_keeps_its_times(tmp_path: Path) -> None:
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    pictures = [Image.new("RGB", (8, 6), colour) for colour in colours]
    path = tmp_path / "a.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=[100, 400, 50])
    clip = read_clip(path)
    assert clip.times == pytest.approx((0.0, 0.1, 0.5))
    assert [tuple(map(int, frame[3, 4])) for frame in clip.frames] == colours


def test_a_gif_shows_white_where_it_is_clear(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 6), (0, 0, 0, 0)).save(tmp_path / "a.gif")
    assert (read_clip(tmp_path / "a.gif").frames == 255).all()


def test_a_folder_of_numbered_pictures_is_a_clip_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    for number in (10, 9, 2, 1):
        write_picture(tmp_path / f"{number}.png", np.full((4, 4, 3), number, np.uint8), {})
    (tmp_path / "readme.txt").write_text("not a frame")
    clip = read_clip(tmp_path)
    assert [int(frame[0, 0, 0]) for frame in clip.frames] == [1, 2, 9, 10]
    assert clip.fps == 8.0


def test_an_8k_clip_is_made_small_enough_while_it_is_read(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.mp4", Clip(np.full((2, 4320, 7680, 3), 90, np.uint8), 8.0))
    clip = read_clip(path, room=2_000_000)
    assert clip.frames.shape[1] * clip.frames.shape[2] <= 1_000_000
    assert clip.full == (7680, 4320)
    assert clip.frames.shape[2] / clip.frames.shape[1] == pytest.approx(16 / 9, rel=0.01)
    assert np.abs(clip.frames.astype(int) - 90).max() < 6


def test_a_clip_of_unknown_length_is_made_smaller_when_it_turns_out_too_long(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.webm", np.repeat(moving(1, 256), 40, 0), 8.0, {})
    data = bytearray(path.read_bytes())
    at = data.index(b"\x44\x89") + 3
    data[at : at + 8] = bytes(8)
    path.write_bytes(data)
    clip = read_clip(path, room=30 * 256 * 256)
    assert len(clip.frames) == 40
    assert clip.full == (256, 256)
    assert clip.frames.shape[1:3] == (192, 192)


def test_far_too_long_is_refused_with_the_length_that_would_do(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.webm", moving(24, 128), 8.0, {})
    with pytest.raises(InputError, match=r"24 frames of 128 × 128.*Cut it to 1 seconds at most"):
        read_clip(path, room=12 * 120 * 120)


def test_memory_holds_no_more_than_was_allowed(tmp_path: Path) -> None:
    path = write_avi(tmp_path / "a.avi", np.zeros((60, 240, 320, 3), np.uint8), 10)
    tracemalloc.start()
    read_clip(path, room=2_000_000)
    peak = tracemalloc.get_traced_memory()[1] - path.stat().st_size
    tracemalloc.stop()
    assert peak < 2.2 * 3 * 2_000_000


def test_no_frames_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.avi"
    cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"MJPG"), 8, (32, 32)).release()
    with pytest.raises(InputError, match="cannot be played"):
        read_clip(path)
    empty = tmp_path / "folder"
    empty.mkdir()
    with pytest.raises(InputError, match="There is no clip"):
        read_clip(empty)


@pytest.mark.parametrize("suffix", [".mp4", ".gif", ".avi"])
def test_every_cut_of_a_foreign_clip_is_read_or_told(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    write_avi(path, NOISE, 10) if suffix == ".avi" else write_film(path, Clip(moving(6), 8.0))
    whole, told, read = path.read_bytes(), [], 0
    for length in range(0, len(whole), max(1, len(whole) // 16)):
        path.write_bytes(whole[:length])
        try:
            read += len(read_clip(path).frames)
        except InputError as error:
            told.append(str(error))
    assert told
    assert all(path.name in why for why in told)
    assert suffix == ".mp4" or read


@pytest.mark.parametrize(
    "data", [b"RIFF\x24\0\0\0WAVEfmt ", b"%PDF-1.7", b"\xff\xd8\xff\xe0junk", b"GIF89a\x08\0\x08\0"]
)
def test_files_of_another_kind_are_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.webm").write_bytes(data)
    with pytest.raises(InputError, match=r"a\.webm"):
        read_clip(tmp_path / "a.webm")


def test_reading_tells_how_far_it_is_and_stops_when_it_is_told(tmp_path: Path) -> None:
    path, told = write_clip(tmp_path / "a.webm", moving(6), 8.0, {}), []
    read_clip(path, tell=lambda done, total: told.append((done, total)))
    assert told == [(done, 6) for done in range(1, 7)]

    def stop(done: int, _total: int) -> None:
        if done == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_clip(path, tell=stop)


def test_metadata_alone_is_read_without_decoding(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.webm", moving(3), 8.0, {"seed": 5})
    path.write_bytes(path.read_bytes().replace(b"\xa3", b"\xa4"))
    assert read_metadata(path) == {"seed": 5}
    with pytest.raises(InputError, match="There is no clip"):
        read_metadata(tmp_path / "none.webm")
