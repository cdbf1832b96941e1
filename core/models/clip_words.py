"""The tokenizer of every CLIP text encoder, built from OpenAI's merges, for model files that carry no words."""

from __future__ import annotations

import lzma
from functools import cache
from itertools import chain
from pathlib import Path

from transformers import CLIPTokenizer

from core.resources import resource

TOKENS = 77
"""Tokens of a prompt, with its start and its end."""

END = 49407
"""The id that ends a prompt."""


def bundled_words() -> Path:
    """The folder that a part's source names when its tokenizer is this one."""
    return resource("tokenizers", "clip")


def clip_tokenizer(pad: int = END) -> CLIPTokenizer:
    """A new tokenizer that gives the published ids; `pad` fills short prompts: 49407 in SD 1, 0 (“!”) in SD 2."""
    vocabulary, merges = _words()
    return padded(CLIPTokenizer(vocab=dict(vocabulary), merges=list(merges), model_max_length=TOKENS), pad)


def padded(tokenizer: CLIPTokenizer, pad: int) -> CLIPTokenizer:
    """The same tokenizer, which fills short prompts up with the token of this id from now on.

    A published SD 2 tells its padding in `special_tokens_map.json` alone, a file that downloads often lack; every
    prompt's states are wrong then. Whoever knows the family sets it here.
    """
    if tokenizer.pad_token_id != pad:
        tokenizer.pad_token = tokenizer.convert_ids_to_tokens(pad)
    return tokenizer


@cache
def _words() -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Vocabulary and merges as CLIP orders them (Radford et al. 2021): bytes, bytes that end a word, merges, marks."""
    text = lzma.decompress((bundled_words() / "merges.txt.xz").read_bytes()).decode()
    merges = [(left, right) for left, right in (line.split() for line in text.splitlines())]
    letters = _byte_letters()
    ends = [f"{letter}</w>" for letter in letters]
    order = [*letters, *ends, *(left + right for left, right in merges), "<|startoftext|>", "<|endoftext|>"]
    return {token: number for number, token in enumerate(order)}, merges


def _byte_letters() -> list[str]:
    """A letter for each byte: its own where Latin-1 shows one, else one from U+0100 on; those shown come first."""
    shown = [*chain(range(0x21, 0x7F), range(0xA1, 0xAD), range(0xAE, 0x100))]
    hidden = [byte for byte in range(256) if byte not in set(shown)]
    return [chr(byte) for byte in shown] + [chr(0x100 + k) for k in range(len(hidden))]
