"""Making and running an installation: keys, database, first administrator, web server; for development all at once."""

import logging
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from granian.constants import Interfaces
from granian.server import Server

from . import examples, isolated
from .domain import audit, integrity, passwords, people, separation, sessions, staff, upgrading
from .errors import Damaged
from .kinds import Role
from .policy import SYSTEM
from .settings import LOOPBACK, ROOT, SettingError, Settings
from .store import connection, keys, ownership, schema
from .store.db import begin, db, dispose, lock_chain
from .store.people import Person

STOP_SECONDS = 10
QUICK_SECONDS, MOST_QUICK_DEATHS = 6, 20  # a web worker that dies sooner cannot work; after so many of these it ends
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # Ctrl-C, another program, a terminal that is closed


def init(settings: Settings, with_backup: bool = True) -> Iterator[str]:
    """Make what is missing of keys, database and departments, and say what was done. Running it again is harmless.

    Raises Damaged, and SettingError where the database is not one that this program and its keys may make ready, or in
    production cannot be backed up before it is upgraded: of it nothing is changed then.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    integrity.refuse_damaged()
    if not schema.is_missing():
        _refuse_not_ours(settings)
    if not settings.keys_file.exists():
        keys.create_ring(settings.keys_file)
        yield "Nøgler er lavet (gem en kopi et sikkert sted)."
    keys.open_ring(settings.keys_file)
    _refuse_unsafe(settings, "SKB_DATABASE_URL")
    backup = (yield from upgrading.back_up_first(settings)) if with_backup else None
    yield from _migrate(settings)
    _close_to_others(settings)
    with db.connection_context():
        with begin():
            keys.make_system_key()
            keys.refuse_other()
        yield from audit.take_over()
        if backup:
            upgrading.note(backup)
        with begin():
            lock_chain(keys.SYSTEM)  # before the first row, as every verb
            people.sync_departments()
            staff.tell_all_apart()
        for line in separation.settle():
            yield f"Bemærk: {line}"
        if settings.is_production and not Person.select().exists():
            yield from _first_administrator(settings)
    if settings.is_production:
        how = "adgangskode (sso_issuer er ikke angivet)" if not settings.defaults.sso_issuer else "kommunens login"
        yield f"Bemærk: log ind sker med {how}."


def _refuse_not_ours(settings: Settings) -> None:
    """Refuse a database of another program, of a newer one, of other keys, or whose keys are gone: new ones would open
    nothing of it."""
    with db.connection_context():
        schema.refuse_foreign()
        if keys.are_in_use():
            if not settings.keys_file.exists():
                raise SettingError("SKB_KEYS_FILE: filen er væk, og databasen kan ikke læses uden. Læg den tilbage.")
            keys.open_ring(settings.keys_file)
            keys.refuse_other()


def _migrate(settings: Settings) -> Iterator[str]:
    """Bring the database up to date, as the role that owns its tables where there is one beside the program's."""
    if settings.database_owner_url is None:
        yield from upgrading.bring_up_to_date()
        return
    with db.connection_context():
        program = ownership.role()
    with connection.instead(settings.database_owner_url):
        _refuse_unsafe(settings, "SKB_DATABASE_OWNER_URL")
        yield from upgrading.bring_up_to_date()
        with db.connection_context():
            ownership.grant(program)


def _refuse_unsafe(settings: Settings, name: str) -> None:
    if settings.is_production:
        with nullcontext() if schema.is_missing() else db.connection_context():
            schema.refuse_unsafe(name)


def _close_to_others(settings: Settings) -> None:
    if settings.database_url.startswith("sqlite:///"):
        for path in Path(db.obj.database).parent.glob(f"{Path(db.obj.database).name}*"):
            path.chmod(0o600)


def way_in(settings: Settings, person: Person) -> str:
    """A link with which someone chooses a password, where passwords let that person in."""
    if not passwords.let_in(person):
        return f"{person.username} logger ind med kommunens login."
    return f"{settings.base_url}/engangslink/{sessions.offer_link(SYSTEM, person, settings.defaults)}"


def _first_administrator(settings: Settings) -> Iterator[str]:
    domain = settings.defaults.mail_domains[0]
    admin = staff.add(SYSTEM, "admin", "Administrator", f"admin@{domain}", [Role.ADMINISTRATOR], [], (domain,))
    if not passwords.let_in(admin):
        yield "Første administrator kommer fra kommunens login (sso_roles), eller tilføj admin i emergency_accounts."
        return
    link = sessions.offer_link(SYSTEM, admin, settings.defaults)
    yield f"Første administrator (brugernavn admin) vælger adgangskode her: {settings.base_url}/engangslink/{link}"
    minutes = settings.defaults.one_time_link_minutes
    yield f"Linket virker én gang og i {minutes} minutter. Nyt link: flask user reset admin"


def serve(settings: Settings) -> None:
    """Run the web server until it is told to stop; requests under way are finished (REL-34).

    With a damaged database it serves the page that says so, and the telephone numbers.
    """
    try:
        ready_or_stop(settings)
    except Damaged as damaged:
        click.echo(damaged.message, err=True)
    if settings.is_production and settings.defaults.second_factor_required == "no" and not settings.defaults.sso_issuer:
        click.echo("Log ind sker med adgangskode alene (second_factor_required, sso_issuer).", err=True)
    dispose()  # a connection open now would be one and the same in every worker that is forked (REL-08)
    # The server's advice against so many threads would worry whoever starts it: they wait for bodies half sent.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    isolated.sweep()
    defaults = settings.defaults
    _Lasting(
        "app:app", address=settings.host, port=settings.port, interface=Interfaces.WSGI,
        workers=defaults.web_workers, blocking_threads=defaults.web_threads, backpressure=defaults.web_threads * 4,
        workers_kill_timeout=STOP_SECONDS, working_dir=ROOT, log_access=False, websockets=False,
        respawn_failed_workers=True,
    ).serve()  # fmt: skip


class _Lasting(Server):  # type: ignore[misc,valid-type]
    """Goes on when its workers die, also one after the other: granian takes two deaths within seconds for a program
    that cannot start, and ends everybody's server. One that cannot start at all ends it, after so many at once."""

    deaths = 0

    def _respawn_workers(self, workers: list[int], *args: Any, **kwargs: Any) -> None:
        lived = [time.monotonic() - self.wrks[place].birth for place in workers]
        self.deaths = self.deaths + 1 if min(lived) < QUICK_SECONDS else 0
        time.sleep(min(self.deaths, QUICK_SECONDS))
        super()._respawn_workers(workers, *args, **kwargs)
        if self.deaths < MOST_QUICK_DEATHS:
            self.respawned_wrks.clear()  # by which it knows that they died lately


def ready_or_stop(settings: Settings) -> None:
    """Refuse to start on a busy port, or with a database that this version or its keys do not fit: a SettingError;
    or with one that is Damaged."""
    _refuse_busy_port(settings)
    integrity.refuse_unfit(settings)


def _refuse_busy_port(settings: Settings) -> None:
    if not _is_free(settings.host, settings.port):
        raise SettingError(f"SKB_PORT: port {settings.port} er optaget. Stop det, der bruger den, eller vælg en anden.")


def _is_free(host: str, port: int) -> bool:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return False
    return True


# ── development ─────────────────────────────────────────────────────────────────────────────────────


def develop(settings: Settings) -> int:
    """Set up, load the examples, run web, worker and mail catcher; stop all of them together. Returns an exit code."""
    if not settings.is_development:
        raise SettingError("SKB_ENV: `flask dev` kører kun i development.")
    try:
        _refuse_busy_port(settings)
        _refuse_mail_port(settings)
        for line in init(settings):
            click.echo(line)
        ready_or_stop(settings)
    except (SettingError, Damaged) as error:
        click.echo(error, err=True)
        return 1
    with db.connection_context():
        examples.load_demo(settings)
    db.obj.close_all()
    return _run_together(settings)


def _refuse_mail_port(settings: Settings) -> None:
    """Say at once what the mail catcher would say when everything else runs already."""
    address = urlsplit(settings.smtp_url)
    port = address.port or 25
    if address.hostname not in LOOPBACK:
        raise SettingError("SKB_SMTP_URL: mailfangeren lytter kun på denne maskine. Skriv fx smtp://127.0.0.1:8026.")
    if port == settings.port or not _is_free(address.hostname, port):
        raise SettingError(
            f"SKB_SMTP_URL: port {port} til mailfangeren er optaget. Stop det, der bruger den, eller vælg en anden, "
            f"fx SKB_SMTP_URL=smtp://127.0.0.1:{port + 1}."
        )


def _run_together(settings: Settings) -> int:
    flask = [sys.executable, "-m", "flask"]
    commands = [
        [sys.executable, "-m", "skanderborg.mail.catcher", str(settings.data_dir / "mail"), settings.smtp_url],
        [*flask, "worker"],
        [*flask, "serve"],
    ]
    running = [subprocess.Popen(command, cwd=ROOT, start_new_session=True) for command in commands]  # noqa: S603 our own
    for name in ENDING:
        signal.signal(name, _end_once)
    click.echo(_welcome(settings))
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.3)
    except KeyboardInterrupt:
        return 0
    else:
        return 1
    finally:
        _stop(running)


def _stop(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        try:
            process.wait(STOP_SECONDS + 2)
        except subprocess.TimeoutExpired:
            process.kill()
    click.echo("\nStoppet. Dine data er gemt.")


def _end_once(*_: object) -> None:
    """Stop waiting; being told again while everything stops does no harm."""
    for name in ENDING:
        signal.signal(name, signal.SIG_IGN)
    raise KeyboardInterrupt


def _welcome(settings: Settings) -> str:
    lines = [f"\nKoordinering kører på {settings.base_url}", f"Mails, der er sendt: {settings.base_url}/dev/mail", "",
             f"Log ind med adgangskoden: {examples.PASSWORD}"]  # fmt: skip
    lines += [f"  {person.username:<12} {person.about}" for person in examples.CAST]
    return "\n".join([*lines, "", "Stop med Ctrl-C."])
