from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.commands import MODULES, stroka
from server.commands.serve import check_port
from server.errors import CannotServe

ROOT = Path(__file__).resolve().parents[2]


def test_every_verb_explains_itself() -> None:
    for name in MODULES:
        result = CliRunner().invoke(stroka, [name, "--help"])

        assert result.exit_code == 0, name
        assert "Usage:" in result.output


def test_settings_are_printed_for_people_and_for_scripts() -> None:
    table = CliRunner().invoke(stroka, ["settings"], env={"STROKA_PORT": "9001"})
    listed = json.loads(CliRunner().invoke(stroka, ["settings", "--json"], env={"STROKA_PORT": "9001"}).output)

    assert "STROKA_PORT" in table.output
    assert {"name": "STROKA_PORT", "value": "9001", "default": "8000", "help": "Port to listen on."} in listed


def test_migrating_twice_is_harmless(tmp_path: Path) -> None:
    for _ in range(2):
        result = CliRunner().invoke(stroka, ["migrate"], env={"STROKA_HOME": str(tmp_path / "home")})

        assert result.exit_code == 0
        assert "0 documents" in result.output


def test_a_taken_port_is_answered_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotServe, match=f"port {port} is taken.*STROKA_PORT="):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_an_unknown_host_is_answered_with_what_to_do() -> None:
    with pytest.raises(CannotServe, match="STROKA_HOST"):
        check_port("192.0.2.1", 8000)


def test_our_errors_are_one_sentence_without_a_trace(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "server.commands", "migrate"],
        cwd=ROOT,
        env={"STROKA_HOME": str(tmp_path), "STROKA_PROT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert result.stderr.startswith("stroka: STROKA_PROT is no setting")
    assert "Traceback" not in result.stderr


def test_a_folder_that_cannot_be_made_is_answered_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    result = CliRunner().invoke(stroka, ["migrate"], env={"STROKA_HOME": str(tmp_path / "file")})

    assert isinstance(result.exception, CannotServe)
    assert "STROKA_HOME" in str(result.exception)
