"""The way to the mail server: one connection for many letters, encrypted and verified, or none at all (SEC-44)."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from ..settings import LOOPBACK, Settings

PORTS = {"smtp": 25, "smtps": 465}
LAST_TEMPORARY = 499  # of SMTP's answers: 4xx may go better later, 5xx never
GOING_AWAY = 421
OK = 250


class Refused(Exception):
    """The server refuses this letter for good. The message is its three digits, never its words."""


class NotNow(Exception):
    """The server would not take this letter now."""


class Down(Exception):
    """The server cannot be reached, hangs, or will not talk to us at all: nothing is wrong with the letter."""


class HungUp(Down):
    """The server fell silent or hung up once it was told whom the letter is to: it may be that mailbox, or all of them.

    The connection is of no more use.
    """


class _Forgiving(smtplib.SMTP):
    """Some servers and filters answer «OK» to a letter that they took, without the three digits of RFC 5321: sent again
    it would come twice, and for ever."""

    def getreply(self) -> tuple[int, bytes]:
        """The next answer: its number and its words."""
        if self.file and self.file.peek(2)[:2].upper() == b"OK":
            return OK, self.file.readline()
        return super().getreply()


class _Sealed(_Forgiving, smtplib.SMTP_SSL):
    """The same over TLS from the first byte on."""


class Line:
    """A connection to the mail server: `with Line(settings) as line: line.send(…)`. Raises Down when there is none."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        try:
            self._smtp = self._called()
        except (OSError, smtplib.SMTPException) as error:
            raise Down(_name(error)) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._smtp:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.quit() if kind is None else self._smtp.close()

    @property
    def is_open(self) -> bool:
        """Whether one more letter can be sent over it."""
        return self._smtp is not None and self._smtp.sock is not None

    def send(self, sender: str, address: str, raw: bytes) -> None:
        """Give one letter to the server; when this returns the server has taken it.

        Raises Down while nothing was said of the letter, and HungUp, Refused or NotNow once it was said whom it is to.
        """
        assert self._smtp is not None  # noqa: S101 only inside `with`
        with _failing_as(Down):
            _expect(*self._smtp.mail(sender))  # a sender who is refused would be so for every letter
        try:
            with _failing_as(HungUp):
                code = self._offered(address, raw)
        except HungUp:
            self._smtp.close()  # to take leave of a server that says nothing would cost as long again
            raise
        if code == GOING_AWAY:
            self._smtp.close()
            raise HungUp(str(code))
        if not _is_taken(code):
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.rset()
            raise NotNow(str(code)) if code <= LAST_TEMPORARY else Refused(str(code))

    def _offered(self, address: str, raw: bytes) -> int:
        """What the server answers to the address, or if it takes that to the letter: three digits."""
        assert self._smtp is not None  # noqa: S101 only inside `with`
        code, _ = self._smtp.rcpt(address)
        if not _is_taken(code):
            return code
        try:
            return self._smtp.data(raw)[0]
        except smtplib.SMTPDataError as error:  # it would not hear the letter at all
            return error.smtp_code

    def _called(self) -> smtplib.SMTP:
        url, timeout = urlsplit(self._settings.smtp_url), self._settings.defaults.smtp_timeout_seconds
        host, port = url.hostname or "", url.port or PORTS[url.scheme]
        if url.scheme == "smtps":
            smtp: smtplib.SMTP = _Sealed(host, port, timeout=timeout, context=_verifying())
        else:
            smtp = _Forgiving(host, port, timeout=timeout)
        try:
            self._secure(smtp, host, encrypted=url.scheme == "smtps")
            if self._settings.defaults.smtp_username:
                smtp.login(self._settings.defaults.smtp_username, self._settings.smtp_password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _secure(self, smtp: smtplib.SMTP, host: str, *, encrypted: bool) -> None:
        """Encrypt, or refuse to go on. A relay on this machine may do without, or with a certificate of its own.

        An old server refuses EHLO and is greeted by HELO; it offers nothing then, encryption neither.
        """
        smtp.ehlo_or_helo_if_needed()
        if encrypted:
            return
        if smtp.has_extn("starttls"):
            smtp.starttls(context=_trusting() if host in LOOPBACK else _verifying())
            smtp.ehlo_or_helo_if_needed()
        elif host not in LOOPBACK:
            raise smtplib.SMTPException("the server offers no encryption")


def _verifying() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _trusting() -> ssl.SSLContext:
    context = _verifying()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@contextlib.contextmanager
def _failing_as(kind: type[Down]) -> Iterator[None]:
    try:
        yield
    except (OSError, smtplib.SMTPException, ValueError) as error:  # ValueError: an answer that cannot be read
        raise kind(_name(error)) from None


def _is_taken(code: int) -> bool:
    return 200 <= code < 300


def _expect(code: int, answer: bytes) -> None:
    if not _is_taken(code):
        raise smtplib.SMTPResponseException(code, answer)


def _name(error: Exception) -> str:
    """What failed, without the server's words: they may repeat an address."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
