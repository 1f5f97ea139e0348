"""The log of incidents: its rows, what they said before, its evidence, imports of it, and what was handed over (D-09).

Append-only: a row keeps its number for ever, a correction keeps the words it replaces, and what is wrong is struck
out with a reason.
"""

from typing import Any

import peewee

from ..kinds import (
    Answer,
    Basis,
    ImportStatus,
    IncidentKind,
    IncidentSource,
    IncidentStatus,
    PackPart,
    PackRecipient,
    Reaction,
    Scan,
)
from .cases import Case
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .files import StoredFile
from .people import Person
from .record import Consent, Disclosure
from .sealed import SealedField, SealedJsonField


class LogImport(Table):
    """A citizen's own log, read from a file or pasted; its rows count once it is done, and can be undone as a whole.

    `choices` says how columns are understood. Counts are of rows, not of contacts.
    """

    ref = RefField(primary_key=True)
    case = link(Case)
    name = SealedField(tells_where=True)  # of the file
    status = KindField(ImportStatus, 12)
    choices = SealedJsonField()
    row_count = peewee.IntegerField(verbose_name="Rækker i filen")  # in the file, without its heading
    done_count = peewee.IntegerField(default=0)  # gone through so far
    added_count = peewee.IntegerField(default=0, verbose_name="Hændelser i loggen")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    finished_at = UtcField(null=True)
    undone_at = UtcField(null=True)
    undone_by = link(Person, null=True, backref="+", index=False)
    undo_reason = SealedField(tells_where=False, verbose_name="Hvorfor fortrudt")
    version = peewee.IntegerField(default=1)
    sealed_by = "case"
    unbound = frozenset({"done_count", "added_count"})


class ImportChunk(Table):
    """Some hundred rows of an import as they stood in the file: lists of texts, cell by cell."""

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    log_import = link(LogImport, index=False)
    number = peewee.IntegerField()  # from 1
    rows = SealedJsonField(must_open=True)
    sealed_by = "case"
    is_bound = False  # what came of it are the rows of the log; this is forgotten

    class Meta:
        indexes = ((("log_import", "number"), True),)


def handed(field: Any, part: PackPart | None = None) -> Any:
    """Let what is handed over of the log hold a column, in this order: always, or with a part that is chosen. A column
    of which nobody said so stays here."""
    field.goes_with = part
    return field


class Incident(Table):
    """One row of the log. `types` are ids of config/incidents.toml between blanks; `contact_count` is how many contacts
    the row stands for (0 for what the exposed person did). Times are the wall's, as evidence has them."""

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    number = handed(peewee.IntegerField(verbose_name="Nr."))  # in the case's log, from 1
    status = KindField(IncidentStatus, 12)
    from_on = handed(SealedField(peewee.DateField(), verbose_name="Dato"))
    # the last day, where the row stands for a period
    to_on = handed(SealedField(peewee.DateField(null=True), verbose_name="Til dato"))
    # «07:42»; empty: unknown
    at_time = handed(SealedField(peewee.CharField(max_length=5, null=True), verbose_name="Klokkeslæt"))
    # which 02.30, as summer time ends; empty: not known, or no matter
    is_second_hour = SealedField(
        peewee.BooleanField(null=True), verbose_name="Anden gang i den time, der kommer to gange"
    )
    kind = handed(KindField(IncidentKind, 12, verbose_name="Slags"))
    types = handed(SealedField(peewee.CharField(max_length=300), verbose_name="Type"))
    type_text = SealedField(tells_where=False, verbose_name="Type, i ord")
    contact_count = handed(SealedField(peewee.IntegerField(), verbose_name="Antal"))
    what = handed(SealedField(tells_where=False, verbose_name="Hvad skete der?"))
    place = handed(SealedField(tells_where=True, verbose_name="Hvor skete det?"), PackPart.PLACES)
    # id in config/incidents.toml
    channel = handed(SealedField(peewee.CharField(max_length=20, null=True), verbose_name="Kanal"))
    # number, address or profile that it came from
    sender = handed(SealedField(tells_where=False, verbose_name="Afsender"))
    witness = handed(SealedField(tells_where=False, verbose_name="Vidner"), PackPart.WITNESSES)
    witness_contact = handed(
        SealedField(tells_where=True, verbose_name="Vidners kontaktoplysninger"), PackPart.WITNESS_CONTACTS
    )
    # what proof there is, in words; files are exhibits
    evidence = handed(SealedField(tells_where=False, verbose_name="Bevis"))
    reaction = handed(SealedField(KindField(Reaction, 12), verbose_name="Borgerens reaktion"))
    reaction_reason = handed(SealedField(tells_where=False, verbose_name="Begrundelse for reaktion"), PackPart.FEAR)
    # 0 to 10, as the exposed person felt it
    fear = handed(SealedField(peewee.SmallIntegerField(null=True), verbose_name="Frygt (0-10)"), PackPart.FEAR)
    children_present = handed(SealedField(KindField(Answer, 8), verbose_name="Børn til stede"))
    # to the police
    reported = handed(SealedField(KindField(Answer, 8), verbose_name="Anmeldt til politiet"), PackPart.REPORTS)
    journal_number = handed(SealedField(tells_where=False, verbose_name="Journalnummer"), PackPart.REPORTS)
    source = handed(KindField(IncidentSource, 12, verbose_name="Kilde"))
    # one of the 3-5 typical ones (S1-71)
    is_example = handed(peewee.BooleanField(default=False, verbose_name="Typisk eksempel"))
    # must not reach the other party
    is_withheld = handed(peewee.BooleanField(default=False, verbose_name="Må ikke udleveres"), PackPart.WITHHELD)
    is_danger = SealedField(peewee.BooleanField(), default=False, verbose_name="Faresignal")
    fingerprint = peewee.CharField(max_length=16)  # keyed hash of what was first written: the same row is known again
    log_import = link(LogImport, null=True, backref="+")
    struck_at = UtcField(null=True)
    struck_by = link(Person, null=True, backref="+", index=False)
    struck_reason = SealedField(tells_where=False)
    by = link(Person, backref="+", index=False)
    at = handed(UtcField(verbose_name="Skrevet ned"))
    version = peewee.IntegerField(default=1)
    sealed_by = "case"

    class Meta:
        indexes = (
            (("case", "number"), True),
            (("case", "status"), False),
            (("case", "fingerprint"), False),
        )


class IncidentVersion(Table):
    """What a row said before it was corrected."""

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    incident = link(Incident, index=False)
    version = peewee.IntegerField()
    content = SealedJsonField()
    by = link(Person, backref="+", index=False)  # who replaced it
    at = UtcField()
    reason = SealedField(tells_where=False)
    sealed_by = "case"

    class Meta:
        indexes = ((("incident", "version"), True),)


class Exhibit(Table):
    """A numbered piece of evidence: the file as it was received, and a picture of it without its metadata."""

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    number = peewee.IntegerField()  # «Bilag 3»; in the case, from 1
    incident = link(Incident, null=True)
    about = peewee.CharField(max_length=40, null=True, verbose_name="Hører til")  # «note:<ref>», meeting or request
    file = link(StoredFile, backref="+", index=False)
    preview = link(StoredFile, null=True, backref="+", index=False)
    preview_tried_at = UtcField(null=True)
    scan = KindField(Scan, 12, null=True)  # for viruses; empty until it was looked at
    scan_found = peewee.CharField(max_length=80, null=True)  # the scanner's name of what it found
    scanned_at = UtcField(null=True)
    description = SealedField(tells_where=False, verbose_name="Beskrivelse")
    source = SealedField(KindField(IncidentSource, 12), verbose_name="Kilde")
    is_withheld = SealedField(peewee.BooleanField(), default=False, verbose_name="Må ikke udleveres")
    struck_at = UtcField(null=True)
    struck_by = link(Person, null=True, backref="+", index=False)
    struck_reason = SealedField(tells_where=False)
    by = link(Person, backref="+", index=False)
    at = UtcField()  # of receipt
    version = peewee.IntegerField(default=1)
    sealed_by = "case"
    unbound = frozenset({"preview_tried_at"})

    class Meta:
        indexes = ((("case", "number"), True),)


class Pack(Table):
    """An extract of the log that was handed over: what was in it, to whom, why, and the very file (SEC-50).

    `choices` holds what was included and left out, and the exhibits by ref.
    """

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    number = peewee.IntegerField()  # in the case, from 1
    recipient = KindField(PackRecipient, 16, verbose_name="Modtager")
    to_whom = SealedField(tells_where=False, verbose_name="Til hvem")
    reason = SealedField(tells_where=False, verbose_name="Begrundelse")
    basis = SealedField(KindField(Basis, 20), verbose_name="Grundlag")
    consent = link(Consent, null=True, backref="+", index=False)
    disclosure = link(Disclosure, null=True, backref="+", index=False)
    choices = SealedJsonField(must_open=True)
    row_count = SealedField(peewee.IntegerField())
    exhibit_count = SealedField(peewee.IntegerField())
    file = link(StoredFile, null=True, backref="+", index=False, verbose_name="Fil")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"

    class Meta:
        indexes = ((("case", "number"), True),)


Exhibit.add_index(Exhibit.index(Exhibit.at, where=Exhibit.preview_tried_at.is_null(), name="exhibit_to_preview"))
Exhibit.add_index(Exhibit.index(Exhibit.at, where=Exhibit.scan.is_null(), name="exhibit_to_scan"))
