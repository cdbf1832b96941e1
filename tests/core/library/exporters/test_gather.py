"""From an entry of the library to a file of another tool, on the starter's real encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.errors import LacunaError
from core.library.entry import Entry, require_manifest
from core.library.exporters.gather import erased_encoders
from core.library.store import Library
from core.models.catalogue import family_card
from core.models.checkpoint import TEXT_MODEL
from core.models.opened import open_family
from core.models.tensors import encoder_tensors, fingerprint
from tests.core.library.exporters import tools
from tests.core.library.samples import NAME, add_real, manifest


@pytest.fixture
def entry(library: Library) -> Entry:
    """An erasure that moved one matrix of the starter's encoder by a change of rank 2."""
    return add_real(library)


def test_the_fingerprint_is_that_of_an_opened_family() -> None:
    assert fingerprint(encoder_tensors(family_card("starter"))) == open_family("starter").fingerprint


def test_an_entry_is_gathered_at_its_own_strength_or_another(library: Library, entry: Entry) -> None:
    (own,), (whole,) = erased_encoders(library, entry.id), erased_encoders(library, "Pipwick", 1.0)
    assert np.allclose(2 * own.change[NAME], whole.change[NAME])
    assert own.facts["strength"] == "0.5"
    assert own.facts["base_sha256"] == require_manifest(entry).base


def test_an_entry_of_another_base_is_refused(library: Library) -> None:
    other = library.add(manifest(base="0" * 64), {NAME: np.ones((2, 2), np.float16)}, {}, {})
    with pytest.raises(LacunaError, match="another text encoder"):
        erased_encoders(library, other.id)


def test_the_command_writes_a_lora_that_other_tools_read(
    library: Library, entry: Entry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "pipwick.safetensors"
    where = ["--library", str(library.root)]
    assert main(["library", "export", entry.id, "--to", "lora", "--out", str(out), *where]) == 0
    assert "rank 2, 100.00% of the change" in capsys.readouterr().out
    base = {name.removeprefix(TEXT_MODEL): value for name, value in encoder_tensors(family_card("starter")).items()}
    moved = tools.with_lora(base, out)[NAME]
    assert np.abs(moved - erased_encoders(library, entry.id)[0].tensors[NAME]).max() < 2e-3
    assert main(["library", "export", entry.id, "--to", "lora", "--out", str(out), *where]) == 2
    assert "already there" in capsys.readouterr().err
