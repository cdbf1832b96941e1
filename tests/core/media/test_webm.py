from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.media import webm
from core.media.clip import write_clip


@pytest.fixture
def clip(tmp_path: Path) -> bytes:
    """A tagged clip of three frames."""
    return write_clip(tmp_path / "a.webm", np.zeros((3, 16, 16, 3), np.uint8), 8.0, {"prompt": "x"}).read_bytes()


def top(data: bytes) -> tuple[bytes, list[webm.Element]]:
    """The body of the Segment and its elements."""
    segment = next(e for e in webm.elements(data) if e.id == webm.SEGMENT)
    body = data[segment.body : segment.end]
    return body, list(webm.elements(body))


def test_the_tags_are_ours_and_the_encoders(clip: bytes) -> None:
    tags = webm.read_tags(clip)
    assert tags["TITLE"] == "x"
    assert tags["COMMENT"] == '{"prompt": "x"}'
    assert "ENCODER" in tags


def test_the_seek_head_points_at_every_element_it_names(clip: bytes) -> None:
    body, elements = top(clip)
    at = {e.start: e.id for e in elements}
    head = next(e for e in elements if e.id == webm.SEEK_HEAD)
    named = []
    for seek in webm.elements(body, head.body, head.end):
        fields = {e.id: int.from_bytes(body[e.body : e.end]) for e in webm.elements(body, seek.body, seek.end)}
        assert at[fields[webm.SEEK_POSITION]] == fields[webm.SEEK_ID]
        named.append(fields[webm.SEEK_ID])
    assert webm.TAGS in named
    assert [e.id for e in elements].count(webm.TAGS) == 1


def test_tags_can_be_added_again(clip: bytes) -> None:
    again = webm.embed(clip, {"ARTIST": "Ü" * 300})
    assert webm.read_tags(again) == {**webm.read_tags(clip), "ARTIST": "Ü" * 300}


@pytest.mark.parametrize("data", [b"\x00", b"\x1a", b"\x18\x53\x80\x67\x85ab", b"\x18\x53\x80\x67\x01" + b"\xff" * 7])
def test_unfinished_files_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="EBML"):
        webm.read_tags(data)


def test_a_file_without_a_segment_gets_no_tags() -> None:
    with pytest.raises(ValueError, match="no segment"):
        webm.embed(b"\xec\x80", {})


@pytest.mark.parametrize("length", [2, 9, 10, 128, 1000])
def test_elements_to_skip_have_every_length(length: int) -> None:
    void = webm._void(length)
    assert [(e.id, e.end) for e in webm.elements(void)] == [(webm.VOID, length)]
