"""The models that can be worked with now, for forms that must open whatever has become of the list of them."""

from __future__ import annotations

from core.errors import LacunaError
from core.models.catalogue import FamilyCard, families, sheet


def installed() -> tuple[FamilyCard, ...]:
    """Every model that can be opened; the bundled pair alone where the list of the others cannot be read."""
    try:
        return families()
    except LacunaError:
        return (sheet("starter"),)


def standing(card: FamilyCard) -> FamilyCard:
    """The model as it is now, with what has come to it; the bundled pair where it has gone."""
    found = installed()
    return next((other for other in found if other.name == card.name), found[0])
