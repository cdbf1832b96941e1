"""A large model on the list of what is installed, without its files: enough for all that only looks at cards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.models.component import Component, Role, Source
from core.models.registry import Registry
from core.settings import overriding


@contextmanager
def installed(root: Path, *names: str, family: str = "sd1", judge: bool = True) -> Iterator[None]:
    """Meanwhile models of these names, and a judge, are installed in `root`."""
    registry, nowhere = Registry(root), Source(root / "nowhere")
    for name in names:
        registry.add(Component(name, name.capitalize(), Role.BASE, family, {"unet": nowhere}))
    if judge:
        registry.add(Component("clip", "CLIP", Role.JUDGE, "", {"judge": nowhere}))
    with overriding(models=str(root)):
        yield
