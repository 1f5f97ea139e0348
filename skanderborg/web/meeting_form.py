"""The forms of meetings: when and where, who takes part, and the minutes with their decisions."""

from datetime import date, time
from typing import Any, cast

from wtforms import BooleanField, HiddenField, validators

from .. import clock
from ..domain import meetings, protection
from ..domain.reminders import reminded
from ..domain.tasks import owners
from ..errors import Invalid
from ..kinds import MeetingKind, MeetingWith
from . import forms

DECISIONS = range(1, 6)
DESPITE_BUSY = "Mødet skal være på det tidspunkt alligevel"
DATE, AT, UNTIL = (
    "Skriv datoen som dag, måned og år, fx 26.11.2026.",
    "Skriv, hvornår mødet begynder, fx 10.00.",
    "Skriv, hvornår mødet slutter, fx 11.00.",
)


class PlaceForm(forms.Form):
    """Says where it is, in a field `place`, which is empty and marked so where the place is protected."""

    hidden = HiddenField(validators=[validators.Length(max=1)])

    def place_over(self, meeting: Any) -> str | None:
        """Where it is; a field that was empty since the place is protected keeps what stands."""
        return protection.typed_or_standing(self["place"].data, meeting.place, self.hidden.data == "1")


class WhenForm(PlaceForm):
    """Date, start and end, and where."""

    despite_busy = BooleanField(DESPITE_BUSY)
    on = forms.DateField("Dato", DATE, looks=forms.Looks.AHEAD)
    at = forms.TimeField("Begynder kl.", AT)
    until = forms.TimeField("Slutter kl.", UNTIL)
    place = forms.line("Sted")
    day_seen = HiddenField(validators=[validators.Length(max=10)])  # the day that was asked about

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask once about a day on which hardly anyone works: it may be what was agreed."""
        good = super().validate(extra_validators)
        day = cast(date, self.on.data)
        if self.on.errors or clock.is_working_day(day) or self.day_seen.data == day.isoformat():
            return good
        self.day_seen.data, self.on.asks = day.isoformat(), True
        self.add_error("on", _about_a_day_off(day))
        return False

    @property
    def when(self) -> meetings.When:
        """The wall time that was typed."""
        return meetings.When(cast(date, self.on.data), cast(time, self.at.data), cast(time, self.until.data))

    def named_otherwise(self, theirs: Any) -> dict[str, Any]:
        """The wall time."""
        start, end = clock.local(theirs.starts_at), clock.local(theirs.ends_at)
        return {"on": start.date(), "at": start.time(), "until": end.time()}


class NewForm(WhenForm):
    """A new meeting."""

    kind = forms.choice("Hvilket møde?", MeetingKind, "Vælg, hvilket møde det er.", "follow-up")
    party = forms.choice("Hvem deltager?", MeetingWith, "Vælg, hvem der deltager.", "staff")
    participants = forms.ManyField("Medarbejdere, der deltager", choices=[])
    agenda = forms.text("Dagsorden")
    anyway = forms.text(forms.ANYWAY, longest=1_000)
    has_read_rules = BooleanField("Jeg har læst, hvordan borgeren må kontaktes, og advarslerne")
    previous = HiddenField(validators=[validators.Optional(), validators.Regexp(forms.REF)])


class MoveForm(WhenForm):
    """The new time, and why."""

    reason = forms.text("Hvorfor flyttes mødet?", "Skriv, hvorfor mødet flyttes.", 1_000)


class CancelForm(forms.Form):
    """Why there will be no meeting."""

    reason = forms.text("Hvorfor aflyses mødet?", "Skriv, hvorfor mødet aflyses.", 1_000)


class ParticipantsForm(forms.Form):
    """Who takes part."""

    participants = forms.ManyField("Medarbejdere, der deltager", choices=[])
    despite_busy = BooleanField(DESPITE_BUSY)

    def named_otherwise(self, theirs: Any) -> dict[str, Any]:
        """Who takes part now."""
        return {"participants": [person.ref for person in reminded.participants(theirs.ref)]}


class AgendaForm(PlaceForm):
    """Place and agenda."""

    place = forms.line("Sted")
    agenda = forms.text("Dagsorden")


class RewriteForm(forms.Form):
    """Minutes that are corrected."""

    minutes = forms.text("Referat", "Skriv referatet.")


class MinutesForm(RewriteForm):
    """Minutes and up to five decisions; of a meeting that lies ahead also that it was held early."""

    was_early = BooleanField("Mødet er holdt før tid")

    @property
    def decisions(self) -> list[meetings.NewDecision]:
        """The rows that were filled in. Raises Invalid for an owner or deadline without a decision."""
        found = []
        for row in DECISIONS:
            text, owner, due_on = (self[f"{name}_{row}"].data for name in ("text", "owner", "due_on"))
            if (owner or due_on) and not text:
                raise Invalid("Skriv, hvad der blev besluttet.", f"text_{row}")
            if text:
                assignee, department = owners.chosen(owner)
                found.append(meetings.NewDecision(text, assignee, due_on, row, department))
        return found


for _row in DECISIONS:
    setattr(MinutesForm, f"text_{_row}", forms.line(f"Beslutning {_row}"))
    setattr(MinutesForm, f"owner_{_row}", forms.select("Hvem gør det?"))
    setattr(MinutesForm, f"due_on_{_row}", forms.DateField("Frist", looks=forms.Looks.AHEAD))


def _about_a_day_off(day: date) -> str:
    named = clock.long_date(day).capitalize()
    is_weekend = day.weekday() >= 5 and day not in clock.public_holidays(day.year)
    what = "ligger i en weekend" if is_weekend else "er en helligdag eller lukkedag"
    return f"{named} {what}. Send formularen igen, hvis dagen er rigtig."


def place_of(meeting: Any) -> dict[str, Any]:
    """The field of the place, empty and marked so where it is protected."""
    if meeting is None:
        return {"place": "", "hidden": ""}
    is_masked = protection.masked(meeting.case)
    return {"place": protection.visible(meeting.place, is_masked), "hidden": "1" if is_masked else ""}
