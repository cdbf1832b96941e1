"""Licence expressions mean what SPDX says they mean."""

from __future__ import annotations

import pytest
from spdx import choices


@pytest.mark.parametrize(
    ("expression", "meant"),
    [
        ("MIT", [{"MIT"}]),
        ("MIT OR Apache-2.0", [{"MIT"}, {"Apache-2.0"}]),
        ("MIT AND Zlib OR ISC", [{"MIT", "Zlib"}, {"ISC"}]),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", [{"MIT", "Unicode-3.0"}, {"Apache-2.0", "Unicode-3.0"}]),
        ("Apache-2.0  WITH LLVM-exception OR MIT", [{"Apache-2.0 WITH LLVM-exception"}, {"MIT"}]),
        ("ISC AND (ISC OR MIT)", [{"ISC"}, {"ISC", "MIT"}]),
    ],
)
def test_an_expression_gives_every_choice_in_its_order(expression: str, meant: list[set[str]]) -> None:
    assert [set(choice) for choice in choices(expression)] == meant


@pytest.mark.parametrize("text", ["", "MIT AND", "OR MIT", "(MIT", "MIT)", "Apache 2.0 License", "MIT/Zlib"])
def test_other_text_is_no_expression(text: str) -> None:
    with pytest.raises(ValueError, match=r"expression"):
        choices(text)
