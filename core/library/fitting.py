"""Which installed models an entry can go onto; one without any is kept and waits for its model."""

from __future__ import annotations

from core.errors import InputError, LacunaError
from core.i18n import tr
from core.library.manifest import Manifest
from core.library.row import Row
from core.models.catalogue import FAMILIES, FamilyCard, families


def fits(card: FamilyCard, family: str, kin: str) -> bool:
    """Whether a change made with the model `family` may go onto this one: the same, or another of the family `kin`.

    The bundled pair has no relatives: an encoder that was trained anew has nothing in common with the one before.
    """
    return family == card.name or (not card.bundled and kin == card.family)


def _able(made: Manifest | Row) -> list[FamilyCard]:
    """The installed models that an entry may go onto, the one it was made with before the others."""
    able = [card for card in families() if fits(card, made.family, made.kin)]
    return sorted(able, key=lambda card: card.name != made.family)


def model_for(manifest: Manifest | Row) -> FamilyCard:
    """The model an entry was made with, else the first that it may go onto; InputError where none is installed."""
    if able := _able(manifest):
        return able[0]
    raise InputError(
        tr("“{name}” waits for its model.", name=manifest.name),
        tr("It was made with “{family}”, and no model of its family is installed.", family=manifest.family),
        tr("Get one on the Models page; the entry works as soon as it is there."),
    )


def licence_of(manifest: Manifest) -> str:
    """The licence that an entry's text encoder is under, as far as what is installed tells."""
    able = _able(manifest)
    return able[0].licence if able else tr("that of the model “{family}”", family=manifest.family)


def waiting(rows: list[Row]) -> list[Row]:
    """Those of the sound entries that no installed model fits; none where the list of models cannot be read.

    The bundled pair is always there, so that a library of its entries, which a window paints, asks the disk nothing.
    """
    sound = [row for row in rows if row.family != FAMILIES[0] and not (row.damage or row.missing)]
    try:
        cards = families() if sound else ()
    except LacunaError:
        return []
    return [row for row in sound if not any(fits(card, row.family, row.kin) for card in cards)]


def is_waiting(row: Row) -> bool:
    """Whether an entry is sound and no installed model fits it."""
    return bool(waiting([row]))
