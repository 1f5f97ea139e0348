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
        (Mode.DROP, smtp.HungUp),
        (Mode.HANG, smtp.Down),
        (Mode.DOWN, smtp.Down),
    ],
)
def test_what_the_server_did_is_told_apart(mail_server, to, mode, outcome):
    settings = to(mail_server, 0.5)
    mail_server.mode = mode

    with pytest.raises(outcome) as told:
        send(settings)
    assert type(told.value) is outcome


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("mail", "550 No", smtp.Down),
        ("mail", "421 Bye", smtp.Down),
        ("mail", "452 Full", smtp.Down),
        ("rcpt", "552 Quota", smtp.Refused),
        ("rcpt", "452 Quota", smtp.NotNow),
        ("rcpt", "421 Bye", smtp.HungUp),
        ("data", "554 No", smtp.Refused),
        ("data", "451 Later", smtp.NotNow),
        ("letter", "554 Spam", smtp.Refused),
        ("letter", "452 Full", smtp.NotNow),
        ("letter", "421 Bye", smtp.HungUp),
    ],
)
def test_a_refusal_is_told_apart_by_when_it_comes(mail_server, to, command, answer, outcome):
    mail_server.answers[command] = answer

    with pytest.raises(outcome) as told:
        send(to(mail_server))
    assert type(told.value) is outcome


@pytest.mark.parametrize("answer", ["200", "200 Ok", "250", "OK", "Ok: queued as 12345", "ok id=1x2y"])
def test_a_letter_that_the_server_took_in_words_of_its_own_is_delivered(mail_server, to, answer):
    mail_server.answers["letter"] = answer

    with smtp.Line(to(mail_server)) as line:
        for _ in range(2):  # and what it says next is no answer to something else
            line.send("koordinering@example.invalid", "rikke@example.invalid", RAW)

    assert len(mail_server.asked) == 2


@pytest.mark.parametrize("answer", ["queued", "Error: OK?", "-ERR"])
def test_words_that_do_not_say_so_do_not_count_as_taken(mail_server, to, answer):
    mail_server.answers["letter"] = answer

    with pytest.raises(smtp.NotNow):
        send(to(mail_server))


def test_an_old_server_that_refuses_ehlo_is_greeted_by_helo(mail_server, to):
    mail_server.answers["ehlo"] = "502 5.5.1 Command not implemented"

    send(to(mail_server))

    assert len(mail_server.letters) == 1


def test_one_that_refuses_both_is_as_good_as_none(mail_server, to):
    mail_server.answers |= {"ehlo": "502 No", "helo": "554 No"}

    with pytest.raises(smtp.Down):
        send(to(mail_server))


def test_one_elsewhere_that_knows_no_ehlo_offers_no_encryption_and_gets_nothing(mail_server, to, monkeypatch):
    monkeypatch.setattr(smtp, "LOOPBACK", set())  # as if it stood on another machine
    mail_server.answers["ehlo"] = "502 5.5.1 Command not implemented"

    with pytest.raises(smtp.Down):
        send(to(mail_server))
    assert mail_server.letters == []


@pytest.mark.parametrize("command", ["rcpt", "letter"])
def test_a_server_that_falls_silent_over_one_letter_is_told_from_one_that_is_down(mail_server, to, command):
    mail_server.silent_at["rikke@example.invalid"] = command

    with pytest.raises(smtp.HungUp):
        send(to(mail_server, 0.5))


def test_after_a_refusal_the_connection_serves_for_the_next_letter(mail_server, to):
    mail_server.rejected.add("rikke@example.invalid")

    with smtp.Line(to(mail_server)) as line:
        with pytest.raises(smtp.Refused):
            line.send("koordinering@example.invalid", "rikke@example.invalid", RAW)
        line.send("koordinering@example.invalid", "jonas@example.invalid", RAW)

    assert len(mail_server.letters) == 1


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
