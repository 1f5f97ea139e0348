"""The forms of the log of incidents: a row, a correction of it, and what of the list is wanted."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import wtforms
from flask import request
from wtforms import validators

from .. import clock, content
from ..content.incident_types import OTHER
from ..danish import dates
from ..domain import incidents
from ..kinds import Answer, CitizenRole, IncidentKind, IncidentSource, Kind, Reaction
from ..pages import log
from ..store.cases import Case
from . import forms

HOURS = (("first", "Første gang (sommertid)"), ("second", "Anden gang (vintertid)"), ("unknown", "Ved ikke"))
SECOND_HOUR: dict[str | None, bool | None] = {"first": False, "second": True, "unknown": None}
NUMBER = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:\.[0-9]{3}){1,2}")
AGAIN = "Datoen står nu i feltet: er den rigtig, så gem igen."
NOT_A_NUMBER = "Skriv et helt tal, fx 31."
MORE = tuple(
    """
    to_on more_types place channel sender witness witness_contact evidence reaction fear children_present reported
    journal_number source is_withheld
""".split()
)


class LogDateField(forms.DateField):
    """A date that may become evidence: «i går» and «19/11-26» are told as the date that they mean, and stored only when
    sent again (UX-17)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip()[: forms.LONGEST_TYPED] if valuelist else ""
        self.data = None
        if not self.typed:
            return
        try:
            self.data = dates.parse_written_date(self.typed)
        except ValueError as not_written:
            self._ask_about_a_day_in_words(not_written)
        else:
            self._ask_about_a_short_year(self.data)

    def _ask_about_a_short_year(self, day: date) -> None:
        if str(day.year) not in self.typed:
            typed, self.typed, self.data, self.asks = self.typed, clock.numeric_date(day), None, True
            raise ValueError(f"«{typed}» er læst som {clock.long_date_with_year(day)}. {AGAIN}")

    def _ask_about_a_day_in_words(self, otherwise: ValueError) -> None:
        today = clock.today()
        try:
            day = self.understand(self.typed)
        except ValueError:
            raise otherwise from None
        when, was = clock.days_ago(day, today).capitalize(), "var" if day < today else "er"
        self.typed, self.asks = clock.numeric_date(day), True
        raise ValueError(f"{when} {was} {clock.long_date_with_year(day)}. {AGAIN}") from None


class NumberField(wtforms.IntegerField):
    """A whole number as people type it: «31», «2.312»."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        typed, self.data = valuelist[0].strip(), None
        if typed and not NUMBER.fullmatch(typed):
            raise ValueError(NOT_A_NUMBER)
        self.data = int(typed.replace(".", "")) if typed else None


def choice(label: str, choices: type[Kind], usual: Kind) -> wtforms.RadioField:
    """One of a few; what is left out or empty is the usual one."""
    return forms.choice(label, choices, "", usual, filters=[lambda chosen: chosen or usual])


class IncidentForm(forms.Form):
    """A row of the log: date, type and what happened must be there."""

    kind = choice("Hvad skriver du ned?", IncidentKind, IncidentKind.INCIDENT)
    from_on = LogDateField("Dato", dates.DATE_HINT, looks=forms.Looks.BACK)
    at_time = forms.TimeField("Kl.")
    second_hour = forms.choice("Hvilken af de to timer?", list(HOURS), "")
    types = forms.select("Type")
    contact_count = NumberField("Antal", [validators.Optional()], default=1)
    what = forms.text("Hvad skete der?", "Skriv kort, hvad der skete.", incidents.LONGEST_WHAT)
    reaction_reason = forms.text("Hvorfor svarede borgeren?", longest=2_000)
    is_danger = wtforms.BooleanField("Det er et faresignal")
    to_on = LogDateField("Til og med", looks=forms.Looks.BACK, after="from_on")
    more_types = forms.ManyField("Også af typen", [validators.Optional()], choices=[])
    type_text = forms.line("Hvad var det?")
    place = forms.line("Hvor?", longest=500)
    channel = forms.select("Kanal")
    sender = forms.line("Afsender", longest=500)
    witness = forms.line("Vidner", longest=500)
    witness_contact = forms.line("Vidnets kontakt", longest=500)
    evidence = forms.text("Bevis", longest=2_000)
    reaction = choice("Borgerens reaktion", Reaction, Reaction.UNKNOWN)
    fear = NumberField("Hvor bange blev borgeren, fra 0 til 10?", [validators.Optional()])
    children_present = choice("Var der børn til stede?", Answer, Answer.UNKNOWN)
    reported = choice("Er det anmeldt til politiet?", Answer, Answer.UNKNOWN)
    journal_number = forms.line("Politiets journalnummer")
    source = choice("Hvem fortæller det?", IncidentSource, IncidentSource.CITIZEN)
    is_withheld = wtforms.BooleanField("Må ikke udleveres")

    @property
    def is_own_act(self) -> bool:
        """Whether it tells of what the citizen did: a refusal or an answer."""
        return self.kind.data in incidents.OWN_ACTS

    @property
    def has_more(self) -> bool:
        """Whether something of *Flere oplysninger* is filled in or wrong."""
        return any(field.errors or not _is_as_shown(field) for field in (self[name] for name in MORE))

    @property
    def comes_twice(self) -> bool:
        """Whether the wall showed the typed time twice that day."""
        on, at = self.from_on.data, self.at_time.data
        return bool(on and at and clock.comes_twice(on, at))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check all that the person can put right at once; the domain checks it once more."""
        good = super().validate(extra_validators)
        for field, sentence, is_missing in (
            ("types", incidents.NO_TYPE,
             not self.is_own_act and not self.types.data and not self.more_types.data),
            ("type_text", incidents.WHAT_OTHER,
             not self.is_own_act and OTHER in (self.types.data, *(self.more_types.data or []))
             and not self.type_text.data),
            ("reaction_reason", incidents.WHY_ANSWERED,
             self.kind.data == IncidentKind.ANSWER and not self.reaction_reason.data),
            ("second_hour", self._which_hour(), self.comes_twice and not self.second_hour.data),
        ):  # fmt: skip
            if is_missing:
                self.add_error(field, sentence)
                good = False
        return good

    def _which_hour(self) -> str:
        on, at = self.from_on.data, self.at_time.data
        if not (on and at):
            return ""
        day = clock.long_date_with_year(on)
        return f"Kl. {clock.hhmm(at)} kom to gange {day}, da sommertiden sluttede. Vælg hvilken."

    def said(self, case: Case, row: Any = None) -> incidents.Account:
        """What was typed, as the verb wants it; what was hidden and is left empty stays as it is."""
        said = self.values(row)
        more, second = said.pop("more_types") or [], said.pop("second_hour")
        said |= {
            "types": tuple(dict.fromkeys([*filter(None, [said["types"]]), *more])),
            "is_second_hour": SECOND_HOUR[second] if self.comes_twice and second else None,
            "contact_count": 1 if self.contact_count.data is None else self.contact_count.data,
            "fear": self.fear.data,  # 0 was said too
        }
        said.pop("reason", None)
        return _as_far_as_asked(case, row, incidents.Account(**said))

    def named_otherwise(self, theirs: Any) -> dict[str, Any]:
        """The time, the types, and which of two hours, which a row keeps in other words."""
        return fields_of(theirs)


def _is_as_shown(field: wtforms.Field) -> bool:
    """Whether it says what an empty form says; a number of 0 was typed."""
    return field.data is False or field.data in (None, "", [], field.default)


class CorrectionForm(IncidentForm):
    """A row as it should be, and why."""

    reason = forms.line("Hvorfor retter du hændelsen?", "Skriv, hvorfor hændelsen bliver rettet.", 500)


class ReasonForm(forms.Form):
    """Why a row does not count, or counts after all."""

    why = forms.line("Hvorfor?", "Skriv hvorfor.", 500)


class MarkForm(forms.Form):
    """Whether a row has a mark."""

    is_so = wtforms.BooleanField("Sæt markeringen")


class FilterForm(forms.Form):
    """What of the list is wanted, from the address."""

    type = forms.select("Type")
    slags = forms.select("Slags", choices=[("", "Alle"), *IncidentKind])
    kilde = forms.select("Kilde", choices=[("", "Alle"), *IncidentSource])
    fra = forms.DateField("Fra", looks=forms.Looks.BACK)
    til = forms.DateField("Til", looks=forms.Looks.BACK, after="fra")
    bilag = wtforms.BooleanField("Med bilag")
    fare = wtforms.BooleanField("Faresignaler, også mulige")
    eksempel = wtforms.BooleanField("Typiske eksempler")
    tilbageholdt = wtforms.BooleanField("Må ikke udleveres")
    gaeldende = wtforms.BooleanField("Uden overstregede")
    orden = forms.select("Rækkefølge", choices=[("", "Nyeste først"), ("aeldste", "Ældste først")])
    fra_import = wtforms.HiddenField(validators=[validators.Optional(), validators.Regexp(forms.REF)])

    def wanted(self) -> log.LogFilter:
        """The filter; what cannot be understood asks for nothing, and is told at its field."""
        self.validate()
        good = {field.short_name: field.data for field in self if not field.errors}
        return log.LogFilter(
            type=good.get("type") or "", kind=good.get("slags") or "", source=good.get("kilde") or "",
            with_exhibit=good["bilag"], danger=good["fare"], example=good["eksempel"], withheld=good["tilbageholdt"],
            without_struck=good["gaeldende"], from_on=good.get("fra"), to_on=good.get("til"),
            log_import=good.get("fra_import") or "", oldest_first=good.get("orden") == "aeldste",
        )  # fmt: skip


def _as_far_as_asked(case: Case, row: Any, said: incidents.Account) -> incidents.Account:
    """What was typed where it could be; the rest stays as it is. What the citizen did is no contact."""
    if case.citizen_role == CitizenRole.PERPETRATOR:
        standing = incidents.account_of(row) if row is not None else incidents.nothing_said(said.from_on)
        said = said._replace(**{name: getattr(standing, name) for name in incidents.NOT_OF_UDOEVER})
    is_no_contact = said.kind in incidents.OWN_ACTS or incidents.told.is_told(said.types)
    return said._replace(contact_count=0) if is_no_contact else said


def asked() -> FilterForm:
    """What of the list the address asks for."""
    form = FilterForm(request.args)
    forms.fill(form, {"type": [("", "Alle"), *incidents.types_to_find().items()]})
    return form


def choices(case: Case, row: Any = None) -> forms.Choices:
    """What can be chosen in a row; what a row that is corrected has already stays on its list."""
    standing = set(row.types.split()) | {row.channel} if row is not None else set()
    types, channels = (_offered(listed, standing) for listed in (content.incidents().type, content.incidents().channel))
    is_import = row is not None and row.source == IncidentSource.IMPORT
    sources = [one for one in IncidentSource if one != IncidentSource.IMPORT or is_import]
    if case.citizen_role == CitizenRole.PERPETRATOR:
        sources = [one for one in sources if one != IncidentSource.NETWORK or is_import]
    return {"types": [("", "Vælg type"), *types], "more_types": types, "channel": [("", "Ikke oplyst"), *channels],
            "source": sources}  # fmt: skip


def _offered(listed: Iterable[Any], standing: set[str | None]) -> list[tuple[str, str]]:
    """What is in use, and what stands already instead of what is called the same."""
    labels = {one.label for one in listed if one.id in standing}
    return [(one.id, one.label) for one in listed if one.id in standing or not (one.retired or one.label in labels)]


def fields_of(row: Any) -> dict[str, Any]:
    """What a row says, by the form's fields, where these are not named as its columns."""
    said = incidents.account_of(row)
    first, *more = [*said.types, ""] if said.types else [""]
    hour = {False: "first", True: "second", None: "unknown"}[said.is_second_hour]
    twice = said.at_time is not None and clock.comes_twice(said.from_on, said.at_time)
    return {"at_time": said.at_time, "types": first, "more_types": [one for one in more if one],
            "second_hour": hour if twice else ""}  # fmt: skip
