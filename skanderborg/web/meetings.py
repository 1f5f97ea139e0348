"""Meetings: those of a case, planning one, and the page of one with moving, cancelling and minutes."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from .. import clock
from ..domain import cases, meetings, people
from ..domain.safety import warning_notes
from ..domain.tasks import owners
from ..pages import meetings as meeting_pages
from ..policy import Action
from ..store.cases import Case
from ..store.work import Meeting
from . import forms, render
from .guard import actor, asks
from .meeting_form import (
    DECISIONS,
    AgendaForm,
    CancelForm,
    MinutesForm,
    MoveForm,
    NewForm,
    ParticipantsForm,
    RewriteForm,
    place_of,
)  # fmt: skip

bp = Blueprint("meetings", __name__)
bp.add_app_template_global(meetings.lies_ahead, "lies_ahead")
PAGE = "meetings/show.html"
NEW, MOVE, CANCEL, PEOPLE, AGENDA, MINUTES, REWRITE = (
    f"meetings/{page}.html" for page in ("new", "move", "cancel", "participants", "agenda", "minutes", "rewrite")
)


# ── a case's meetings ───────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/moeder")
@asks(Action.CASE_READ, on=Case)
def index(ref: str) -> Response:
    """All meetings of a case."""
    case = cases.opened(actor(), ref, "case:read")
    found = meeting_pages.of_case(actor(), case)
    return render.page("meetings/index.html", "sager", meetings=found, **_about(case, "Møder"))


@bp.get("/sager/<ref>/moeder/nyt")
@asks(Action.MEETING_PLAN, on=Case)
def new(ref: str) -> Response:
    """The form of a new meeting, filled from the last one."""
    case = cases.opened(actor(), ref, "case:read", Action.MEETING_PLAN)
    after = _previous(request.args.get("efter"))
    start, staff = meeting_pages.proposal(actor(), case, after), meeting_pages.staff(case)
    form = forms.blank(
        NewForm, {"participants": staff.choices}, agenda=start.agenda,
        participants=start.participants or staff.coordinators, **place_of(after),
        kind=after.kind if after else "follow-up", party=after.party if after else "staff",
        previous=after.ref if after else "",
    )  # fmt: skip
    return render.page(NEW, "sager", form=form, **_planning(case))


@bp.post("/sager/<ref>/moeder/nyt")
@asks(Action.MEETING_PLAN, on=Case)
def plan(ref: str) -> Response:
    """Plan the meeting and invite."""
    case = cases.opened(actor(), ref, "case:read", Action.MEETING_PLAN)
    form = forms.read(NewForm, NEW, "sager", choices=_staff(case), **_planning(case))
    meeting = meetings.plan(
        actor(), case, form.when, kind=form.kind.data, party=form.party.data,
        place=form.place.data, agenda=form.agenda.data, participants=_chosen(form),
        previous=_previous(form.previous.data), anyway=form.anyway.data or None,
        has_read_rules=form.has_read_rules.data, key=form.sent_key,
    )  # fmt: skip
    return _back(meeting, f"Mødet er aftalt til {clock.long_moment(meeting.starts_at)}.")


# ── one meeting ─────────────────────────────────────────────────────────────────────────────────────


@bp.get("/m/<ref>")
@asks(Action.MEETING_READ, on=Meeting)
def show(ref: str) -> Response:
    """One meeting; to one who is not on the case only time, place, agenda and who takes part."""
    shown = meeting_pages.show(actor(), ref)
    return render.page(PAGE, "sager", reveal_form=forms.blank(forms.RevealForm), **_shown(shown))


@bp.post("/m/<ref>")
@asks(Action.CASE_REVEAL, on=Meeting)
def reveal(ref: str) -> Response:
    """Show where it is, in this answer alone; the reason is written down."""
    shown = meeting_pages.show(actor(), ref, Action.CASE_REVEAL)
    form = forms.read(forms.RevealForm, PAGE, "sager", name="reveal_form", **_shown(shown))
    shown = meeting_pages.reveal(actor(), shown, form.reason.data, form.sent_key)
    return render.page(PAGE, "sager", reveal_form=forms.blank(forms.RevealForm), **_shown(shown))


@bp.get("/m/<ref>/flyt")
@asks(Action.MEETING_PLAN, on=Meeting)
def moving(ref: str) -> Response:
    """The form that moves it."""
    meeting = _seen(ref, Action.MEETING_PLAN)
    if why := meetings.over(meeting):
        return _back(meeting, why)
    start, end = clock.local(meeting.starts_at), clock.local(meeting.ends_at)
    form = forms.blank(MoveForm, on=start.date(), at=start.time(), until=end.time(), version=str(meeting.version),
                       **place_of(meeting))  # fmt: skip
    return render.page(MOVE, "sager", form=form, meeting=meeting)


@bp.post("/m/<ref>/flyt")
@asks(Action.MEETING_PLAN, on=Meeting)
def move(ref: str) -> Response:
    """Move it."""
    meeting = _seen(ref, Action.MEETING_PLAN)
    form = forms.read(MoveForm, MOVE, "sager", meeting=meeting)
    moved = meetings.move(actor(), meeting, form.when, form.reason.data, form.place_over(meeting), form.seen_version)
    return _back(moved, f"Mødet er nu {clock.long_moment(moved.starts_at)}. Deltagerne får besked.")


@bp.get("/m/<ref>/aflys")
@asks(Action.MEETING_PLAN, on=Meeting)
def cancelling(ref: str) -> Response:
    """The form that cancels it."""
    meeting = _seen(ref, Action.MEETING_PLAN)
    if why := meetings.over(meeting):
        return _back(meeting, why)
    form = forms.blank(CancelForm, version=str(meeting.version))
    return render.page(CANCEL, "sager", form=form, meeting=meeting)


@bp.post("/m/<ref>/aflys")
@asks(Action.MEETING_PLAN, on=Meeting)
def cancel(ref: str) -> Response:
    """Cancel it."""
    meeting = _seen(ref, Action.MEETING_PLAN)
    form = forms.read(CancelForm, CANCEL, "sager", meeting=meeting)
    meetings.cancel(actor(), meeting, form.reason.data, form.seen_version)
    return _back(meeting, "Mødet er aflyst. Deltagerne får besked.")


@bp.get("/m/<ref>/deltagere")
@asks(Action.MEETING_PLAN, on=Meeting)
def participants_form(ref: str) -> Response:
    """Who takes part."""
    shown = meeting_pages.show(actor(), ref, Action.MEETING_PLAN)
    if why := meetings.over(shown.meeting):
        return _back(shown.meeting, why)
    form = forms.blank(ParticipantsForm, _staff(shown.meeting.case), version=str(shown.meeting.version),
                       participants=[person.ref for person in shown.participants])  # fmt: skip
    return render.page(PEOPLE, "sager", form=form, meeting=shown.meeting)


@bp.post("/m/<ref>/deltagere")
@asks(Action.MEETING_PLAN, on=Meeting)
def set_participants(ref: str) -> Response:
    """Invite who is new, tell who is left out."""
    meeting = _seen(ref, Action.MEETING_PLAN)
    form = forms.read(ParticipantsForm, PEOPLE, "sager", choices=_staff(meeting.case), meeting=meeting)
    meetings.set_participants(actor(), meeting, _chosen(form), form.seen_version)
    return _back(meeting, "Deltagerne er gemt.")


@bp.get("/m/<ref>/dagsorden")
@asks(Action.MEETING_PLAN, on=Meeting)
def agenda_form(ref: str) -> Response:
    """Place and agenda."""
    meeting = _seen(ref, Action.MEETING_PLAN)
    if why := meetings.over(meeting):
        return _back(meeting, why)
    form = forms.blank(AgendaForm, agenda=meeting.agenda or "", version=str(meeting.version), **place_of(meeting))
    return render.page(AGENDA, "sager", form=form, meeting=meeting)


@bp.post("/m/<ref>/dagsorden")
@asks(Action.MEETING_PLAN, on=Meeting)
def describe(ref: str) -> Response:
    """Save place and agenda."""
    meeting = _seen(ref, Action.MEETING_PLAN)
    form = forms.read(AgendaForm, AGENDA, "sager", meeting=meeting)
    meetings.describe(actor(), meeting, form.place_over(meeting), form.agenda.data or None, form.seen_version)
    return _back(meeting, "Sted og dagsorden er gemt.")


@bp.get("/m/<ref>/referat")
@asks(Action.MEETING_HOLD, on=Meeting)
def minutes_form(ref: str) -> Response:
    """Minutes and decisions."""
    meeting = _seen(ref, Action.MEETING_HOLD)
    if why := meetings.over(meeting):
        return _back(meeting, why)
    form = forms.blank(MinutesForm, _owners(meeting.case), version=str(meeting.version))
    return render.page(MINUTES, "sager", form=form, meeting=meeting)


@bp.post("/m/<ref>/referat")
@asks(Action.MEETING_HOLD, on=Meeting)
def hold(ref: str) -> Response:
    """Save minutes; decisions become tasks."""
    meeting = _seen(ref, Action.MEETING_HOLD)
    form = forms.read(MinutesForm, MINUTES, "sager", choices=_owners(meeting.case), meeting=meeting)
    meetings.hold(actor(), meeting, form.minutes.data, form.decisions, form.seen_version,
                  was_early=form.was_early.data, key=form.sent_key)  # fmt: skip
    return _back(meeting, "Referatet er gemt. Beslutningerne er blevet til opgaver.")


@bp.get("/m/<ref>/referat/ret")
@asks(Action.MEETING_HOLD, on=Meeting)
def rewrite_form(ref: str) -> Response:
    """The minutes, to be corrected."""
    meeting = _seen(ref, Action.MEETING_HOLD)
    if meeting.minutes is None:
        return _back(meeting, meetings.NO_MINUTES)
    form = forms.blank(RewriteForm, minutes=meeting.minutes, version=str(meeting.version))
    return render.page(REWRITE, "sager", form=form, meeting=meeting)


@bp.post("/m/<ref>/referat/ret")
@asks(Action.MEETING_HOLD, on=Meeting)
def rewrite(ref: str) -> Response:
    """Save corrected minutes."""
    meeting = _seen(ref, Action.MEETING_HOLD)
    form = forms.read(RewriteForm, REWRITE, "sager", meeting=meeting)
    meetings.rewrite_minutes(actor(), meeting, form.minutes.data, form.seen_version)
    return _back(meeting, "Referatet er rettet.")


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _shown(shown: meeting_pages.Shown) -> dict[str, Any]:
    """What the page of a meeting shows; the warnings too, on the case or not."""
    return {**shown._asdict(), "warnings": warning_notes.in_force(shown.meeting.case_id)}


def _seen(ref: str, action: Action) -> Meeting:
    return meeting_pages.show(actor(), ref, action).meeting


def _previous(ref: str | None) -> Meeting | None:
    return _seen(ref, Action.MEETING_PLAN) if ref else None


def _chosen(form: Any) -> list[Any]:
    return [people.get(ref) for ref in form.participants.data or []]


def _staff(case: Any) -> forms.Choices:
    return {"participants": meeting_pages.staff(case).choices}


def _owners(case: Any) -> forms.Choices:
    offered = owners.choices(case, owners.NOBODY_YET)
    return {f"owner_{row}": offered for row in DECISIONS}


def _about(case: Any, heading: str) -> dict[str, Any]:
    return {"case": case, "heading": heading, "tab": "moeder"}


def _planning(case: Any) -> dict[str, Any]:
    return {"warnings": warning_notes.in_force(case.ref), **_about(case, "Aftal møde")}


def _back(meeting: Meeting, said: str) -> Response:
    return render.changed(instead=url_for("meetings.show", ref=meeting.ref), said=said)
