"""What was said, advised, decided and written down in a case. Append-only: corrections are new rows."""

import peewee

from ..kinds import Basis, ConclusionKind, ConsentWay, RiskLevel, SparringWay, Talk
from .cases import Case
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Person
from .sealed import SealedField, SealedJsonField


class Sparring(Table):
    """Advice that was sought: when, from whom, what it was (S0-08, S0-15)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    way = KindField(SparringWay, 20, verbose_name="Måde")
    person = link(Person, null=True, backref="+")  # internal
    external_name = SealedField(tells_where=False)
    held_on = peewee.DateField()
    advice = SealedField(tells_where=False)
    next_step = SealedField(tells_where=False)
    with_citizen = peewee.BooleanField(null=True, verbose_name="Borgeren var med")  # empty: written before it was asked
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"


class Assessment(Table):
    """One version of what is known: is it stalking, and how bad is it? Earlier ones stay readable (D-05).

    `answers` holds the form's fields by name; which there are may change, what was answered does not.
    """

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    number = peewee.IntegerField()
    answers = SealedJsonField()
    has_danger = SealedField(peewee.BooleanField(), default=False, verbose_name="Faresignaler")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"

    class Meta:
        indexes = ((("case", "number"), True),)


class AssessmentPart(Table):
    """One part of the assessment as it was saved last: of the unfinished edition, until it is checked and counts.

    `edition` is the number of the version it went into; 0: it was put away; empty: it is unfinished.
    """

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    section = peewee.CharField(max_length=40, verbose_name="Del")
    answers = SealedJsonField()
    edition = peewee.IntegerField(null=True)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"

    class Meta:
        indexes = ((("case", "section"), True),)


class RiskRecord(Table):
    """A risk instrument was used by someone trained in it; the tool only records the result (D-27)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    instrument = SealedField(tells_where=False, verbose_name="Redskab")
    assessor = SealedField(tells_where=False, verbose_name="Vurderet af")
    made_on = SealedField(peewee.DateField(), verbose_name="Lavet")
    level = SealedField(KindField(RiskLevel, 12), verbose_name="Niveau")
    level_text = SealedField(tells_where=False, verbose_name="Resultat")
    valid_until = SealedField(peewee.DateField(null=True), verbose_name="Gælder til")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"


class Conclusion(Table):
    """One version of the conclusion; earlier ones stay readable (D-05)."""

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    assessment = link(Assessment, null=True, backref="+", index=False)  # the version it rests on
    number = peewee.IntegerField()
    conclusion = SealedField(KindField(ConclusionKind, 20), verbose_name="Konklusion")
    reason = SealedField(tells_where=False, verbose_name="Begrundelse")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"

    class Meta:
        indexes = ((("case", "number"), True),)


class Note(Table):
    """A note of the case (D-23)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    corrects = peewee.ForeignKeyField("self", null=True, on_delete="RESTRICT", backref="+", index=False)
    theme = SealedField(tells_where=False)
    text = SealedField(tells_where=False)
    # how one talked with the citizen; empty: it was no contact …
    talked = KindField(Talk, 12, null=True, verbose_name="Talt med borgeren")
    talked_on = peewee.DateField(null=True, verbose_name="Talt den")  # … and on which day
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"


class Journalised(Table):
    """A note, minutes, an answer or a sparring was put into the municipality's journal (D-23; offentlighedsloven § 15).

    `about` names the row, "note:<ref>"; a row without one is missing in the journal.
    """

    ref = RefField(primary_key=True)
    case = link(Case)
    about = peewee.CharField(max_length=40, unique=True)
    number = SealedField(tells_where=False, verbose_name="Journalnummer")  # the journal's own
    on = peewee.DateField(verbose_name="Dato")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"


class JournalPackage(Table):
    """Documents of the case for the municipality's journal: `content` says which rows went under which file, until the
    journal's receipt names their numbers."""

    ref = RefField(primary_key=True)
    case = link(Case)
    content = SealedJsonField()
    by = link(Person, backref="+", index=False)
    at = UtcField()
    received_at = UtcField(null=True)
    sealed_by = "case"


class Consent(Table):
    """The citizen said yes to sharing something with someone; freely, and can take it back (D-25)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    scope = SealedField(tells_where=False, verbose_name="Omfang")
    way = SealedField(KindField(ConsentWay, 12), verbose_name="Måde")
    given_on = SealedField(peewee.DateField(), verbose_name="Givet")
    expires_on = SealedField(peewee.DateField(null=True), verbose_name="Udløber")
    withdrawn_on = SealedField(peewee.DateField(null=True), verbose_name="Trukket tilbage")
    withdrawn_note = SealedField(tells_where=False, verbose_name="Bemærkning")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class Disclosure(Table):
    """Something of the case was told to someone: what, to whom, why, on which basis, when (D-25).

    `about` names the request, referral or transfer that told it, or is empty where a person wrote it down.
    """

    ref = RefField(primary_key=True)
    case = link(Case)
    about = peewee.CharField(max_length=40, null=True)
    what = SealedField(tells_where=False, verbose_name="Hvad")
    to_whom = SealedField(tells_where=False, verbose_name="Til hvem")
    why = SealedField(tells_where=False, verbose_name="Hvorfor")
    basis = SealedField(KindField(Basis, 20), verbose_name="Grundlag")
    consent = link(Consent, null=True, backref="+")
    on = peewee.DateField(verbose_name="Dato")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"
