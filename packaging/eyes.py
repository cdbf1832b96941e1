"""What a screen reader sees of a window: the accessibility tree, asked over D-Bus as assistive programs ask it.

Needs at-spi2-core and dbus. The program that is looked at knows nothing of it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hands import Box, Person, running
from jeepney import DBusAddress, HeaderFields, Message, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, prep_socket

ROOT = "/org/a11y/atspi/accessible/root"
ACCESSIBLE = "org.a11y.atspi.Accessible"
SCREEN = 0
"""Boxes are asked for on the display, not in the window."""

ACTIVE, ENABLED, SHOWING = 1 << 1, 1 << 8, 1 << 25
"""Bits of a thing's state, by the numbers of AT-SPI's AtspiStateType."""

SECONDS = 20.0
"""A program that answers nothing for so long hangs."""

Node = tuple[str, str]
"""A thing in the tree: the name of its program on the bus, and its path."""


@contextmanager
def session_bus(folder: Path, environment: Mapping[str, str], user: str | None) -> Iterator[str]:
    """The address of a private session bus in `folder`, of the kind that a desktop gives to each of its programs."""
    read, write = os.pipe()
    command = ("dbus-daemon", "--session", "--nofork", f"--address=unix:dir={folder}", f"--print-address={write}")
    everything = {**environment, "PATH": os.environ["PATH"]}
    with running(*command, environment=everything, output=subprocess.DEVNULL, kept=(write,), user=user):
        os.close(write)
        with os.fdopen(read) as told:
            yield told.readline().strip()


@contextmanager
def _as_user(uid: int | None) -> Iterator[None]:
    """Be somebody else for the block: a bus takes connections of its owner alone."""
    own = os.geteuid()
    if uid is not None:
        os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(own)


def _connect(address: str) -> DBusConnection:
    parts = dict(part.split("=", 1) for part in address.partition(":")[2].split(","))
    return DBusConnection(prep_socket(parts["path"]))


def _call(node: Node, interface: str, method: str, signature: str = "", *values: Any) -> Message:
    return new_method_call(DBusAddress(node[1], node[0], interface), method, signature or None, values)


def _body(reply: Message) -> Any:
    """The one value of an answer; None where the thing is gone by now."""
    refused = reply.header.message_type is MessageType.error
    return None if refused or not reply.body else reply.body[0]


class Tree:
    """The accessibility tree of one program, of which only what is on the display is read."""

    def __init__(self, session: str, uid: int | None = None) -> None:
        with _as_user(uid):
            with _connect(session) as bus:
                [address] = self._ask(bus, [_call(("org.a11y.Bus", "/org/a11y/bus"), "org.a11y.Bus", "GetAddress")])
            self.bus = _connect(address)

    def close(self) -> None:
        """Leave the bus."""
        self.bus.close()

    def programs(self) -> list[Node]:
        """The roots of the programs that told the registry of themselves."""
        [found] = self._ask(self.bus, [_call(("org.a11y.atspi.Registry", ROOT), ACCESSIBLE, "GetChildren")])
        return [(name, path) for name, path in found or ()]

    def seen(self) -> list[dict[str, Any]]:
        """Everything on the display in the active window, or in all windows where none is active."""
        tops = [top for program in self.programs() for top in self._children([program])[0]]
        windows = self._shown([(top, None) for top in tops])
        active = [thing for thing in windows if thing["state"] & ACTIVE] or windows
        found, level = list(active), active
        while level:
            level = self._below(level)
            found += level
        return self._with_text(found)

    def _below(self, level: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        children = self._children([thing["node"] for thing in level])
        inside = [(node, thing["box"]) for thing, nodes in zip(level, children, strict=True) for node in nodes]
        return self._shown(inside)

    def _children(self, nodes: Sequence[Node]) -> list[list[Node]]:
        asked = [_call(node, ACCESSIBLE, "GetChildren") for node in nodes]
        return [[(name, path) for name, path in found or ()] for found in self._ask(self.bus, asked)]

    def _shown(self, things: Sequence[tuple[Node, Box | None]]) -> list[dict[str, Any]]:
        """Those that have a part which is on the display."""
        return [thing for thing in self._read(things) if thing["state"] & SHOWING and all(thing["box"][2:])]

    def _read(self, things: Sequence[tuple[Node, Box | None]]) -> list[dict[str, Any]]:
        asked = [
            call
            for node, _ in things
            for call in (
                _call(node, "org.freedesktop.DBus.Properties", "Get", "ss", ACCESSIBLE, "Name"),
                _call(node, ACCESSIBLE, "GetRoleName"),
                _call(node, ACCESSIBLE, "GetState"),
                _call(node, "org.a11y.atspi.Component", "GetExtents", "u", SCREEN),
            )
        ]
        told = iter(self._ask(self.bus, asked))
        return [_described(node, around, *(next(told) for _ in range(4))) for node, around in things]

    def _with_text(self, things: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Fields say what stands in them; everything else is its own words."""
        fields = [thing for thing in things if thing["class"] == "text"]
        asked = [_call(thing["node"], "org.a11y.atspi.Text", "GetText", "ii", 0, -1) for thing in fields]
        for thing, text in zip(fields, self._ask(self.bus, asked), strict=True):
            thing["text"] = text or ""
        return things

    def _ask(self, bus: DBusConnection, calls: Sequence[Message]) -> list[Any]:
        """The answers to all the calls, which are sent at once: one after the other would take seconds."""
        serials = [next(bus.outgoing_serial) for _ in calls]
        for serial, call in zip(serials, calls, strict=True):
            bus.send(call, serial)
        answers: dict[int, Any] = {}
        while len(answers) < len(serials):
            reply = bus.receive(timeout=SECONDS)
            if (serial := reply.header.fields.get(HeaderFields.reply_serial)) in serials:
                answers[serial] = _body(reply)
        return [answers[serial] for serial in serials]


def _described(node: Node, around: Box | None, name: Any, role: Any, state: Any, box: Any) -> dict[str, Any]:
    words, bits = (name[1] if name else ""), (state[0] if state else 0)
    return {
        "node": node,
        "class": role or "",
        "name": words,
        "text": words,
        "state": bits,
        "enabled": bool(bits & ENABLED),
        "box": _within(list(box or (0, 0, 0, 0)), around),
    }


def _within(box: Box, around: Box | None) -> Box:
    """The part of a box that is not cut off by what it lies in, as in a page that scrolls."""
    if around is None:
        return box
    left, top = max(box[0], around[0]), max(box[1], around[1])
    right = min(box[0] + box[2], around[0] + around[2])
    bottom = min(box[1] + box[3], around[1] + around[3])
    return [left, top, max(0, right - left), max(0, bottom - top)]


@dataclass
class Reader(Person):
    """Sees the window as a screen reader does; a thing's `class` is its role, such as “push button”."""

    tree: Tree

    def widgets(self) -> list[dict[str, Any]]:
        """What can be seen in the active window now."""
        return self.tree.seen()
