"""The way to the mail server: encrypted and verified, or nothing is sent."""

import pytest
from msgspec.structs import replace

from skanderborg.mail import smtp
from skanderborg.settings import load
from tests.servers import Encryption, MailServer, Mode

RAW = b"Subject: x\r\n\r\nx\r\n"


@pytest.fixture
def to(tmp_path):
    """Settings that point at a mail server."""

    def point(server: MailServer, seconds: float = 2):
        settings = load({"SKB_ENV": "test", "SKB_DATA_DIR": str(tmp_path), "SKB_SMTP_URL": server.url})
        return replace(settings, defaults=replace(settings.defaults, smtp_timeout_seconds=seconds))

    return point


def send(settings) -> None:
    with smtp.Line(settings) as line:
        line.send("koordinering@example.invalid", "rikke@example.invalid", RAW)


def test_one_connection_carries_many_letters(mail_server, to):
    with smtp.Line(to(mail_server)) as line:
        for _ in range(3):
            line.send("koordinering@example.invalid", "rikke@example.invalid", RAW)

    assert len(mail_server.letters) == 3


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [
        (Mode.REFUSE, smtp.NotNow),
        (Mode.REJECT, smtp.Refused),
        (Mode.DROP, smtp.Down),
        (Mode.HANG, smtp.Down),
        (Mode.DOWN, smtp.Down),
    ],
)
def test_what_the_server_did_is_told_apart(mail_server, to, mode, outcome):
    settings = to(mail_server, 0.5)
    mail_server.mode = mode

    with pytest.raises(outcome):
        send(settings)


def test_a_verified_server_gets_the_letter(to, monkeypatch):
    with MailServer(Encryption.IMPLICIT) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority_file))

        send(to(server))

        assert len(server.letters) == 1


def test_a_server_that_cannot_prove_its_name_gets_nothing(to, monkeypatch):
    with MailServer(Encryption.IMPLICIT, certificate_name="somebody-else.invalid") as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority_file))

        with pytest.raises(smtp.Down):
            send(to(server))

        assert server.letters == []


def test_a_server_elsewhere_that_does_not_encrypt_gets_nothing(mail_server, to, monkeypatch):
    monkeypatch.setattr(smtp, "LOOPBACK", set())  # as if it stood on another machine

    with pytest.raises(smtp.Down):
        send(to(mail_server))


def test_a_server_elsewhere_must_prove_its_name_before_encrypting(to, monkeypatch):
    monkeypatch.setattr(smtp, "LOOPBACK", set())
    with MailServer(Encryption.STARTTLS, certificate_name="somebody-else.invalid") as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority_file))

        with pytest.raises(smtp.Down):
            send(to(server))


def test_a_verified_server_elsewhere_gets_the_letter_encrypted(to, monkeypatch):
    monkeypatch.setattr(smtp, "LOOPBACK", set())
    with MailServer(Encryption.STARTTLS) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority_file))

        send(to(server))

        assert len(server.letters) == 1
