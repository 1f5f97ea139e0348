"""Commands: each is one line into domain/ or store/. `--json` where it reports; exit code 1: something is wrong."""

import importlib
import json
import os
import pwd
import sys
from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import click
import cysqlite
import peewee
import psycopg
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from . import clock, examples, setup
from .danish import dates
from .domain import anchoring, audit, erasing, health, integrity, people, rotation, sessions, staff, staff_sync
from .domain.factors import resetting
from .domain.retention import tick, trial
from .errors import DomainError
from .kinds import HoldKind, Role
from .policy import SYSTEM
from .settings import SettingError
from .store import faults, keys
from .store.db import connected_if_possible, db
from .web import matrix

user = AppGroup("user", help="Brugere.")
audit_log = AppGroup("audit", help="Hændelseskæden.")
key_ring = AppGroup("keys", help="Nøgler.")


def register(app: Flask) -> None:
    """Hang the commands on the app."""
    app.cli.add_command(user)
    app.cli.add_command(audit_log)
    app.cli.add_command(key_ring)
    for command in (init, serve, work, dev, seed_demo, seed_test, access_matrix, doctor, retain, backup, restore):
        app.cli.add_command(command)


def told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command in the app, and show as one line what it is refused for."""

    @wraps(command)
    @with_appcontext
    def within(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DomainError as error:
            raise click.ClickException(error.message) from None
        except SettingError as error:
            raise click.ClickException(str(error)) from None
        except (peewee.PeeweeException, cysqlite.Error, psycopg.Error) as error:
            refused = faults.named(error)
            raise click.ClickException(refused.message if refused else _no_answer(error)) from None

    return within


def _no_answer(error: Exception) -> str:
    down = isinstance(error, peewee.OperationalError)
    return f"SKB_DATABASE_URL: databasen {'svarer ikke' if down else 'svarer ikke med det, der blev spurgt om'}."


def opened(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command on a database that a start would not refuse either, with keys read and connection open; its events
    say who ran it, as the machine knows them."""

    @wraps(command)
    def within(*args: Any, **kwargs: Any) -> Any:
        audit.name_machine_user(_machine_user())
        integrity.refuse_unfit(current_app.config["SKB"])
        with db.connection_context():
            return command(*args, **kwargs)

    return told(within)


def _machine_user() -> str:
    """The user of the operating system, and for whom that one acts, where the machine says so."""
    name, behind = pwd.getpwuid(os.getuid()).pw_name, os.environ.get("SUDO_USER", "")
    return f"{name} for {behind}" if behind and behind != name else name


@click.command("init")
@click.option("--without-backup", is_flag=True, help="Opgradér uden sikkerhedskopi: den er lavet på anden måde.")
@told
def init(without_backup: bool) -> None:
    """Make keys, database and departments, after a backup of a database that is upgraded; in production also the first
    administrator's one-time link."""
    for line in setup.init(current_app.config["SKB"], with_backup=not without_backup):
        click.echo(line)


@click.command("serve")
@told
def serve() -> None:
    """Run the web server."""
    setup.serve(current_app.config["SKB"])


@click.command("worker")
@click.option("--once", is_flag=True, help="Kør hvert tik én gang, og stop.")
@told
def work(once: bool) -> None:
    """Run the worker, which sends what is due."""
    # By name, and only here: its calendar, mail and scheduler libraries are memory that the web must not carry.
    worker = importlib.import_module("skanderborg.jobs.worker")
    worker.run_once(current_app.config["SKB"]) if once else worker.run(current_app.config["SKB"])


@click.command("dev")
@told
def dev() -> None:
    """Set up, load the example cases, and run web, worker and mail catcher until Ctrl-C."""
    sys.exit(setup.develop(current_app.config["SKB"]))


@click.command("seed-demo")
@opened
def seed_demo() -> None:
    """Load the fictional example cases, once."""
    examples.load_demo(current_app.config["SKB"])


@click.command("seed-test")
@opened
def seed_test() -> None:
    """Load a fixed set of people and cases, and print them as JSON; only with SKB_ENV=test."""
    click.echo(json.dumps(examples.load_test(current_app.config["SKB"]), ensure_ascii=False, indent=1))


@click.command("access-matrix")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def access_matrix(as_json: bool) -> None:
    """List every route: methods, endpoint, action, rows in the path, mutates?, personal data?"""
    for line in matrix.lines(current_app, as_json):
        click.echo(line)


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True)
@click.option("--thorough", is_flag=True, help="Læs alt igennem, som det gøres en gang om ugen.")
@told
def doctor(as_json: bool, thorough: bool) -> None:
    """Check the house as /readyz does, also one whose database does not answer."""
    keys.open_ring(current_app.config["SKB"].keys_file)
    look = health.looked_thoroughly if thorough else health.looked_over
    with connected_if_possible():
        checks = health.told_at_the_machine(current_app.config["SKB"], look)
    click.echo(json.dumps(checks) if as_json else "\n".join(health.line(*check) for check in checks.items()))
    sys.exit(0 if all(check["ok"] for check in checks.values()) else 1)


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Vis kun, hvad der kan slettes hvornår; intet skrives.")
@click.option("--json", "as_json", is_flag=True)
@opened
def retain(dry_run: bool, as_json: bool) -> None:
    """List each closed case: its rule, the day on which it may go, how much it is, and what keeps it; or, without
    --dry-run, propose and erase what is due, as the worker does every minute."""
    if not dry_run:
        now = clock.now()
        click.echo(f"Ændrede forslag: {tick.look_over(now) + tick.go_on(now)}. Slettede sager: {erasing.go_on(now)}.")
        return
    lines = trial.lines()
    for line in lines:
        if not as_json:
            held = ", ".join(HoldKind(kind).label for kind in line["holds"])
            click.echo(
                "\t".join(map(str, (line["due_on"], line["code"], line["rule"], line["rows"], line["bytes"], held)))
            )
    if as_json:
        click.echo(json.dumps(lines, ensure_ascii=False))


def _backups(name: str = "") -> Any:
    """By name, and only here: what encrypts is memory that web and worker must not carry."""
    return importlib.import_module(f"skanderborg.domain.backups{name}")


@click.command("backup")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--whatever-the-log", is_flag=True, help="Gem en kopi, også når hændelsesloggen ikke er hel.")
@opened
def backup(folder: Path | None, whatever_the_log: bool) -> None:
    """Back up database and keys into a folder, encrypted for the recovery identity, while the program runs."""
    settings = current_app.config["SKB"]
    if not folder and not settings.defaults.backup_folder:
        raise SettingError("backup_folder: skriv en mappe der, eller efter flask backup.")
    made = _backups().make(settings, folder or Path(settings.defaults.backup_folder), whatever_the_log)
    size = (made.database.bytes + made.keys.bytes) / 1_000_000
    click.echo(f"Sikkerhedskopien {made.database.name.partition('.')[0]} er gemt ({size:.1f} MB).")


@click.command("restore")
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--identity", required=True, type=click.File(), help="Gendannelsesnøglen; - læser den fra tastaturet.")
@click.option("--drill", "is_drill", is_flag=True, help="Kun en prøve: et midlertidigt sted, som fjernes igen.")
@click.option("--replace", "replaces", is_flag=True, help="Skift den database ud, der er.")
@told
def restore(manifest: Path, identity: Any, is_drill: bool, replaces: bool) -> None:
    """Put a backup back into an empty house, or try whether it could be."""
    audit.name_machine_user(_machine_user())
    settings, restoring = current_app.config["SKB"], _backups(".restoring")
    if is_drill:
        done = restoring.drill(settings, manifest, identity.read())
        restoring.note_drill(settings, done.seconds)
    else:
        done = restoring.restore(settings, manifest, identity.read(), replaces)
    click.echo("\n".join(restoring.lines(done, is_drill)))


ROLES = click.Choice([role.value for role in Role])


@user.command("add")
@click.argument("username")
@click.argument("name")
@click.argument("email")
@click.option("--role", "roles", multiple=True, type=ROLES)
@click.option("--department", "departments", multiple=True)
@opened
def add(username: str, name: str, email: str, roles: tuple[str, ...], departments: tuple[str, ...]) -> None:
    """Add a member of staff and print a one-time link to set a password."""
    domains = current_app.config["SKB"].defaults.mail_domains
    person = staff.add(SYSTEM, username, name, email, [Role(role) for role in roles], list(departments), domains)
    click.echo(setup.way_in(current_app.config["SKB"], person))


@user.command("list")
@click.option("--json", "as_json", is_flag=True)
@opened
def listed(as_json: bool) -> None:
    """List everyone: user name, name, mail, phone, departments, roles, and whether the account is open."""
    for one in staff.listed(SYSTEM):
        row = {
            "username": one.person.username, "name": one.person.name, "email": one.person.email,
            "phone": one.person.phone, "departments": one.departments, "roles": one.person.roles.split(),
            "state": one.state,
        }  # fmt: skip
        words = [", ".join(value) if isinstance(value, list) else value or "-" for value in row.values()]
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else "\t".join(words))


@user.command("change")
@click.argument("username")
@click.option("--name")
@click.option("--mail", "email")
@click.option("--phone", help="Tom: intet nummer.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="Alle roller, brugeren skal have.")
@click.option("--no-roles", is_flag=True, help="Ingen roller.")
@click.option("--department", "departments", multiple=True, help="Alle afdelinger, brugeren arbejder i.")
@click.option("--until", "ends_on", help="Sidste dag, fx 31.12.2027; tom: ingen.")
@opened
def change(username: str, no_roles: bool, **given: Any) -> None:
    """Change a member of staff; only what is given."""
    said = {name: value for name, value in given.items() if value not in (None, ())}
    if no_roles or "roles" in said:
        said["roles"] = [] if no_roles else [Role(role) for role in said["roles"]]
    if "ends_on" in said:
        said["ends_on"] = _day(said["ends_on"])
    person = people.by_username(username)
    fresh = staff.change(SYSTEM, person, said, current_app.config["SKB"].defaults.mail_domains)
    click.echo(f"{person.username} er ændret." if fresh.version != person.version else "Intet er ændret.")


def _day(typed: str) -> date | None:
    try:
        return dates.parse_date(typed, clock.today(), dates.Looks.AHEAD) if typed else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--until") from None


@user.command("disable")
@click.argument("username")
@opened
def disable(username: str) -> None:
    """Close an account at once; what it owes moves on."""
    person = people.by_username(username)
    if person.disabled_at:
        click.echo(f"{person.username} var lukket.")
        return
    staff.close(SYSTEM, person)
    click.echo(f"{person.username} er lukket. Det, brugeren skyldte, er givet videre.")


@user.command("reopen")
@click.argument("username")
@opened
def reopen(username: str) -> None:
    """Take back who returns, without roles, and print a one-time link to set a password."""
    person = people.by_username(username)
    if person.disabled_at is None:
        raise click.ClickException(f"{person.username} er ikke lukket. Et nyt link giver flask user reset.")
    click.echo(setup.way_in(current_app.config["SKB"], staff.reopen(SYSTEM, person)))
    click.echo("Roller gives på ny med flask user change.")


@user.command("reset")
@click.argument("username")
@opened
def reset(username: str) -> None:
    """End every session at once, and print a one-time link to set a new password."""
    settings = current_app.config["SKB"]
    secret = staff.reset(SYSTEM, people.by_username(username), settings.defaults)
    click.echo(f"{settings.base_url}/engangslink/{secret}")


@user.command("reset-factor")
@click.argument("username")
@click.option("--by", required=True, help="Administrator, der beder om det eller bekræfter det.")
@click.password_option(confirmation_prompt=False, prompt="Administratorens adgangskode")
@opened
def reset_factor(username: str, by: str, password: str) -> None:
    """Take away what a user shows beside the password: one administrator asks, another does the same within a day."""
    administrator = people.by_username(by)
    sessions.confirm(administrator, password, current_app.config["SKB"].defaults)
    click.echo(resetting.DONE if resetting.reset(administrator, people.by_username(username)) else resetting.ASKED)


@user.command("sync")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Vis kun, hvad filen ville gøre; intet skrives.")
@click.option("--most-closed", type=click.IntRange(0), help="Så mange må højst lukkes, i stedet for andelen.")
@opened
def sync(file: Any, dry_run: bool, most_closed: int | None) -> None:
    """Let staff be as a file of the directory (CSV) has them: who joins, changes, moves department, and leaves."""
    limits = current_app.config["SKB"].defaults
    planned = staff_sync.plan(SYSTEM, file.read(), limits, most_closed)
    click.echo("\n".join(staff_sync.lines(planned)) or "Intet at ændre.")
    if dry_run:
        click.echo("Prøve: intet er skrevet.")
        return
    failed = staff_sync.carry_out(planned, limits.mail_domains)
    for line in failed:
        click.echo(f"Ikke gjort: {line}", err=True)
    sys.exit(1 if failed else 0)


@audit_log.command("verify")
@click.option("--json", "as_json", is_flag=True)
@click.option(
    "--rows",
    "with_rows",
    is_flag=True,
    help="Også om rækkerne om sager og ansatte og filerne er, som hændelserne skrev dem.",
)
@click.option("--anchor", "lines", multiple=True, help="Tallet fra et brev til tilsynet.")
@opened
def verify(as_json: bool, with_rows: bool, lines: tuple[str, ...]) -> None:
    """Check every event, the end of each chain, and the anchors; exit code 1 and what is wrong, where something is."""
    settings = current_app.config["SKB"]
    found = anchoring.verify(settings, clock.now())
    audit.read_by_command("log:verified")
    broken = found.faults + [fault for line in lines for fault in anchoring.line_faults(line)]
    broken += audit.altered_rows() if with_rows else []
    if as_json:
        faults = [fault._asdict() for fault in broken]
        click.echo(json.dumps({"ok": not broken, "broken": faults, "gaps": found.gaps}, ensure_ascii=False))
    else:
        click.echo("\n".join(audit.lines(broken)) or "Alle kæder er hele.")
        for remark in [*found.gaps, *anchoring.weaknesses(settings)]:
            click.echo(f"Bemærk: {remark}")
    sys.exit(1 if broken else 0)


@audit_log.command("export")
@opened
def export() -> None:
    """Print every event, without sealed content, as JSON lines."""
    audit.read_by_command("log:exported")
    for row in audit.export():
        click.echo(json.dumps(row))


@key_ring.command("rotate")
@click.option("--if-due", is_flag=True, help="Kun når der er gået en måned; hver dag fra en timer.")
@click.option("--in-hours", default=0, type=click.IntRange(0, 24 * 7), help="Med flere maskiner: når alle har filen.")
@opened
def rotate(if_due: bool, in_hours: int) -> None:
    """Begin a new epoch of keys while the program runs, or finish one that was broken off."""
    settings, ahead = current_app.config["SKB"], timedelta(hours=in_hours)
    for line in rotation.rotate(settings, clock.now(), ahead=ahead, only_if_due=if_due):
        click.echo(line)
