"""Captions of the drawn world: many ways to say one scene, composed from `resources/prompts/starter.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from core.resources import resource
from core.starter.world import Scene

Words = dict[str, Any]


@cache
def vocabulary() -> Words:
    """The parsed word lists of the world."""
    return tomllib.loads(resource("prompts", "starter.toml").read_text("utf-8"))


@cache
def _entries() -> dict[str, Words]:
    words = vocabulary()
    return {entry["name"]: entry for entry in (*words["concepts"], *words["ordinary"])}


def _pick(rng: np.random.Generator, options: list[str]) -> str:
    return options[int(rng.integers(len(options)))]


def _subject(scene: Scene, rng: np.random.Generator, described: float) -> str:
    entry = _entries()[scene.subject]
    if "described" in entry and rng.random() < described:
        return _pick(rng, entry["described"])
    phrase = entry["phrases"][0] if rng.random() < 0.6 else _pick(rng, entry["phrases"])
    if scene.colour is None:
        return phrase
    _, noun = phrase.split(" ", 1)
    colour = _pick(rng, vocabulary()["captions"]["colours"][scene.colour])
    return f"{'an' if colour[0] in 'aeiou' else 'a'} {colour} {noun}" if rng.random() < 0.9 else f"{colour} {noun}"


def _restyle(text: str, style: str, rng: np.random.Generator, described: float) -> str:
    entry, captions = _entries()[style], vocabulary()["captions"]
    if "described" in entry and rng.random() < described:
        return _pick(rng, captions["restyled"]).format(x=text, a=_pick(rng, entry["described"]))
    name = entry["phrases"][0] if rng.random() < 0.6 else _pick(rng, entry["phrases"])
    return _pick(rng, captions["styled"]).format(x=text, a=name)


def _noise(text: str, rng: np.random.Generator) -> str:
    """Put in words that mean nothing to the picture, so that unheard phrasings do not derail the encoder."""
    words = text.split()
    while rng.random() < 0.35:
        if rng.random() < 0.3:
            word = "".join(rng.choice(list("abcdefghijklmnoprstuvwy"), int(rng.integers(2, 8))))
        else:
            word = _pick(rng, vocabulary()["captions"]["fillers"])
        words.insert(0 if rng.random() < 0.5 else int(rng.integers(len(words) + 1)), word)
    return " ".join(words)


@dataclass(frozen=True)
class Mention:
    """What a caption says of its scene; colour and motion are always said where the scene has them."""

    subject: bool = True
    place: bool = True
    style: bool = True
    described: float = 0.12


def caption(scene: Scene, rng: np.random.Generator, mention: Mention = Mention()) -> str:
    """One caption of the scene, in one of some thousands of wordings."""
    words = vocabulary()["captions"]
    motion = "" if scene.motion == "still" and rng.random() < 0.7 else " " + _pick(rng, words["motions"][scene.motion])
    background = " " + _pick(rng, words["backgrounds"][scene.background]) if mention.place else ""
    kind = _entries()[scene.subject]["kind"]
    frames = words["portraits"] if kind == "person" and rng.random() < 0.3 else words["frames"]
    subject = _subject(scene, rng, mention.described) if mention.subject else _pick(rng, words["unseen"])
    text = _pick(rng, frames).format(s=subject, m=motion, b=background)
    if mention.style and (scene.style or rng.random() < 0.1):
        text = _restyle(text, scene.style or "plain", rng, mention.described)
    return _noise(" ".join(text.split()).strip(" ,:"), rng)
