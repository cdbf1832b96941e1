"""Lacuna asks the network for nothing unless a download was asked for."""

from __future__ import annotations

from tests.fresh import fresh

LOAD_EVERYTHING = """
import core.cli
from core.models.opened import open_family

family = open_family("starter")
for host in family.card.hosts:
    assert family.host(host.name).base is family.encoder
"""


def test_a_family_opens_without_the_network() -> None:
    told = fresh(LOAD_EVERYTHING)
    assert "diffusers" in told.packages
    assert not told.asked


def test_the_window_opens_without_the_network() -> None:
    told = fresh("load('gui')")
    assert "PySide6" in told.packages
    assert not told.asked


def test_a_call_would_be_heard() -> None:
    told = fresh("import socket\nwith socket.socket() as s: s.setblocking(False), s.connect_ex(('127.0.0.1', 9))")
    assert len(told.asked) == 1
