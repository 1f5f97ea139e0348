"""Keys: a ring in a file outside database and data folder, and a data key for every case, person and the system.

The ring's master keys wrap the data keys (AES-256-GCM); purging a case destroys its data key and with it every text.
Each epoch has a master key, which leaves the ring when no data key needs it (rotation.py), and an audit key, which
stays: what it signed is verified with it for as long as there is a log (decision 32).
"""

import base64
import contextlib
import hmac
import json
import os
import secrets
import stat
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock, Timer
from typing import Any

import msgspec
import peewee
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .. import clock
from ..errors import Unreadable
from ..settings import SettingError
from .db import Table, chain_of_case, db

SYSTEM = "system"
NONCE_BYTES = 12
KEY_BYTES = 32
CACHED_KEYS = 4_000
KEPT_SECONDS = 60  # at most, of an unwrapped key in memory: a destroyed one is soon in no process at all
SKEW = timedelta(days=2)  # around the beginning of an epoch, in which another host may sign with the key before it
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)  # of time, as the log knows it


class Ring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The key file: master keys by the name of their epoch, the event chain's keys, and one each for blind hashes and
    the web. Of the first epoch `first` and `audit` tell, of the later ones `since` and `audits`."""

    first: str = msgspec.field(name="current")
    masters: dict[str, str]
    audit: str
    index: str
    web: str
    since: dict[str, datetime] = {}
    audits: dict[str, str] = {}

    @property
    def current(self) -> str:
        """The epoch whose master wraps what is made now. One may be in the ring before it begins, so that every host
        has it by then."""
        begun = [epoch for epoch, since in self.since.items() if epoch in self.masters and since <= clock.now()]
        return max(begun, key=self.since.__getitem__, default=self.first)

    def master(self, key_id: str) -> AESGCM:
        """The master key of that id. Raises Gone when it was removed from the ring."""
        if key_id not in self.masters:
            raise Gone()
        return AESGCM(base64.b64decode(self.masters[key_id]))


class Gone(Unreadable, LookupError):
    """The key of a scope was destroyed or altered, or the master key that wraps it left the ring."""


class DataKey(Table):
    """One wrapped data key. Kept apart in backups; deleting the row makes its scope unreadable (SEC-61)."""

    scope = peewee.CharField(max_length=40, primary_key=True)
    master_id = peewee.CharField(max_length=40)
    wrapped = peewee.BlobField()


_ring: Ring | None = None
_file: tuple[Path, tuple[int, ...]] | None = None  # where the open ring was read, and what the file looked like
_cache: OrderedDict[str, AESGCM] = OrderedDict()
_cache_lock = Lock()
_letting_go: Timer | None = None


def create_ring(path: Path) -> None:
    """Write a new key file, readable by its owner only. Never overwrites one."""
    write_ring(path, Ring("m1", {"m1": fresh()}, fresh(), fresh(), fresh()))


def write_ring(path: Path, ring: Ring) -> None:
    """Write a ring to a new key file, on the disk before this returns. Never overwrites one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(msgspec.json.encode(ring))
        file.flush()
        os.fsync(file.fileno())


def fresh() -> str:
    """A new key, as the ring holds it."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def open_ring(path: Path) -> None:
    """Read the key file. Raises SettingError when it is missing, odd, or readable by others."""
    global _ring, _file
    seen = _looks(path) if path.is_file() else ()
    _ring, _file = _read(path), (path, seen)
    forget()


def _read(path: Path) -> Ring:
    if not path.is_file():
        raise SettingError("SKB_KEYS_FILE: filen findes ikke. Kør `flask init`.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingError("SKB_KEYS_FILE: filen må kun kunne læses af programmets egen bruger (chmod 600).")
    try:
        read = msgspec.json.decode(path.read_bytes(), type=Ring)
        for key in (*read.masters.values(), read.audit, *read.audits.values(), read.index, read.web):
            AESGCM(base64.b64decode(key, validate=True))
    except (msgspec.DecodeError, ValueError):
        raise SettingError("SKB_KEYS_FILE: filen er ikke en nøglering.") from None
    if not read.since.keys() <= read.audits.keys():
        raise SettingError("SKB_KEYS_FILE: filen er ikke en nøglering.")
    return read


def _looks(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_mtime_ns, found.st_ino, found.st_size


def refuse_other() -> None:
    """Refuse a ring that the open database was not made with, and a database whose making was broken off before it had
    any key. Raises SettingError."""
    if not are_in_use():
        raise SettingError("SKB_DATABASE_URL: databasen er ikke gjort klar. Kør `flask init`.")
    if not fit():
        raise SettingError("SKB_KEYS_FILE: nøglerne hører ikke til databasen. Læg den rigtige nøglefil tilbage.")


def fit() -> bool:
    """Whether the open ring opens the key that the open database has had from the start."""
    row = DataKey.get_or_none(DataKey.scope == SYSTEM)
    return row is not None and _opens(row)


def _opens(row: DataKey) -> bool:
    try:
        _remember(row)
    except Gone:
        return False
    return True


def are_in_use() -> bool:
    """Whether the open database holds anything that some ring has sealed."""
    if not DataKey.table_exists():
        return False
    return DataKey.select().exists() or db.execute_sql('SELECT 1 FROM "event" LIMIT 1').fetchone() is not None


def scopes() -> dict[str, bool]:
    """Every scope that has a data key, and whether that opens."""
    return {row.scope: _opens(row) for row in DataKey.select()}


def forget() -> None:
    """Drop unwrapped data keys from memory: another ring or another database is in use."""
    with _cache_lock:
        _cache.clear()


def ring() -> Ring:
    """The open ring, as its file is now. Raises SettingError before `open_ring`."""
    if _file:
        _follow(*_file)
    return _in_memory()


def _follow(path: Path, seen: tuple[int, ...]) -> None:
    """Read the file again where it is another: its keys were changed, here or by who brought it. One that is away or
    odd for the moment, or of another house, with which the log would be signed wrongly, changes nothing."""
    with contextlib.suppress(OSError, SettingError):
        if _looks(path) != seen and _goes_on(_read(path)):
            open_ring(path)


def is_on_disk() -> bool:
    """Whether the file still holds the open ring: another, which this process does not follow, stops the next start."""
    try:
        return _file is None or _goes_on(_read(_file[0]))
    except (OSError, SettingError):
        return False


def _goes_on(found: Ring) -> bool:
    """Whether a ring is the open one after its keys were changed."""
    held = _in_memory()
    same = (found.audit, found.index, found.web) == (held.audit, held.index, held.web)
    masters = all(held.masters.get(epoch, key) == key for epoch, key in found.masters.items())
    return same and masters and held.audits.items() <= found.audits.items()


def _in_memory() -> Ring:
    """The open ring as it was read last. Raises SettingError before `open_ring`."""
    if _ring is None:
        raise SettingError("SKB_KEYS_FILE: nøgleringen er ikke åbnet.")
    return _ring


def audit_key() -> bytes:
    """Key of the event chain's HMAC now, its own so that who reads text cannot forge history."""
    held = ring()
    begun = [epoch for epoch, since in held.since.items() if since <= clock.now()]
    return base64.b64decode(held.audits[max(begun, key=held.since.__getitem__)] if begun else held.audit)


def first_audit_key() -> bytes:
    """That of the first epoch: for what must be the same whenever it is made, and is signed itself."""
    return base64.b64decode(ring().audit)


def audit_keys(at: datetime | None = None) -> Iterator[bytes]:
    """The key of every epoch, the last first; or of those in which something may have been signed `at` that instant,
    give or take what clocks and copies of the ring may differ (SKEW)."""
    held, end = ring(), LAST
    epochs = [(since, held.audits[epoch]) for epoch, since in held.since.items()]
    for since, key in sorted([*epochs, (FIRST, held.audit)], reverse=True):
        if at is None or since - SKEW <= at <= end + SKEW:
            yield base64.b64decode(key)
        end = since


def audit_mac(*parts: str | int | bool | None, key: bytes | None = None) -> str:
    """HMAC of some values under the audit key of now, or that `key`, as hexadecimal digits. The first value says what
    it is of, so that none stands for another; each is written so that no two lists read alike."""
    return hmac.digest(key or audit_key(), json.dumps(parts).encode(), "sha256").hex()


def is_audit_mac(mac: str, *parts: str | int | bool | None) -> bool:
    """Whether some epoch's audit key signed these values so."""
    return any(hmac.compare_digest(mac, audit_mac(*parts, key=key)) for key in audit_keys())


def index_key() -> bytes:
    """Key of blind hashes: what must be compared without being readable."""
    return base64.b64decode(ring().index)


def blind(text: str) -> str:
    """A keyed hash by which a text is known again, or found by another like it, without being readable.

    It is stored: begin the text with what kind it is where another kind may be compared with it, and change neither.
    """
    return hmac.digest(index_key(), text.encode(), "sha256").hex()


def hidden(text: str) -> str:
    """The same, shorter: for what is compared within one case only."""
    return blind(text)[:16]


def web_key() -> bytes:
    """Key of the tokens that forms carry."""
    return base64.b64decode(ring().web)


def make(scope: str) -> None:
    """Create the data key of a new scope, in the transaction that creates what it seals."""
    plain = bytearray(KEY_BYTES)
    with open("/dev/urandom", "rb", buffering=0) as random:  # into a place that can be overwritten afterwards
        random.readinto(plain)
    DataKey.insert(**wrapped(scope, plain)).execute()
    plain[:] = bytes(KEY_BYTES)


def wrapped(scope: str, key: bytes | bytearray) -> dict[str, Any]:
    """The row of a data key, wrapped by the current master."""
    master_id, nonce = ring().current, secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + ring().master(master_id).encrypt(nonce, key, scope.encode())
    return {"scope": scope, "master_id": master_id, "wrapped": sealed}


def destroy(scope: str) -> None:
    """Destroy the data key of a scope: nothing that it sealed opens again. Inside a transaction.

    This process forgets it at once, every other one within KEPT_SECONDS.
    """
    DataKey.delete().where(DataKey.scope == scope).execute()
    with _cache_lock:
        _cache.pop(scope, None)


def make_system_key() -> None:
    """Create the system's data key if it is not there yet."""
    if DataKey.get_or_none(DataKey.scope == SYSTEM) is None:
        make(SYSTEM)


def preload(scopes: set[str]) -> None:
    """Unwrap the keys of many scopes with one query, and the one that seals the look at them: call it before showing a
    list of sealed text. One that does not open costs the fields that it seals."""
    missing = [scope for scope in scopes | {SYSTEM} if scope not in _cache]
    if missing:
        for row in DataKey.select().where(DataKey.scope.in_(missing)):
            _opens(row)


def beside(query: peewee.ModelSelect, model: type[Table], case: peewee.Field) -> peewee.ModelSelect:
    """The query with the key of each row's case as `.data_key`, for `keep`: text of a case is read without another."""
    return query.select_extend(DataKey.scope, DataKey.master_id, DataKey.wrapped).join_from(
        model, DataKey, peewee.JOIN.LEFT_OUTER, on=(DataKey.scope == chain_of_case(case)), attr="data_key"
    )


def keep(row: DataKey | None) -> None:
    """Unwrap a key that came with what it seals, unless it was before."""
    if row is not None and row.scope and row.scope not in _cache:
        _opens(row)


def data_key(scope: str) -> AESGCM:
    """The data key of a scope. Raises Gone when it was destroyed, or does not open."""
    with _cache_lock:
        if scope in _cache:
            _cache.move_to_end(scope)
            return _cache[scope]
    row = DataKey.get_or_none(DataKey.scope == scope)
    if row is None:
        raise Gone()
    return _remember(row)


def _remember(row: DataKey) -> AESGCM:
    plain = unwrap(row)
    opened = AESGCM(plain)
    plain[:] = bytes(len(plain))  # else it stays where it lay, long after the key is destroyed
    with _cache_lock:
        _let_go_soon()
        _cache[row.scope] = opened
        while len(_cache) > CACHED_KEYS:
            _cache.popitem(last=False)
        return _cache[row.scope]


def unwrap(row: DataKey) -> bytearray:
    """The plain data key, to be overwritten after use. Raises Gone; whatever somebody wrote into the column does not
    open."""
    master, plain = ring().master(row.master_id), bytearray(KEY_BYTES)
    try:
        wrapped = bytes(row.wrapped)
        master.decrypt_into(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], row.scope.encode(), plain)
    except (InvalidTag, TypeError, ValueError):
        raise Gone() from None
    return plain


def _let_go_soon() -> None:
    """Have this process forget its unwrapped keys in a while; a fork of it has no timer left, and starts its own."""
    global _letting_go
    if _letting_go is None or not _letting_go.is_alive():
        _letting_go = Timer(KEPT_SECONDS, forget)
        _letting_go.daemon = True
        _letting_go.start()


def use(held: Ring) -> Ring:
    """Let a ring with a fresh master of its last epoch be the open one, in memory alone, and return it."""
    global _ring, _file
    begun = [epoch for epoch, since in held.since.items() if since <= clock.now()]
    epoch = max(begun, key=held.since.__getitem__, default=held.first)
    _ring, _file = msgspec.structs.replace(held, masters={epoch: fresh()}), None
    forget()
    return _ring
