"""Licence expressions of SPDX: which licences a person may choose between.

Grammar: annex D of the SPDX specification 2.3, without "+" and without references to other documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

Choice = frozenset[str]
"""Licences that hold together; one with an exception is a licence of its own, such as "A WITH B"."""

_TOKEN = re.compile(r"\s*(\(|\)|(?:AND|OR)\b|[\w.+-]+(?:\s+WITH\s+[\w.-]+)?)")


def choices(expression: str) -> tuple[Choice, ...]:
    """Each way to fulfil the expression, in its order; ValueError where it is none."""
    tokens = list(_tokens(expression))
    found = _either(tokens)
    if tokens:
        raise ValueError(f"“{expression}” is no licence expression")
    return found


def _tokens(expression: str) -> Iterator[str]:
    at, text = 0, expression.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(f"“{expression}” is no licence expression")
        at = found.end()
        yield " ".join(found[1].split())


def _either(tokens: list[str]) -> tuple[Choice, ...]:
    found = _both(tokens)
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        found += _both(tokens)
    return tuple(dict.fromkeys(found))


def _both(tokens: list[str]) -> tuple[Choice, ...]:
    found = _one(tokens)
    while tokens and tokens[0] == "AND":
        tokens.pop(0)
        found = tuple(left | right for left, right in product(found, _one(tokens)))
    return found


def _one(tokens: list[str]) -> tuple[Choice, ...]:
    if not tokens or tokens[0] in ("AND", "OR", ")"):
        raise ValueError("a licence is missing in the expression")
    head = tokens.pop(0)
    if head != "(":
        return (frozenset((head,)),)
    found = _either(tokens)
    if not tokens or tokens.pop(0) != ")":
        raise ValueError("a bracket is missing in the expression")
    return found
