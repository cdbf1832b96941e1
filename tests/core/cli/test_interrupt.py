"""Ctrl-C once and twice, with real signals."""

from __future__ import annotations

import signal

import pytest

from core.cli.interrupt import interruptible


def test_the_first_asks_and_the_second_ends() -> None:
    with interruptible() as cancelled:
        assert not cancelled()
        signal.raise_signal(signal.SIGINT)
        assert cancelled()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_the_former_handler_comes_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ValueError, match="inside"), interruptible():
        raise ValueError("inside")
    assert signal.getsignal(signal.SIGINT) is before


def test_the_person_is_told_what_a_second_press_does(capsys: pytest.CaptureFixture[str]) -> None:
    with interruptible():
        signal.raise_signal(signal.SIGINT)
    assert capsys.readouterr().err == "lacuna: Stopping. Press Ctrl-C again to stop at once.\n"
