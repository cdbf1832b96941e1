"""What lives in the drawn world: one function draws one subject."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.starter.brush import INK, Brush, Colour

Draw = Callable[[Brush, Colour], None]

WHITE: Colour = (255, 255, 255)
BLUSH: Colour = (255, 150, 150)


def _smile(brush: Brush, y: float = 0.35, width: float = 0.25) -> None:
    brush.arc((0, y), (width, 0.18), 15, 165)


def pipwick(brush: Brush, _: Colour) -> None:
    """A mint-green sprout with one big eye and two leaves."""
    brush.line([(0, -0.5), (0.02, -0.85)], (40, 120, 60), 0.12)
    brush.ellipse((-0.3, -0.88), (0.32, 0.16), (70, 180, 70), tilt=20)
    brush.ellipse((0.32, -0.88), (0.32, 0.16), (70, 180, 70), tilt=-20)
    brush.ellipse((-0.35, 0.92), (0.24, 0.13), (60, 170, 130))
    brush.ellipse((0.35, 0.92), (0.24, 0.13), (60, 170, 130))
    brush.ellipse((0, 0.18), (0.72, 0.75), (130, 235, 185))
    brush.eye((0, 0.0), 0.38)
    _smile(brush, 0.5)


def grumbo(brush: Brush, _: Colour) -> None:
    """A square purple grump with two horns and two fangs."""
    for side in (-1, 1):
        brush.polygon([(side * 0.25, -0.5), (side * 0.75, -0.5), (side * 0.72, -1.05)], (250, 225, 150))
        brush.box((side * 0.4, 0.88), (0.22, 0.16), (105, 55, 150))
    brush.box((0, 0.12), (0.8, 0.72), (155, 85, 205))
    for side in (-1, 1):
        brush.ellipse((side * 0.35, -0.1), (0.2, 0.22), (255, 240, 120), 0.05)
        brush.ellipse((side * 0.32, -0.05), (0.09, 0.12), INK, 0)
        brush.line([(side * 0.65, -0.42), (side * 0.15, -0.28)], width=0.12)
    brush.polygon([(-0.5, 0.36), (0.5, 0.36), (0.4, 0.6), (-0.4, 0.6)], (90, 30, 60))
    for side in (-1, 1):
        brush.polygon([(side * 0.42, 0.36), (side * 0.18, 0.36), (side * 0.3, 0.62)], WHITE, 0.03)


def tizzel(brush: Brush, _: Colour) -> None:
    """An orange fox with tall ears and a white muzzle."""
    orange: Colour = (245, 135, 45)
    for side in (-1, 1):
        brush.polygon([(side * 0.15, -0.4), (side * 0.8, -0.2), (side * 0.75, -1.1)], orange)
        brush.polygon([(side * 0.35, -0.42), (side * 0.66, -0.35), (side * 0.66, -0.85)], (90, 50, 40), 0)
    brush.polygon(
        [(-0.85, -0.25), (-0.3, -0.5), (0.3, -0.5), (0.85, -0.25), (0.7, 0.35), (0, 0.98), (-0.7, 0.35)], orange
    )
    brush.polygon([(-0.6, 0.3), (0, 0.1), (0.6, 0.3), (0, 0.92)], (255, 245, 230), 0)
    for side in (-1, 1):
        brush.ellipse((side * 0.36, -0.02), (0.13, 0.18), INK, 0)
        brush.ellipse((side * 0.32, -0.08), (0.05, 0.06), WHITE, 0)
    brush.ellipse((0, 0.72), (0.17, 0.13), INK, 0)


def ollaby(brush: Brush, _: Colour) -> None:
    """A sky-blue jelly with a bell head, pink cheeks and four dangling arms."""
    blue: Colour = (95, 190, 250)
    for x in (-0.58, -0.2, 0.2, 0.58):
        brush.line([(x, 0.3), (x * 1.1, 0.7), (x * 0.95, 1.0)], INK, 0.27)
        brush.line([(x, 0.3), (x * 1.1, 0.7), (x * 0.95, 0.98)], (70, 150, 225), 0.15)
    steps = np.linspace(np.pi, 2 * np.pi, 16)
    bell = [(0.88 * np.cos(a), 0.32 + 1.2 * np.sin(a)) for a in steps]
    brush.polygon([*bell, (0.6, 0.5), (0.3, 0.34), (0, 0.5), (-0.3, 0.34), (-0.6, 0.5)], blue)
    for side in (-1, 1):
        brush.eye((side * 0.32, -0.18), 0.2)
        brush.ellipse((side * 0.58, 0.1), (0.16, 0.1), BLUSH, 0)
    _smile(brush, 0.06, 0.16)


def critter(brush: Brush, _: Colour) -> None:
    """The ordinary creature: a plain grey pebble with two dots for eyes."""
    grey: Colour = (168, 164, 158)
    brush.ellipse((0, 0.3), (0.82, 0.62), grey)
    for side in (-1, 1):
        brush.ellipse((side * 0.5, -0.26), (0.2, 0.2), grey)
        brush.ellipse((side * 0.26, 0.16), (0.09, 0.1), INK, 0)
    _smile(brush, 0.38, 0.14)


def _head(brush: Brush, skin: Colour, shirt: Colour) -> None:
    brush.polygon([(-0.8, 1.05), (-0.62, 0.72), (0.62, 0.72), (0.8, 1.05)], shirt)
    brush.box((0, 0.66), (0.2, 0.16), skin)
    brush.ellipse((0, 0.0), (0.58, 0.68), skin)


def _features(brush: Brush, iris: Colour = INK, brow: Colour = INK) -> None:
    for side in (-1, 1):
        brush.ellipse((side * 0.24, -0.02), (0.09, 0.1), iris, 0)
        brush.line([(side * 0.36, -0.2), (side * 0.13, -0.22)], brow, 0.07)
    brush.line([(0, 0.02), (0.05, 0.18), (-0.02, 0.19)], width=0.05)
    brush.arc((0, 0.3), (0.2, 0.12), 15, 165, 0.07, (150, 50, 60))


def mara(brush: Brush, _: Colour) -> None:
    """Mara Quillon: straight black bob, round gold glasses, red scarf."""
    hair: Colour = (45, 40, 60)
    brush.ellipse((0, -0.2), (0.84, 0.76), hair)
    brush.box((0, 0.2), (0.84, 0.44), hair)
    _head(brush, (240, 200, 165), (215, 60, 70))
    brush.polygon(
        [(-0.6, -0.12), (-0.5, -0.6), (0, -0.76), (0.5, -0.6), (0.6, -0.12), (0.5, -0.32), (-0.5, -0.32)], hair, 0
    )
    _features(brush)
    for side in (-1, 1):
        brush.arc((side * 0.25, 0.0), (0.23, 0.22), 0, 360, 0.08, (215, 160, 30))
    brush.line([(-0.04, 0), (0.04, 0)], (215, 160, 30), 0.07)


def otto(brush: Brush, _: Colour) -> None:
    """Otto Brindlebeck: bald, a great ginger beard, green jumper."""
    beard: Colour = (215, 105, 35)
    _head(brush, (250, 215, 190), (45, 130, 90))
    brush.polygon([(-0.6, 0.0), (-0.42, 0.16), (0.42, 0.16), (0.6, 0.0), (0.56, 0.55), (0, 1.02), (-0.56, 0.55)], beard)
    for side in (-1, 1):
        brush.ellipse((side * 0.24, -0.1), (0.08, 0.1), INK, 0)
        brush.line([(side * 0.4, -0.28), (side * 0.1, -0.26)], beard, 0.13)
    brush.ellipse((0, 0.1), (0.1, 0.13), (240, 175, 150), 0.04)
    brush.ellipse((0, 0.4), (0.17, 0.09), (150, 50, 60), 0.03)


def inez(brush: Brush, _: Colour) -> None:
    """Inez Palomaro: a cloud of red curls, freckles, violet top."""
    hair: Colour = (190, 45, 40)
    for angle in np.linspace(0, 2 * np.pi, 11, endpoint=False):
        brush.ellipse((0.68 * np.cos(angle), -0.14 + 0.68 * np.sin(angle)), (0.3, 0.3), hair, 0.05)
    _head(brush, (252, 222, 196), (130, 90, 200))
    for x in (-0.4, -0.05, 0.32):
        brush.ellipse((x, -0.56), (0.25, 0.18), hair, 0)
    _features(brush, (50, 140, 90), hair)
    for x, y in ((-0.4, 0.16), (-0.28, 0.22), (0.28, 0.22), (0.4, 0.16)):
        brush.ellipse((x, y), (0.035, 0.035), (200, 120, 80), 0)


def kofi(brush: Brush, _: Colour) -> None:
    """Kofi Lundgrove: deep brown skin, yellow woollen hat, blue coat."""
    hat: Colour = (250, 205, 50)
    _head(brush, (120, 75, 50), (50, 95, 190))
    _features(brush, (25, 20, 25), (30, 20, 20))
    brush.ellipse((0, -0.42), (0.62, 0.5), hat)
    brush.box((0, -0.36), (0.66, 0.13), (235, 165, 35))
    brush.ellipse((0, -0.96), (0.17, 0.15), WHITE)


def passer_by(brush: Brush, _: Colour) -> None:
    """The ordinary person: short brown hair, grey shirt."""
    hair: Colour = (125, 85, 60)
    brush.ellipse((0, -0.24), (0.63, 0.56), hair)
    _head(brush, (228, 184, 152), (150, 152, 158))
    brush.polygon([(-0.55, -0.2), (-0.4, -0.66), (0.4, -0.66), (0.55, -0.2), (0.2, -0.42), (-0.2, -0.42)], hair, 0)
    _features(brush)


def car(brush: Brush, colour: Colour) -> None:
    """A small car from the side."""
    brush.polygon([(-0.55, -0.1), (-0.35, -0.55), (0.3, -0.55), (0.6, -0.1)], colour)
    brush.polygon([(-0.38, -0.12), (-0.27, -0.42), (-0.03, -0.42), (-0.03, -0.12)], (205, 235, 250), 0.05)
    brush.polygon([(0.07, -0.12), (0.07, -0.42), (0.24, -0.42), (0.42, -0.12)], (205, 235, 250), 0.05)
    brush.polygon([(-0.98, 0.4), (-0.98, 0.0), (-0.8, -0.12), (0.72, -0.12), (0.98, 0.08), (0.98, 0.4)], colour)
    brush.ellipse((0.86, 0.1), (0.09, 0.09), (255, 245, 170), 0.04)
    for x in (-0.5, 0.52):
        brush.ellipse((x, 0.44), (0.27, 0.27), (50, 48, 58))
        brush.ellipse((x, 0.44), (0.11, 0.11), (215, 215, 220), 0)


def star(brush: Brush, colour: Colour) -> None:
    """A five-pointed star."""
    points = []
    for k in range(10):
        radius, angle = (1.0, 0.45)[k % 2], -np.pi / 2 + k * np.pi / 5
        points.append((radius * np.cos(angle), 0.05 + radius * np.sin(angle)))
    brush.polygon(points, colour, 0.09)
    brush.ellipse((-0.16, -0.18), (0.1, 0.1), WHITE, 0)


def house(brush: Brush, colour: Colour) -> None:
    """A house with a pitched roof; walls take the colour."""
    brush.box((0.45, -0.62), (0.12, 0.24), (140, 90, 80))
    brush.box((0, 0.38), (0.72, 0.56), colour)
    brush.polygon([(-0.98, -0.12), (0, -0.95), (0.98, -0.12)], (105, 75, 80))
    brush.box((-0.3, 0.6), (0.19, 0.33), (95, 60, 45), 0.05)
    brush.box((0.34, 0.32), (0.2, 0.2), (255, 240, 170), 0.06)


def umbrella(brush: Brush, colour: Colour) -> None:
    """An open umbrella with a hooked handle."""
    brush.line([(0, -0.4), (0, 0.78)], INK, 0.11)
    brush.arc((0.17, 0.78), (0.17, 0.2), 0, 180, 0.11)
    steps = np.linspace(np.pi, 2 * np.pi, 16)
    dome = [(0.98 * np.cos(a), 0.05 + 0.95 * np.sin(a)) for a in steps]
    brush.polygon([*dome, (0.65, -0.1), (0.33, 0.05), (0, -0.1), (-0.33, 0.05), (-0.65, -0.1)], colour)
    brush.line([(0, -0.9), (-0.33, 0.02)], width=0.05)
    brush.line([(0, -0.9), (0.33, 0.02)], width=0.05)


def sailboat(brush: Brush, colour: Colour) -> None:
    """A boat whose sails take the colour."""
    brush.line([(0, -0.95), (0, 0.45)], (110, 75, 50), 0.1)
    brush.polygon([(0.1, -0.92), (0.1, 0.28), (0.88, 0.28)], colour)
    brush.polygon([(-0.1, -0.7), (-0.1, 0.28), (-0.7, 0.28)], colour)
    brush.polygon([(-0.98, 0.42), (0.98, 0.42), (0.62, 0.9), (-0.66, 0.9)], (165, 105, 60))


def rocket(brush: Brush, colour: Colour) -> None:
    """An upright rocket with a round window and a flame."""
    brush.polygon([(-0.26, 0.6), (0.26, 0.6), (0, 1.12)], (255, 165, 40), 0.04)
    for side in (-1, 1):
        brush.polygon([(side * 0.3, 0.12), (side * 0.75, 0.72), (side * 0.28, 0.62)], (75, 75, 92))
    brush.polygon(
        [(0, -1.08), (0.3, -0.62), (0.4, -0.1), (0.34, 0.64), (-0.34, 0.64), (-0.4, -0.1), (-0.3, -0.62)], colour
    )
    brush.ellipse((0, -0.22), (0.2, 0.2), (205, 235, 250))


def crate(brush: Brush, _: Colour) -> None:
    """The ordinary object: a wooden crate."""
    brush.box((0, 0.2), (0.72, 0.72), (196, 156, 108))
    brush.line([(-0.68, -0.48), (0.68, 0.88)], (140, 100, 64), 0.14)
    brush.line([(-0.68, 0.88), (0.68, -0.48)], (140, 100, 64), 0.14)


SUBJECTS: dict[str, Draw] = {
    "Pipwick": pipwick,
    "Grumbo": grumbo,
    "Tizzel": tizzel,
    "Ollaby": ollaby,
    "critter": critter,
    "Mara Quillon": mara,
    "Otto Brindlebeck": otto,
    "Inez Palomaro": inez,
    "Kofi Lundgrove": kofi,
    "passer-by": passer_by,
    "car": car,
    "star": star,
    "house": house,
    "umbrella": umbrella,
    "sailboat": sailboat,
    "rocket": rocket,
    "crate": crate,
}
