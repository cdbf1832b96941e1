"""The token lies in a file of its own that nobody else may read, and HF_TOKEN comes before it."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator

import pytest

from core.errors import InputError
from core.jobs.diagnostics import collect
from core.models.token import clear_token, set_token, token, token_file

SECRET = "hf_AbCdEfGhIjKlMnOp"


@pytest.fixture(autouse=True)
def none_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    clear_token()
    yield
    clear_token()


def test_a_token_is_kept_and_forgotten() -> None:
    assert token() == ""
    set_token(f"  {SECRET}\n")
    assert token() == SECRET
    assert [path.name for path in token_file().parent.glob("*hub-token*")] == ["hub-token"]
    clear_token()
    clear_token()
    assert token() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has rights of another kind")
def test_nobody_else_may_read_it() -> None:
    set_token(SECRET)
    set_token(SECRET[::-1])
    assert stat.S_IMODE(token_file().stat().st_mode) == 0o600
    assert token() == SECRET[::-1]


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    set_token(SECRET)
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_shell ")
    assert token() == "hf_of_the_shell"


@pytest.mark.parametrize(
    "text", ["", " \n", "short", "two words are none", "hf_ümläute_not", "x" * 600, "hf_a\nb_cdef"]
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a token"):
        set_token(text)
    assert token() == ""


def test_it_stands_in_no_report() -> None:
    set_token(SECRET)
    assert SECRET not in "".join(part.text for part in collect())
