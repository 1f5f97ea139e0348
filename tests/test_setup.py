"""Starting for development: what cannot work is said before anything else is."""

import socket
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from skanderborg import setup
from skanderborg.settings import load
from skanderborg.store.db import db
from tests.servers import free_port


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def develop(folder: Path, smtp_url: str, port: int | None = None) -> int:
    """Run `flask dev`, which one of the ports keeps from going on."""
    return setup.develop(
        load({"SKB_DATA_DIR": str(folder / "data"), "SKB_PORT": str(port or free_port()), "SKB_SMTP_URL": smtp_url})
    )


def test_a_busy_mail_port_is_told_before_anything_is_made_or_said(tmp_path, busy_port, capsys):
    assert develop(tmp_path, f"smtp://127.0.0.1:{busy_port}") == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert f"SKB_SMTP_URL: port {busy_port} til mailfangeren er optaget" in said.err
    assert f"SKB_SMTP_URL=smtp://127.0.0.1:{busy_port + 1}" in said.err
    assert not (tmp_path / "data").exists()


def test_the_mail_port_may_not_be_that_of_the_pages(tmp_path, capsys):
    port = free_port()

    assert develop(tmp_path, f"smtp://127.0.0.1:{port}", port) == 1
    assert f"port {port} til mailfangeren er optaget" in capsys.readouterr().err


def test_a_mail_server_elsewhere_is_no_place_for_the_mail_catcher(tmp_path, capsys):
    assert develop(tmp_path, "smtp://mail.example.invalid:25") == 1
    assert "SKB_SMTP_URL: mailfangeren lytter kun på denne maskine" in capsys.readouterr().err


def test_a_busy_port_of_the_pages_is_told_before_anything_is_made(tmp_path, busy_port, capsys):
    assert develop(tmp_path, f"smtp://127.0.0.1:{free_port()}", busy_port) == 1

    said = capsys.readouterr()
    assert (said.out, said.err.startswith(f"SKB_PORT: port {busy_port} er optaget")) == ("", True)
    assert not (tmp_path / "data").exists()


def test_the_web_server_forks_its_workers_with_no_connection_open(app, settings, monkeypatch):
    """REL-08: two processes on one connection read each other's answers."""
    shared = []

    class Forking:
        def __init__(self, *args, **kwargs):
            pass

        def serve(self):
            shared.extend([*db.obj._in_use.values(), *db.obj._connections])

    monkeypatch.setattr(setup, "_Lasting", Forking)

    setup.serve(msgspec.structs.replace(settings, port=free_port()))

    assert shared == []
