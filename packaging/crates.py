"""Rust crates that are compiled into a package: wheels carry a list of them (CycloneDX) and none of their texts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import metadata
from typing import Any

from spdx import Choice, choices

from core.hardware.parts import Part, Text


def crates(package: str) -> list[dict[str, Any]]:
    """The crates in the lists that a package carries, by name; build tools that were left out are none."""
    files = metadata.distribution(package).files or ()
    lists = (json.loads(file.read_text("utf-8")) for file in files if "sboms" in file.parts and file.suffix == ".json")
    found = (item for made in lists for item in made.get("components", ()) if _is_crate(item))
    return sorted(found, key=lambda item: (item["name"], item["version"]))


def _is_crate(item: Mapping[str, Any]) -> bool:
    return str(item.get("purl")).startswith("pkg:cargo/") and item.get("scope") != "excluded"


def licence(crate: Mapping[str, Any]) -> str:
    """The expression of a crate's licence, empty where the list has none; the old slash means a choice."""
    told = [entry.get("expression") or entry.get("license", {}).get("id", "") for entry in crate.get("licenses", ())]
    return " AND ".join(filter(None, told)).replace("/", " OR ")


def chosen(crate: Mapping[str, Any], offered: list[str]) -> Choice | None:
    """The licences that the crate is taken under, those that stand first in `offered`; None where none fits."""
    try:
        fitting = [choice for choice in choices(licence(crate)) if choice <= set(offered)]
    except ValueError:
        return None
    return min(fitting, key=lambda choice: sorted(map(offered.index, choice)), default=None)


def part(package: str, found: list[dict[str, Any]], taken: list[Choice], texts: Iterator[Text]) -> Part:
    """All crates of a package as one part, whose first text lists them with their authors."""
    lines = "\n".join(map(_line, found, taken))
    head = f"Crates compiled into {package}, as the package lists them, and the licence that each is taken under.\n\n"
    licences = " AND ".join(sorted(frozenset().union(*taken)))
    listed = Text("crates.txt", lambda: f"{head}{lines}\n")
    return Part(f"Rust crates (in {package})", "", licences, "library", "https://crates.io", (listed, *texts))


def _line(crate: Mapping[str, Any], taken: Choice) -> str:
    authors = crate.get("author") or "its contributors"
    return f"{crate['name']} {crate['version']}: {' AND '.join(sorted(taken))}. By {authors}."
