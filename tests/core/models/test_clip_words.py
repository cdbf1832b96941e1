"""The tokenizer built from OpenAI's merges gives the published ids."""

from __future__ import annotations

import hashlib
import lzma
from pathlib import Path

import pytest
from transformers import CLIPTokenizer

from core.models.clip_words import bundled_words, clip_tokenizer, padded

CAT = [49406, 320, 1125, 539, 320, 2368, 49407]


def test_the_merges_are_openais() -> None:
    text = lzma.decompress((bundled_words() / "merges.txt.xz").read_bytes())
    digest = hashlib.sha256(text).hexdigest()
    assert digest in (bundled_words() / "NOTICE").read_text("utf-8")
    assert len(text.splitlines()) == 48_894
    assert "Copyright (c) 2021 OpenAI" in (bundled_words() / "LICENSE").read_text("utf-8")


def test_a_prompt_has_the_published_ids() -> None:
    words = clip_tokenizer()
    assert len(words) == 49_408
    assert words("a photo of a cat").input_ids == CAT
    assert words("A  Photo of a CAT").input_ids == CAT
    assert words("hello!").input_ids == [49406, 3306, 256, 49407]


@pytest.mark.parametrize("pad", [49407, 0])
def test_a_short_prompt_is_filled_up_as_the_family_does(pad: int) -> None:
    ids = clip_tokenizer(pad)("a photo of a cat", padding="max_length", truncation=True).input_ids
    assert ids == CAT + [pad] * 70


def test_a_long_prompt_ends_at_77_tokens() -> None:
    ids = clip_tokenizer()("cat " * 100, padding="max_length", truncation=True).input_ids
    assert len(ids) == 77
    assert ids[-1] == 49407


def test_a_tokenizer_is_the_same_after_a_folder(tmp_path: Path) -> None:
    clip_tokenizer(0).save_pretrained(tmp_path)
    again = CLIPTokenizer.from_pretrained(tmp_path, local_files_only=True)
    assert again.get_vocab() == clip_tokenizer().get_vocab()
    assert padded(again, 49407)("a cat", padding="max_length").input_ids[4:] == [49407] * 73
