"""The servers of the tests do what the tests trust them to do."""

import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest

from tests.servers import (
    Browser,
    Encryption,
    MailServer,
    Mode,
    TestClock,
    create_database,
    empty_tables,
    fill_tables,
    kept_rows,
)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "skb@example.invalid", "a@example.invalid", "Påmindelse"
    message.set_content("Du har en aftale.")
    return message


def send(server: MailServer, *to: str) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=2) as connection:
        return connection.send_message(letter(), to_addrs=to or ("a@example.invalid",))


def test_a_letter_arrives_with_its_envelope(mail: MailServer):
    send(mail, "a@example.invalid", "b@example.invalid")

    (arrived,) = mail.wait_for(1)
    assert arrived.recipients == ("a@example.invalid", "b@example.invalid")
    assert (arrived.message["Subject"], arrived.text) == ("Påmindelse", "Du har en aftale.\n")


@pytest.mark.parametrize(("mode", "code"), [(Mode.REFUSE, 451), (Mode.REJECT, 550)])
def test_a_refusal_has_its_code_and_no_letter(mail: MailServer, mode: Mode, code: int):
    mail.mode = mode

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(mail)
    assert (refused.value.recipients["a@example.invalid"][0], mail.letters) == (code, [])


def test_one_bad_recipient_does_not_stop_the_other(mail: MailServer):
    mail.rejected = {"bad@example.invalid"}

    refused = send(mail, "bad@example.invalid", "a@example.invalid")

    assert list(refused) == ["bad@example.invalid"]
    assert mail.letters[0].recipients == ("a@example.invalid",)


def test_a_dropped_call_leaves_the_letter_taken_and_the_sender_in_doubt(mail: MailServer):
    mail.mode = Mode.DROP

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(mail)
    assert len(mail.letters) == 1


def test_a_server_that_hangs_says_nothing(mail: MailServer):
    mail.mode = Mode.HANG

    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        smtplib.SMTP("127.0.0.1", mail.port, timeout=0.2)


def test_a_server_that_was_down_comes_back_on_its_port(mail: MailServer):
    mail.mode = Mode.DOWN
    with pytest.raises(ConnectionRefusedError):
        send(mail)

    mail.mode = Mode.ACCEPT

    send(mail)
    assert len(mail.letters) == 1


def test_going_down_hangs_up_on_those_who_are_connected(mail: MailServer):
    with smtplib.SMTP("127.0.0.1", mail.port, timeout=2) as connection:
        mail.mode = Mode.DOWN

        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            connection.ehlo_or_helo_if_needed()


def test_a_verified_certificate_is_taken():
    with MailServer(Encryption.STARTTLS) as server:
        trust = ssl.create_default_context(cafile=str(server.authority_file))
        with smtplib.SMTP("127.0.0.1", server.port, timeout=2) as connection:
            connection.starttls(context=trust)
            connection.send_message(letter())

        assert len(server.letters) == 1


def test_an_unknown_authority_is_noticed():
    with (
        MailServer(Encryption.STARTTLS) as server,
        smtplib.SMTP("127.0.0.1", server.port, timeout=2) as connection,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        connection.starttls(context=ssl.create_default_context())


def test_a_certificate_for_somebody_else_is_noticed():
    with MailServer(Encryption.IMPLICIT, certificate_name="other.example.invalid") as server:
        trust = ssl.create_default_context(cafile=str(server.authority_file))

        with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
            smtplib.SMTP_SSL("127.0.0.1", server.port, timeout=2, context=trust)


def test_a_server_with_starttls_takes_nothing_in_the_clear():
    with MailServer(Encryption.STARTTLS) as server, pytest.raises(smtplib.SMTPResponseException, match="STARTTLS"):
        send(server)


def test_the_test_clock_takes_danish_wall_time(tmp_path: Path):
    clock = TestClock(tmp_path / "clock", datetime(2026, 11, 20, 9))

    clock.forward(hours=1)

    assert datetime.fromisoformat(clock.file.read_text()) == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.postgres
def test_a_copied_database_has_the_rows_of_its_template(postgres_url: str, worker_id: str):
    with psycopg.connect(create_database(postgres_url, f"{worker_id}_from")) as connection:
        connection.execute("CREATE TABLE thing AS SELECT 1 AS number")

    copy = create_database(postgres_url, f"{worker_id}_to", template=f"{worker_id}_from")

    with psycopg.connect(copy) as connection:
        assert connection.execute("SELECT number FROM thing").fetchall() == [(1,)]


@pytest.mark.postgres
def test_tables_are_emptied_past_triggers_that_refuse_it(postgres_url: str, worker_id: str):
    with psycopg.connect(create_database(postgres_url, f"{worker_id}_emptied")) as connection:
        connection.execute("""
            CREATE TABLE kept AS SELECT 1 AS number;
            CREATE TABLE event (id serial PRIMARY KEY);
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'never'; END $$;
            CREATE TRIGGER no_delete BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse();
            INSERT INTO event DEFAULT VALUES;
        """)

        empty_tables(connection, keep=["kept"])

        assert connection.execute("INSERT INTO event DEFAULT VALUES RETURNING id").fetchall() == [(1,)]
        assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]


@pytest.mark.postgres
def test_rows_that_were_kept_stand_there_again_with_their_numbers(postgres_url: str, worker_id: str):
    url = create_database(postgres_url, f"{worker_id}_filled")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("""
            CREATE TABLE kept AS SELECT 1 AS number;
            CREATE TABLE "case" (id serial PRIMARY KEY, "order" bytea);
            INSERT INTO "case" ("order") VALUES (NULL), ('\\x00ff'), ('x');
            DELETE FROM "case" WHERE id = 3;
        """)
        rows = kept_rows(connection, but=["kept"])
        empty_tables(connection, keep=["kept"])

        fill_tables(connection, rows)

        assert connection.execute('SELECT * FROM "case" ORDER BY id').fetchall() == [(1, None), (2, b"\x00\xff")]
        assert connection.execute('INSERT INTO "case" DEFAULT VALUES RETURNING id').fetchall() == [(4,)]
        assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]


@pytest.mark.browser
def test_the_browser_speaks_danish_and_remembers_script_errors(browser: Browser):
    page = browser.page()

    page.goto("data:text/html,<h1>Hej</h1><script>throw new Error('av')</script>")

    assert page.evaluate("[navigator.language, document.querySelector('h1').textContent]") == ["da-DK", "Hej"]
    assert browser.complaints == ["script: av"]
