"""Letters that are owed, the first results of forms that made something, and the worker's heartbeat."""

from datetime import datetime

import peewee

from ..kinds import LetterKind
from .cases import Case
from .db import Table, transaction
from .fields import KindField, RefField, UtcField, link
from .people import Person
from .sealed import SealedField
from .work import Meeting, Reminder


class OutboxLetter(Table):
    """One letter to one person. `key` is unique: the same letter is never owed twice."""

    ref = RefField(primary_key=True)
    key = peewee.CharField(max_length=160, unique=True)
    kind = KindField(LetterKind, 24)
    person = link(Person, index=False)
    case = link(Case, null=True)
    about = peewee.CharField(max_length=40)  # "task:<ref>": what it is about, to void it
    meeting = link(Meeting, null=True)
    reminder = link(Reminder, null=True)
    words = peewee.TextField()  # JSON of dates, times and numbers; never text about a person
    opens = peewee.CharField(max_length=80, column_name="path")  # the place, as addresses.py reads it: «task:<ref>»
    # where it goes instead of to the person's address: the former one, of one that was changed
    address = SealedField(tells_where=False)
    due_at = UtcField()
    next_try_at = UtcField()
    tries = peewee.IntegerField(default=0)
    refusals = peewee.IntegerField(default=0)
    missed_after = peewee.IntegerField(null=True)  # how many letters the server had taken when it last missed this one
    own_misses = peewee.IntegerField(default=0)  # misses after the server took another's letter: it is this mailbox
    lease_until = UtcField(null=True)
    leased_by = peewee.CharField(max_length=60, null=True)
    sent_at = UtcField(null=True)
    failed_at = UtcField(null=True)
    void_at = UtcField(null=True)
    seen_at = UtcField(null=True)  # a failure that someone dealt with
    released_at = UtcField(null=True)  # somebody decided to send it, though it may have been sent before a restore
    failure = peewee.CharField(max_length=60, null=True)


class Restoration(Table):
    """The database was put back from a backup. What was due by `at` may have been sent by the one that was lost."""

    ref = RefField(primary_key=True)
    backup = RefField()
    made_at = UtcField()  # the moment that the backup is of
    at = UtcField()
    finished_at = UtcField(null=True)  # nothing starts before


class Told(Table):
    """A digest letter counted this thing for this person on this day: of one thing nobody is told twice a day."""

    person = link(Person, index=False)
    thing = peewee.CharField(max_length=40)  # "task:<ref>": see domain/due/things.py
    on = peewee.DateField(index=True)
    letter = link(OutboxLetter)

    class Meta:
        primary_key = peewee.CompositeKey("person", "thing", "on")


class FirstResult(Table):
    """What a creating form made the first time it was sent (decision 14)."""

    person = link(Person, index=False)
    verb = peewee.CharField(max_length=60)
    key = peewee.CharField(max_length=60)
    body_hash = peewee.CharField(max_length=64)
    result = peewee.CharField(max_length=26)
    at = UtcField()

    class Meta:
        primary_key = peewee.CompositeKey("person", "verb", "key")


class Tick(Table):
    """The last time a tick ran, and what it counted; of «sent» how many letters the server ever took."""

    name = peewee.CharField(max_length=40, primary_key=True)
    at = UtcField()
    counted = peewee.IntegerField()


@transaction
def note_tick(name: str, at: datetime, counted: int) -> None:
    """Say that a tick ran, and what it counted, instead of what was said of it before."""
    Tick.insert(name=name, at=at, counted=counted).on_conflict(
        conflict_target=[Tick.name], update={"at": at, "counted": counted}
    ).execute()


OutboxLetter.add_index(
    OutboxLetter.index(
        OutboxLetter.next_try_at,
        where=OutboxLetter.sent_at.is_null() & OutboxLetter.failed_at.is_null() & OutboxLetter.void_at.is_null(),
        name="outbox_letter_owed",
    )
)
OutboxLetter.add_index(
    OutboxLetter.index(
        OutboxLetter.about,
        where=OutboxLetter.sent_at.is_null() & OutboxLetter.void_at.is_null(),
        name="outbox_letter_about",
    )
)
OutboxLetter.add_index(
    OutboxLetter.index(
        OutboxLetter.person,
        where=OutboxLetter.failed_at.is_null(False) & OutboxLetter.seen_at.is_null() & OutboxLetter.void_at.is_null(),
        name="outbox_letter_failed",
    )
)
