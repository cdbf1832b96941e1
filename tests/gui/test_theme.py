"""The look as data: readable in both themes, and one theme at a time."""

from __future__ import annotations

import pytest

from gui.style import sheet
from gui.theme import SIZES, TEXT_PAIRS, contrast, theme


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT_PAIRS)
def test_text_is_readable_on_its_ground(name: str, ink: str, paper: str) -> None:
    colours = theme(name)
    assert contrast(getattr(colours, ink), getattr(colours, paper)) >= 4.5


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_focus_ring_stands_out_from_what_is_around_it(name: str) -> None:
    colours = theme(name)
    assert contrast(colours.accent, colours.surface) >= 3.0
    assert contrast(colours.accent, colours.window) >= 3.0


def test_the_sheet_has_no_blank_left() -> None:
    assert "$" not in sheet(theme("dark"))
    assert f"font-size: {SIZES['title']}px" in sheet(theme("dark"))
