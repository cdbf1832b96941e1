"""Every command documents itself, and what needs no model loads none."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli import main
from core.cli.job_commands import setting

COMMANDS = (
    "demo",
    "erase",
    "generate",
    "score",
    "identify",
    "doctor",
    "models list",
    *(
        f"library {action}"
        for action in ("list", "show", "verify", "rebuild", "remove", "restore", "card", "stack", "unstack")
    ),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_documents_the_common_options_and_gives_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main([*command.split(), "--help"])
    text = capsys.readouterr().out
    assert left.value.code == 0
    assert all(option in text for option in ("--library DIR", "--json", "--seed SEED"))
    assert f"example:\n  python main.py {command}" in text


@pytest.mark.parametrize("arguments", [["--help"], ["erase", "--help"], ["library", "list"], ["models", "list"]])
def test_light_commands_import_neither_torch_nor_qt(arguments: list[str], tmp_path: Path) -> None:
    common = ["--library", str(tmp_path / "library")] if "list" in arguments else []
    code = (
        "import sys\nfrom core.cli import main\n"
        f"try:\n    main({[*arguments, *common]!r})\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'diffusers', 'transformers', 'PySide6'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_models_list_as_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--json"]) == 0
    cards = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    starter = next(card for card in cards if card["name"] == "starter")
    assert {host["name"] for host in starter["hosts"]} == {"still", "animatediff", "text2video"}


def test_models_list_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    assert "starter" in capsys.readouterr().out.splitlines()[1]


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("epochs=5", ("epochs", 5)),
        ("learning_rate=3e-4", ("learning_rate", 3e-4)),
        ("image_free=true", ("image_free", True)),
        ("layers=mlp+attention", ("layers", "mlp+attention")),
        ("note=", ("note", "")),
    ],
)
def test_settings_are_json_or_words(text: str, pair: tuple[str, object]) -> None:
    assert setting(text) == pair


@pytest.mark.parametrize("text", ["epochs", "=5", ""])
def test_a_setting_needs_a_key_and_a_value(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        setting(text)
