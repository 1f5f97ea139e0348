"""A database is brought up to date: a backup first, the migrations that are due, and what they leave to be done."""

import importlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from ..errors import DomainError
from ..settings import SettingError, Settings
from ..store import keys, schema, wiping
from ..store.db import db
from . import audit

HERE = (
    "Opgraderingen er ikke begyndt. Er der lavet en sikkerhedskopi på anden måde, så kør flask init --without-backup."
)


def back_up_first(settings: Settings) -> Generator[str, None, Any]:
    """Back a database that holds anything up before migrations run on it, and say so; its manifest, to be noted when
    they have run, or None where there is nothing to migrate (REL-31).

    Raises SettingError in production where that cannot be done; elsewhere it is said, and one goes on.
    """
    if schema.is_missing():
        return None
    with db.connection_context():
        if not (schema.pending() and keys.are_in_use()):
            return None
        try:
            manifest = _kept(settings)
        except (DomainError, SettingError) as error:
            if settings.is_production:
                raise SettingError(f"{error} {HERE}") from None
            yield f"Bemærk: databasen opgraderes uden en sikkerhedskopi. {error}"
            return None
    yield f"Sikkerhedskopien {manifest.database.name.partition('.')[0]} er lavet før opgraderingen."
    return manifest


def _kept(settings: Settings) -> Any:
    if not settings.defaults.backup_folder:
        raise SettingError("backup_folder: skriv den mappe, sikkerhedskopien før en opgradering skal ligge i.")
    # By name, and only here: what encrypts is memory that web and worker must not carry.
    backups = importlib.import_module("skanderborg.domain.backups")
    return backups.keep(settings, Path(settings.defaults.backup_folder), whatever_the_log=True)


def note(manifest: Any) -> None:
    """Write down that the backup was made, in a database that is of this version by now."""
    importlib.import_module("skanderborg.domain.backups").note(manifest)


def bring_up_to_date() -> Iterator[str]:
    """Run the migrations that are due, and say which; rows that they write are bound as they leave them, and
    of what they wrote over nothing stays in the files."""
    before = None
    if not schema.is_missing():
        with db.connection_context():
            before = audit.altered_before() if schema.pending() else None
    for name in schema.migrate():
        yield f"Databasen har fået {name}."
    if before is not None:
        with db.connection_context():
            audit.bind_migrated(before)
            wiping.wipe(schema.ALL_TABLES)  # what a migration sealed was readable before
