"""Ids and names of entries, and how a person's words find one."""

from __future__ import annotations

import difflib
import itertools
import re
import secrets
import string
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from core.errors import InputError
from core.i18n import tr

NAME_LIMIT = 100
"""Characters."""

MAX_TAGS, TAG_LIMIT = 50, 60
"""Tags of an entry, and characters of a tag."""

_JOINERS = "\u200c\u200d"
"""What joins and parts letters in Persian and pictures in emoji; it cannot be seen, and does no harm."""

_LETTERS = string.ascii_lowercase + string.digits


class Named(Protocol):
    """What has an id and a name: an entry or its row."""

    @property
    def id(self) -> str:
        """The name of its folder."""
        ...

    @property
    def name(self) -> str:
        """What a person calls it."""
        ...


T = TypeVar("T", bound=Named)


def new_id(name: str, now: datetime) -> str:
    """A fresh id: the date, the name's plain letters and six random ones."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall("[a-z0-9]+", plain))[:40].strip("-")
    return f"{now:%Y%m%d}-{slug or 'entry'}-{''.join(secrets.choice(_LETTERS) for _ in range(6))}"


def _shows(text: str) -> bool:
    """Whether something of a text can be seen, and nothing in it is a control character."""
    seen = text.translate(dict.fromkeys(map(ord, _JOINERS)))
    return bool(seen) and seen.isprintable()


def clean_name(name: str) -> str:
    """The name without needless space; InputError if nothing printable or too much is left."""
    clean = " ".join(name.split())
    if not _shows(clean):
        what = tr("A name needs at least one letter and no control characters.")
        raise InputError(what, fix=tr("Type another name."))
    if len(clean) > NAME_LIMIT:
        what = tr("The name is longer than {limit} characters.", limit=NAME_LIMIT)
        raise InputError(what, fix=tr("Type a shorter name."))
    return clean


def usable_name(name: str) -> str:
    """A name that came from outside, made usable: without control characters, and cut where it is too long."""
    printable = "".join(letter if letter.isprintable() or letter in _JOINERS else " " for letter in name)
    return " ".join(printable.split())[:NAME_LIMIT].strip() or "?"


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or the first of “name (2)”, “name (3)” … that no other entry has, whatever its case."""
    used = {other.casefold() for other in taken}
    if name.casefold() not in used:
        return name
    base = re.sub(r" \(\d+\)$", "", name)
    numbered = (_with_number(base, count) for count in itertools.count(2))
    return next(tried for tried in numbered if tried.casefold() not in used)


def _with_number(base: str, count: int) -> str:
    """The name with its number, cut so that both fit."""
    end = f" ({count})"
    return base[: NAME_LIMIT - len(end)].rstrip() + end


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags without needless space, each once whatever its case; InputError for one that is none, or too many."""
    clean = dict[str, str]()
    for tag in filter(None, (" ".join(tag.split()) for tag in tags)):
        clean.setdefault(tag.casefold(), tag)
    for tag in clean.values():
        if len(tag) > TAG_LIMIT or not _shows(tag):
            what = tr("“{tag}” cannot be a tag.", tag=tag[:TAG_LIMIT])
            raise InputError(what, fix=tr("Use at most {limit} characters.", limit=TAG_LIMIT))
    if len(clean) > MAX_TAGS:
        what = tr("An entry has at most {limit} tags.", limit=MAX_TAGS)
        raise InputError(what, fix=tr("Remove some of them first."))
    return tuple(clean.values())


def find(entries: Sequence[T], wanted: str, *, trashed: bool = False) -> T:
    """The one of this id, name or start of an id; InputError that lists near names if it is not exactly one."""
    named = [e for e in entries if e.name.casefold() == wanted.casefold()]
    begun = [e for e in entries if wanted and e.id.startswith(wanted)]
    for matches in ([e for e in entries if e.id == wanted], named, begun):
        if len(matches) == 1:
            return matches[0]
        if matches:
            what = tr("“{wanted}” means {count} entries.", wanted=wanted, count=len(matches))
            raise InputError(what, fix=tr("Use an id: {ids}.", ids=_list(m.id for m in matches)))
    library, trash = tr("The library has no entry “{wanted}”."), tr("The trash has no entry “{wanted}”.")
    raise InputError((trash if trashed else library).format(wanted=wanted), fix=_hint(entries, wanted))


def _list(words: Iterable[str]) -> str:
    return ", ".join(list(words)[:5])


def _hint(entries: Sequence[Named], wanted: str) -> str:
    names = {e.name.casefold(): e.name for e in entries}
    near = difflib.get_close_matches(wanted.casefold(), names, n=5, cutoff=0.5)
    if near:
        return tr("Did you mean {names}?", names=_list(names[n] for n in near))
    return tr("It holds {names}.", names=_list(names.values())) if names else tr("It is empty.")
