"""No link of a document leads nowhere: files and pictures are there, and so are the headings that are linked to."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import unquote

import pytest

from tests.docs.documents import ROOT, documents

_INLINE = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_NAMED = re.compile(r"^\[[^\]]+\]:\s+(\S+)", re.MULTILINE)
_SOURCE = re.compile(r"<(?:img|source|a)\b[^>]*?\b(?:src|srcset|href)=\"([^\"]+)\"")
_BLOCK = re.compile(r"^( *)(```|~~~).*?^\1\2 *$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:")
_PICTURE = re.compile(r"!\[(.*?)\]\(", re.DOTALL)


@cache
def text_of(document: str) -> str:
    """A document without its blocks of code."""
    return _BLOCK.sub("", (ROOT / document).read_text("utf-8"))


def links(document: str) -> list[str]:
    """Every target of a document that lies in the repository."""
    text = _CODE.sub("", text_of(document))
    found = [target for pattern in (_INLINE, _NAMED, _SOURCE) for target in pattern.findall(text)]
    return [unquote(target) for target in found if not _ELSEWHERE.match(target)]


@cache
def anchors(document: str) -> frozenset[str]:
    """What a heading is linked by, as code hosts make it of its words: a second one of the same words gets -1."""
    made: dict[str, int] = {}
    for heading in _HEADING.findall(text_of(document)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).casefold()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        made[slug] = made.get(slug, -1) + 1
        if made[slug]:
            made[f"{slug}-{made[slug]}"] = 0
    return frozenset(made)


def fault(document: str, target: str) -> str:
    """What is wrong with a link, empty if nothing is."""
    path, _, anchor = target.partition("#")
    place = (ROOT / document).parent / path if path else ROOT / document
    if not place.exists():
        return f"{target}: there is no such file"
    if anchor and place.suffix == ".md" and anchor not in anchors(place.resolve().relative_to(ROOT).as_posix()):
        return f"{target}: there is no such heading"
    return ""


@pytest.mark.parametrize("document", documents())
def test_every_link_leads_somewhere(document: str) -> None:
    assert [wrong for target in links(document) if (wrong := fault(document, target))] == []


@pytest.mark.parametrize("document", documents())
def test_every_picture_is_described(document: str) -> None:
    assert [words for words in _PICTURE.findall(text_of(document)) if not words.strip()] == []


def test_every_picture_is_shown_somewhere() -> None:
    shown = {
        ((ROOT / document).parent / target.partition("#")[0]).resolve()
        for document in documents()
        for target in links(document)
    }
    kept = {path.resolve() for path in (ROOT / "docs" / "images").rglob("*") if path.is_file()}
    assert sorted(path.name for path in kept - shown) == []


def test_every_page_of_the_guide_is_in_its_contents() -> None:
    listed = set(links("docs/guide/index.md"))
    pages = {path.name for path in (ROOT / "docs" / "guide").glob("*.md")} - {"index.md"}
    assert pages <= listed
    assert "docs/guide/index.md" in links("README.md")


def test_broken_links_are_found() -> None:
    assert fault("README.md", "docs/nowhere.md")
    assert fault("README.md", "docs/methods.md#no-such-heading")
    assert fault("README.md", "#figures") == ""
    assert fault("docs/guide/index.md", "../methods.md#what-they-share") == ""
