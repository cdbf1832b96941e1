"""Ids and names of entries, and how a person's words find one."""

from __future__ import annotations

import difflib
import re
import secrets
import string
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from core.errors import InputError
from core.library.entry import Entry

NAME_LIMIT = 100
"""Characters."""

_LETTERS = string.ascii_lowercase + string.digits


def new_id(name: str, now: datetime) -> str:
    """A fresh id: the date, the name's plain letters and six random ones."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall("[a-z0-9]+", plain))[:40].strip("-")
    return f"{now:%Y%m%d}-{slug or 'entry'}-{''.join(secrets.choice(_LETTERS) for _ in range(6))}"


def clean_name(name: str) -> str:
    """The name without needless space; InputError if nothing printable or too much is left."""
    clean = " ".join(name.split())
    if not clean or not clean.isprintable():
        raise InputError("A name needs at least one letter and no control characters.", fix="Type another name.")
    if len(clean) > NAME_LIMIT:
        raise InputError(f"The name is longer than {NAME_LIMIT} characters.", fix="Type a shorter name.")
    return clean


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or the first of “name (2)”, “name (3)” … that no other entry has, whatever its case."""
    used = {other.casefold() for other in taken}
    if name.casefold() not in used:
        return name
    base = re.sub(r" \(\d+\)$", "", name)
    count = 2
    while f"{base} ({count})".casefold() in used:
        count += 1
    return f"{base} ({count})"


def find(entries: Sequence[Entry], wanted: str, place: str = "library") -> Entry:
    """The entry of this id, name or start of an id; InputError that lists near names if it is not exactly one."""
    named = [e for e in entries if e.name.casefold() == wanted.casefold()]
    begun = [e for e in entries if wanted and e.id.startswith(wanted)]
    for matches in ([e for e in entries if e.id == wanted], named, begun):
        if len(matches) == 1:
            return matches[0]
        if matches:
            ids = _list(m.id for m in matches)
            raise InputError(f"“{wanted}” means {len(matches)} entries.", fix=f"Use an id: {ids}.")
    raise InputError(f"The {place} has no entry “{wanted}”.", fix=_hint(entries, wanted))


def _list(words: Iterable[str]) -> str:
    return ", ".join(list(words)[:5])


def _hint(entries: Sequence[Entry], wanted: str) -> str:
    names = {e.name.casefold(): e.name for e in entries}
    near = difflib.get_close_matches(wanted.casefold(), names, n=5, cutoff=0.5)
    if near:
        return f"Did you mean {_list(names[n] for n in near)}?"
    return f"It holds {_list(names.values())}." if names else "It is empty."
