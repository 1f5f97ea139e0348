"""A real mail server whose mood can be set."""

import asyncio
import email
import email.policy
import ipaddress
import shutil
import ssl
import tempfile
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Any, Self, cast

from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .running import Running


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
    `answers` says what is answered to a command whoever calls ("ehlo", "helo", "mail", "rcpt", "data", or "letter" once
    the letter has come), such as "554 5.7.1 No"; `silent_at` at which of «rcpt» and «letter» it falls silent for an
    address. `certificate_name` other than the default makes a certificate for somebody else.
    """

    def __init__(self, encryption: Encryption = Encryption.NONE, certificate_name: str = "localhost"):
        self.rejected: set[str] = set()
        self.answers: dict[str, str] = {}
        self.silent_at: dict[str, str] = {}
        self.asked: list[str] = []  # the address of each letter that someone tried to give
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
        self.rejected, self.answers, self.silent_at = set(), {}, {}
        self.delay_seconds, self.mode = 0.0, Mode.ACCEPT

    # what aiosmtpd calls

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer one recipient."""
        self.asked.append(address)
        if self.silent_at.get(address) == "rcpt":
            await asyncio.Event().wait()
        if self._mode is Mode.REFUSE:
            return "451 4.3.0 Try again later"
        if self._mode is Mode.REJECT or address in self.rejected:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter."""
        await asyncio.sleep(self.delay_seconds)
        if "letter" in {self.silent_at.get(address) for address in envelope.rcpt_tos}:
            await asyncio.Event().wait()
        if "letter" in self.answers:
            return self.answers["letter"]
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
        return _Talking(self._calls, self.answers, self, hostname="mail.example.invalid", tls_context=tls,
                        require_starttls=tls is not None, loop=self._loop)  # fmt: skip

    def _run(self, step: Callable[[], Any]) -> None:
        asyncio.run_coroutine_threadsafe(step(), self._loop).result(10)

    def _tls_context(self, name: str) -> ssl.SSLContext:
        make_certificate(self._folder, name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / "server.pem", self._folder / "server.key")
        return context


class _Talking(SMTP):
    def __init__(self, calls: set[asyncio.Transport], answers: dict[str, str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._calls, self._answers = calls, answers

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        await self._say("ehlo", super().smtp_EHLO, hostname)

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802
        await self._say("helo", super().smtp_HELO, hostname)

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        await self._say("mail", super().smtp_MAIL, arg)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        await self._say("rcpt", super().smtp_RCPT, arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        await self._say("data", super().smtp_DATA, arg)

    async def _say(self, command: str, usual: Callable[[str], Awaitable[None]], arg: str) -> None:
        if command in self._answers:
            await self.push(self._answers[command])
        else:
            await usual(arg)

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
