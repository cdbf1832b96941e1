"""Each format is written, found whole by its metadata, and read back."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import Cancelled, FailureKind, InputError, LacunaError
from core.media import mp4, reading, webm
from core.media.beside import read_sidecar, sidecar
from core.media.clip import Clip, read_clip, read_picture
from core.media.film import steady
from core.media.formats import WRITERS, check_free, convert, write_film
from core.media.inside import kind_of, look_inside
from tests.core.media.test_clip import METADATA, moving

CLIP = Clip(moving(12), 8.0, METADATA)
UNEVEN = replace(CLIP, frames=moving(4), times=(0.0, 0.1, 0.2, 0.8))


@pytest.mark.parametrize("suffix", [".webm", ".mp4", ".gif", ".webp", ""])
def test_a_clip_comes_back_with_what_made_it(tmp_path: Path, suffix: str) -> None:
    path = write_film(tmp_path / "new" / f"clip{suffix}", CLIP)
    assert read_sidecar(path) == METADATA
    sidecar(path).unlink()
    found = read_clip(path)
    assert found.frames.shape == CLIP.frames.shape
    assert np.abs(found.frames.astype(int) - CLIP.frames).mean() < 6
    assert found.starts == pytest.approx(CLIP.starts, abs=0.011)
    assert found.metadata == METADATA


def test_frames_are_every_pixel_as_it_is(tmp_path: Path) -> None:
    path = write_film(tmp_path / "frames", CLIP)
    assert [p.name for p in sorted(path.iterdir())] == [f"{number:04}.png" for number in range(1, 13)]
    assert np.array_equal(read_picture(path / "0007.png"), CLIP.frames[6])
    assert np.array_equal(read_clip(path).frames, CLIP.frames)


def test_one_picture_is_the_middle_frame(tmp_path: Path) -> None:
    assert np.array_equal(read_picture(write_film(tmp_path / "a.png", CLIP)), CLIP.frames[6])


@pytest.mark.parametrize("suffix", [".webm", ".mp4"])
def test_formats_of_one_rate_repeat_a_frame_that_stands_longer(tmp_path: Path, suffix: str) -> None:
    found = read_clip(write_film(tmp_path / f"a{suffix}", UNEVEN))
    assert found.fps == pytest.approx(10.0)
    shown = [int(np.abs(UNEVEN.frames.astype(int) - frame).mean((1, 2, 3)).argmin()) for frame in found.frames]
    assert shown[:8] == [0, 1, 2, 2, 2, 2, 2, 2]
    assert set(shown[8:]) == {3}


@pytest.mark.parametrize("suffix", [".gif", ".webp", ""])
def test_formats_that_know_times_keep_them(tmp_path: Path, suffix: str) -> None:
    assert read_clip(write_film(tmp_path / f"a{suffix}", UNEVEN)).times == pytest.approx(UNEVEN.times)


def test_the_durations_of_a_gif_do_not_drift(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 3), dtype=np.uint8)
    found = read_clip(write_film(tmp_path / "a.gif", Clip(frames, 15.0)))
    assert found.starts[-1] == pytest.approx(59 / 15, abs=0.011)


def test_a_webp_has_a_largest_size_and_leaves_nothing_beyond_it(tmp_path: Path) -> None:
    wide = Clip(np.zeros((2, 8, 16_384, 3), np.uint8), 8.0)
    with pytest.raises(InputError, match="16384 × 8 pixels do not fit"):
        write_film(tmp_path / "a.webp", wide)
    assert not list(tmp_path.iterdir())


def test_a_webp_that_stands_still_is_a_picture(tmp_path: Path) -> None:
    Image.fromarray(CLIP.frames[0]).save(tmp_path / "still.webp", exif=b"Exif\0\0", lossless=True)
    found = read_clip(tmp_path / "still.webp")
    assert np.array_equal(found.frames, CLIP.frames[:1])
    assert found.metadata == {}


def test_a_webp_of_one_frame_tells_how_it_was_made(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.webp", replace(CLIP, frames=CLIP.frames[:1]))
    assert kind_of(path.read_bytes()) == "picture"
    assert look_inside(path, path.read_bytes()).metadata == CLIP.metadata


def exif(kind: int, count: int, value: int) -> bytes:
    """EXIF whose description is of this type."""
    return b"II*\0" + struct.pack("<IHHHIII", 8, 1, 270, kind, count, value, 0)


@pytest.mark.parametrize("about", [exif(3, 1, 7), exif(12, 1, 8), exif(2, 0xFFFFFFFF, 8), b"II*\0", b"none"])
def test_a_webp_whose_description_is_none_is_read_without(tmp_path: Path, about: bytes) -> None:
    first, *rest = map(Image.fromarray, CLIP.frames[:2])
    first.save(tmp_path / "a.webp", save_all=True, append_images=rest, exif=about)
    found = read_clip(tmp_path / "a.webp")
    assert (len(found.frames), found.metadata) == (2, {})


def test_a_webp_that_claims_to_be_huge_is_refused(tmp_path: Path) -> None:
    path = write_film(tmp_path / "a.webp", CLIP)
    path.write_bytes(path.read_bytes()[:24] + b"\xff\x3f\0" * 2 + path.read_bytes()[30:])
    with pytest.raises(InputError, match="Reading it failed"):
        read_clip(path)


def test_the_colours_of_a_gif_hold_still(tmp_path: Path) -> None:
    still = np.repeat(np.linspace(0, 255, 64, dtype=np.uint8)[None, :, None, None].repeat(64, 2).repeat(3, 3), 2, 0)
    still[1, :4] = (255, 0, 0)
    first, second = read_clip(write_film(tmp_path / "a.gif", Clip(still, 8.0))).frames
    assert np.array_equal(first[16:], second[16:])


def test_steady_leaves_a_steady_clip_alone() -> None:
    assert steady(CLIP) == (list(range(12)), 8.0)


@pytest.mark.parametrize("suffix", list(WRITERS))
def test_a_clip_is_enlarged(tmp_path: Path, suffix: str) -> None:
    path = write_film(tmp_path / f"a{suffix}", replace(CLIP, frames=CLIP.frames[:2]), scale=2)
    assert read_clip(path).frames.shape[1:] == (128, 128, 3)


@pytest.mark.parametrize("suffix", [".webm", ".mp4", ".gif", ".webp", ""])
def test_what_is_stopped_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_film(tmp_path / f"a{suffix}", CLIP, tell=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".webm", ".mp4", ".gif", ""])
def test_writing_tells_how_far_it_is(tmp_path: Path, suffix: str) -> None:
    told: list[tuple[int, int]] = []
    write_film(tmp_path / f"a{suffix}", CLIP, tell=lambda done, total: told.append((done, total)))
    assert told == [(done, 12) for done in range(1, 13)]


@pytest.mark.parametrize("suffix", list(WRITERS))
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LacunaError) as caught:
        write_film(tmp_path / "file" / f"a{suffix}", CLIP)
    assert caught.value.kind is FailureKind.STORAGE


def test_sizes_that_a_format_cannot_hold_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="do not fit this format"):
        write_film(tmp_path / "a.webm", Clip(np.zeros((1, 2, 70_000, 3), np.uint8), 8.0))
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    source, target = write_film(tmp_path / "a.webm", CLIP), tmp_path / "b.gif"
    convert(source, target)
    with pytest.raises(InputError, match="exists already"):
        convert(source, target)
    for path, why in ((tmp_path / "a.mkv", "cannot be written"), (tmp_path / "none" / "a.gif", "does not exist")):
        with pytest.raises(InputError, match=why):
            check_free(path)


def test_a_clip_that_would_come_out_smaller_is_not_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_film(tmp_path / "a.webm", Clip(moving(4, 256), 8.0))
    monkeypatch.setattr(reading, "PIXEL_LIMIT", 3 * 256 * 256)
    assert read_clip(source).full == (256, 256)
    with pytest.raises(InputError, match=r"4 frames of 256 × 256 pixels do not fit"):
        convert(source, tmp_path / "b.gif")
    assert not (tmp_path / "b.gif").exists()


def test_conversion_may_bring_other_metadata(tmp_path: Path) -> None:
    path = convert(write_film(tmp_path / "a.webm", CLIP), tmp_path / "b.mp4", {"seed": 9})
    assert read_clip(path).metadata == read_sidecar(path) == {"seed": 9}


def test_a_gif_loops_for_ever(tmp_path: Path) -> None:
    with Image.open(write_film(tmp_path / "a.gif", CLIP)) as image:
        assert image.info["loop"] == 0


def test_mp4_tags_replace_those_of_the_encoder_and_keep_the_pictures(tmp_path: Path) -> None:
    data = write_film(tmp_path / "a.mp4", CLIP).read_bytes()
    again = mp4.embed(data, {"TITLE": "Größe", "COMMENT": "x" * 70_000})
    assert mp4.read_tags(again) == {"TITLE": "Größe", "COMMENT": "x" * 70_000}
    (tmp_path / "b.mp4").write_bytes(again)
    assert np.array_equal(read_clip(tmp_path / "b.mp4").frames, read_clip(tmp_path / "a.mp4").frames)
    assert not mp4.has_sound(again)


def test_mp4_files_that_are_cut_or_begin_with_their_header_are_refused(tmp_path: Path) -> None:
    data = write_film(tmp_path / "a.mp4", CLIP).read_bytes()
    parts = {b.name: data[b.start : b.end] for b in mp4.boxes(data)}
    with pytest.raises(ValueError, match="header"):
        mp4.embed(parts[b"ftyp"] + parts[b"moov"] + parts[b"mdat"], {})
    for length in (len(data) - 1, len(data) - 4, 20):
        with pytest.raises(ValueError, match=r"cut off|header"):
            mp4.embed(data[:length], {})


def test_a_track_of_sound_is_found_in_either_container() -> None:
    def movie(kind: bytes) -> bytes:
        handler = mp4.box(b"hdlr", bytes(8) + kind + bytes(13))
        return mp4.box(b"ftyp", b"isom") + mp4.box(b"moov", mp4.box(b"trak", mp4.box(b"mdia", handler)))

    def matroska(kind: int) -> bytes:
        track = webm.element(webm.TRACK, webm.element(webm.TRACK_TYPE, bytes([kind])))
        return webm.element(webm.SEGMENT, webm.element(webm.TRACKS, track))

    assert [mp4.has_sound(movie(kind)) for kind in (b"soun", b"vide")] == [True, False]
    assert [webm.has_sound(matroska(kind)) for kind in (webm.SOUND, 1)] == [True, False]
