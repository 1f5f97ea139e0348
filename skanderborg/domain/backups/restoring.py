"""A backup is put back, or put somewhere else to see that it could be (REL-32).

What was due between the backup and now may have been done by the database that was lost: letters that were due by then
are uncertain (mail/outbox.py), and go out when somebody says so.
"""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import peewee
from psycopg import errors as postgres

from ... import clock
from ...errors import Invalid
from ...kinds import EventKind
from ...mail import outbox
from ...settings import SettingError, Settings
from ...store import anchors, connection, escrow, events, keys, ownership, replacing, snapshot
from ...store.cases import Case
from ...store.db import all_or_nothing, begin, db, insert, lock_chain, new_ref, transaction
from ...store.outbox import OutboxLetter, Restoration, note_tick
from ...store.people import OneTimeLink, Person, Session
from .. import audit, erasing, health, ticks, upgrading
from . import elsewhere, manifests, opening, said_clearly, scratch, soundness
from .opening import Opened


class Restored(NamedTuple):
    """What came of it: rows, data keys, migrations that ran, cases that were erased again, letters that wait for a
    decision, and anchors whose log is lost."""

    manifest: manifests.Manifest
    rows: int
    data_keys: int
    upgraded: list[str]
    erased: int
    uncertain: int
    lost_anchors: str | None
    seconds: int
    replaced: Path | None = None


def restore(settings: Settings, path: Path, identity: str, replace: bool = False) -> Restored:
    """Put a backup in the place of the database, which must be empty unless it is to be replaced; nothing runs on it.

    Everything is checked first. Raises SettingError, Invalid, Unavailable: then the old database is as it was.
    """
    began = clock.mark()
    with said_clearly(path), scratch(settings) as apart, elsewhere(apart):
        if settings.database_url.startswith("postgresql:"):
            return _into_postgres(settings, path, identity, replace, apart, began)
        replacing.refuse_filled(replace)
        found = _fitting(opening.opened(path, identity, apart), settings)
        ring = _ring_here(settings, found)
        with connection.instead(f"sqlite:///{found.file}"):
            outcome = _brought_up(found, settings, began)
        _keep_ring(settings, ring)
        replaced = replacing.replace_file(Path(db.obj.database), found.file)
        return outcome._replace(replaced=replaced)


def _into_postgres(
    settings: Settings, path: Path, identity: str, replace: bool, apart: Path, began: clock.Mark
) -> Restored:  # fmt: skip
    with db.connection_context():
        program = ownership.role()
    connection.dispose()  # our own would count as somebody who has it open
    with connection.instead(settings.database_owner_url or settings.database_url), db.connection_context():
        replacing.refuse_filled(replace)
        found = _fitting(opening.opened(path, identity, apart), settings)
        _keep_ring(settings, _ring_here(settings, found))
        return _loaded(found, settings, began, program if settings.database_owner_url else None)


def drill(settings: Settings, path: Path, identity: str) -> Restored:
    """Restore a backup into a temporary place, as on a machine that has nothing, and take it away again.

    Raises as `restore`, and SettingError where the role may make no temporary database.
    """
    began = clock.mark()
    with said_clearly(path), scratch(settings) as apart, elsewhere(apart), ExitStack() as place:
        if settings.database_url.startswith("postgresql:"):
            place.enter_context(connection.instead(settings.database_owner_url or settings.database_url))
            place.enter_context(db.connection_context())
        found = _fitting(opening.opened(path, identity, apart), settings)
        if found.manifest.kind == "sqlite":
            with connection.instead(f"sqlite:///{found.file}"):
                return _brought_up(found, settings, began)
        try:
            address = place.enter_context(snapshot.temporary_postgres(f"koordinering_drill_{secrets.token_hex(4)}"))
        except postgres.InsufficientPrivilege:
            raise SettingError(
                "SKB_DATABASE_OWNER_URL: rollen må ikke lave en midlertidig database. Giv den CREATEDB."
            ) from None
        with connection.instead(address), db.connection_context():
            return _loaded(found, settings, began)


def note_drill(settings: Settings, seconds: int) -> None:
    """Say in the database of this machine, where it has one, that a drill went well."""
    if not settings.keys_file.exists():
        return
    keys.open_ring(settings.keys_file)
    try:
        with db.connection_context():
            note_tick(health.DRILL, clock.now(), seconds)
            audit.read_by_command("backup:tried")
    except peewee.PeeweeException:  # it is the machine for drills, or the one whose database is gone
        return


def lines(done: Restored, is_drill: bool) -> Iterator[str]:
    """What came of it, as the command says it."""
    said = "Prøven lykkedes" if is_drill else "Databasen er gendannet"
    yield f"{said} med sikkerhedskopien fra {manifests.said(done.manifest.made_at)} på {done.seconds} sekunder."
    yield f"{done.rows} rækker og {done.data_keys} datanøgler er læst; det, der er gemt, er helt."
    yield from (f"Under opgraderingen: {name}" for name in done.upgraded)
    if done.erased:
        yield f"{done.erased} sager, der er slettet siden, er slettet igen."
    if done.manifest.log_faults:
        yield "Bemærk: hændelsesloggen var ikke hel, da sikkerhedskopien blev lavet."
    if done.lost_anchors:
        yield f"Bemærk: loggen bag anker {done.lost_anchors} er gået tabt."
    if done.uncertain:
        yield f"{done.uncertain} beskeder er måske sendt. De venter under Administration → Usikre beskeder."
    if not is_drill:
        yield "Alle er logget ud. Engangslinks virker ikke mere."
    if done.replaced:
        yield f"Den gamle database ligger i {done.replaced}. Slet den, når den ikke skal bruges."


# ── keys ────────────────────────────────────────────────────────────────────────────────────────────


def _fitting(found: Opened, settings: Settings) -> Opened:
    if not settings.database_url.startswith(f"{found.manifest.kind}:"):
        raise Invalid(f"Sikkerhedskopien er fra {found.manifest.kind}; SKB_DATABASE_URL er en anden slags database.")
    return found


def _ring_here(settings: Settings, found: Opened) -> keys.Ring | None:
    """The ring of this machine, if it is the backup's, is the open one from now on; None where the machine has none.

    Raises SettingError where it is another database's.
    """
    if not settings.keys_file.exists():
        return escrow.use(found.keys.ring)
    keys.open_ring(settings.keys_file)
    if not escrow.is_of(found.keys.ring):
        raise SettingError(
            "SKB_KEYS_FILE: nøglefilen hører til en anden database end sikkerhedskopien, eller er ældre. Flyt den."
        )
    return None


def _keep_ring(settings: Settings, ring: keys.Ring | None) -> None:
    """Keep the ring that the data keys are wrapped by: before the database is in its place, which none else opens."""
    if ring is not None:
        keys.write_ring(settings.keys_file, ring)


# ── the copy ────────────────────────────────────────────────────────────────────────────────────────


def _loaded(found: Opened, settings: Settings, began: clock.Mark, program: str | None = None) -> Restored:
    """Let the open PostgreSQL database be the backup, compared with its manifest, brought up and ready for the role
    `program`, in one transaction: it is the old one, or the new one whole."""
    rows = {keys.DataKey._meta.table_name: escrow.all_wrapped(found.keys.data_keys)}
    if Restoration._meta.table_name in found.manifest.rows:  # it may be from before there was one
        row = {"ref": new_ref(), "backup": found.manifest.backup, "made_at": found.manifest.made_at, "at": clock.now()}
        rows[Restoration._meta.table_name] = [row]
    with all_or_nothing():
        snapshot.put_in_postgres(found.file, rows)
        outcome = _brought_up(found, settings, began)
        if program:
            ownership.grant(program)
    return outcome._replace(erased=outcome.erased + erasing.go_on(clock.now()))


def _brought_up(found: Opened, settings: Settings, began: clock.Mark) -> Restored:
    """Let the open database, which is as it was backed up, be one that can be used: with its keys, of this version, and
    knowing that it was put back. Raises Invalid where it is not what the manifest says, or not whole."""
    with db.connection_context():
        with begin():
            if found.manifest.kind == "sqlite":
                escrow.take_in(found.keys.data_keys)
            data_keys = _drop_keys_of_nothing()
        _refuse_other(found)
        soundness.refuse_unsound()
        if len(soundness.log_faults()) > found.manifest.log_faults:
            raise Invalid("Hændelsesloggen i sikkerhedskopien er ikke hel.")
    upgraded = list(upgrading.bring_up_to_date())
    with db.connection_context():
        upgraded += audit.take_over()
        erased = erasing.replay(found.keys.erased, clock.now())
        ticks.catch_up()
        lost, uncertain = _finish(found, settings, clock.now())
    rows = sum(found.manifest.rows.values())
    seconds = round(clock.seconds_since(began))
    return Restored(found.manifest, rows, data_keys, upgraded, erased, uncertain, lost, seconds)


def _drop_keys_of_nothing() -> int:
    """The newest key part has keys of cases and persons that an older database never had; how many keys are left."""
    scope, key = keys.DataKey.scope, keys.DataKey
    for kind, model in (("case:", Case), ("person:", Person)):
        there = model.select(peewee.Expression(peewee.SQL(f"'{kind}'"), peewee.OP.CONCAT, model.ref))
        key.delete().where(scope.startswith(kind), scope.not_in(there)).execute()
    return key.select().count()


def _refuse_other(found: Opened) -> None:
    counted, said = soundness.counted(), found.manifest.rows
    differ = sorted(name for name in said if counted.get(name) != said[name] and name != "restoration")
    if differ:
        raise Invalid(f"Databasen er ikke den, manifestet fortæller om: {', '.join(differ)} har et andet antal rækker.")


@transaction
def _finish(found: Opened, settings: Settings, now: datetime) -> tuple[str | None, int]:
    """End every session and link, give every lease back, take over the anchors made since, and write it down."""
    lock_chain(keys.SYSTEM)
    Session.update(ended_at=now).where(Session.ended_at.is_null()).execute()
    OneTimeLink.update(used_at=now).where(OneTimeLink.used_at.is_null()).execute()
    OutboxLetter.update(lease_until=None, leased_by=None).where(OutboxLetter.lease_until.is_null(False)).execute()
    lost = anchors.take_over(settings.anchor_file, now)
    events.append(
        keys.SYSTEM, now, actor=None, action=EventKind.LOG_RESTORED, object_kind="log", object_ref=lost or "log",
        is_write=True, changes={"backup": [None, found.manifest.backup]},
    )  # fmt: skip
    if not Restoration.update(at=now, finished_at=now).where(Restoration.finished_at.is_null()).execute():
        insert(Restoration, backup=found.manifest.backup, made_at=found.manifest.made_at, at=now, finished_at=now)
    return lost, OutboxLetter.select().where(*outbox.UNCERTAIN).count()
