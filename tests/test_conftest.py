"""The guard of conftest.py is itself tested: each kind of thing left behind fails the test that left it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pytest_socket import SocketBlockedError

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).with_name("conftest.py")

LEAKS = {
    "thread": "import threading\ndef test_it(): threading.Thread(target=GATE.wait, args=(8,), name='left').start()",
    "process": "import subprocess, sys\ndef test_it(): HELD.append(subprocess.Popen([sys.executable, '-c', 'input()'],"
    " stdin=subprocess.PIPE))",
    "QTimer": "from PySide6.QtCore import QTimer\ndef test_it(qapp): HELD.append(QTimer()); HELD[-1].start(50)",
    "QThread": "from PySide6.QtCore import QThread\ndef test_it(qapp): HELD.append(QThread()); HELD[-1].start()",
}
HEADER = "import threading\nGATE = threading.Event()\nHELD = []\n"
FOOTER = """
def teardown_module():
    GATE.set()
    for held in HELD:
        (getattr(held, "kill", None) or getattr(held, "quit", None) or held.stop)()
        if hasattr(held, "wait"):
            held.wait()
"""


@pytest.mark.parametrize("kind", LEAKS)
def test_what_is_left_running_fails_its_test(kind: str, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST.read_text("utf-8").replace("PATIENCE = 3.0", "PATIENCE = 0.2"))
    pytester.makepyfile(HEADER + LEAKS[kind] + FOOTER)
    result = pytester.runpytest_subprocess("--disable-socket", "--allow-unix-socket")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"*The test left behind: {kind} *"])


def test_a_tidy_test_passes(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST.read_text("utf-8"))
    pytester.makepyfile(
        "import subprocess, sys, threading\n"
        "def test_it(qapp):\n"
        "    thread = threading.Thread(target=int)\n"
        "    thread.start()\n"
        "    assert subprocess.run([sys.executable, '-c', '']).returncode == 0\n"
    )
    pytester.runpytest_subprocess("--disable-socket", "--allow-unix-socket").assert_outcomes(passed=1)


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_the_network_is_closed() -> None:
    with pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET)
