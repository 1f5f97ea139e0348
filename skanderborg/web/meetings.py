"""Meetings: those of a case, planning one, and the page of one with moving, cancelling and minutes."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for

from .. import clock
from ..domain import cases, meetings, people
from ..domain.safety import rules_read, warning_notes
from ..domain.tasks import owners
from ..pages import meetings as meeting_pages
from ..policy import Action
from ..store.cases import Case
from ..store.work import Meeting
from . import answers, evidence, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor
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


case_pages = Pages(bp, Case, partial(cases.opened, seen_as="case:read"), back="meetings.index", tab="moeder")
pages = Pages(bp, Meeting, meeting_pages.show, back="meetings.show", called="shown",
              about=meeting_pages.MeetingPage._asdict)  # fmt: skip


# ── a case's meetings ───────────────────────────────────────────────────────────────────────────────


@case_pages.page("/sager/<ref>/moeder", Action.CASE_READ, "meetings/index.html")
def index(case: Case) -> Words:
    """All meetings of a case."""
    return {"meetings": meeting_pages.of_case(actor(), case), "heading": "Møder"}


@case_pages.form("/sager/<ref>/moeder/nyt", Action.MEETING_PLAN, "meetings/new.html")
def plan(case: Case) -> Sent:
    """Plan a meeting, as the last one was, and invite."""
    staff = meeting_pages.staff(case)
    form = yield Ask(NewForm, choices={"participants": staff.choices}, start=lambda: _proposed(case, staff),
                     warnings=warning_notes.in_force(case.ref), heading="Aftal møde")  # fmt: skip
    meeting = meetings.plan(
        actor(), case, form.when, kind=form.kind.data, party=form.party.data,
        place=form.place.data, agenda=form.agenda.data, participants=_chosen(form),
        previous=_previous(form.previous.data), anyway=form.anyway.data or None,
        has_read_rules=form.has_read_rules.data,
        despite_busy=form.despite_busy.data, key=form.sent_key,
    )  # fmt: skip
    said = f"Mødet er aftalt til {clock.long_moment(meeting.starts_at)}."
    return answers.changed(instead=url_for("meetings.show", ref=meeting.ref), said=said)


def _proposed(case: Case, staff: meeting_pages.Staff) -> Words:
    after = _previous(request.args.get("efter"))
    start = meeting_pages.proposal(actor(), case, after)
    return {
        "agenda": start.agenda, "participants": start.participants or staff.coordinators, **place_of(after),
        "kind": after.kind if after else "follow-up", "party": after.party if after else "staff",
        "previous": after.ref if after else "",
    }  # fmt: skip


# ── one meeting ─────────────────────────────────────────────────────────────────────────────────────


@pages.page("/m/<ref>", Action.MEETING_READ, "meetings/show.html")
def show(shown: meeting_pages.MeetingPage) -> Words:
    """One meeting; to one who is not on the case only time, place, agenda and who takes part. Of one to come the files
    are counted, of one that is over they are named; of that nobody is warned any more."""
    meeting = shown.meeting
    is_over = meetings.over(meeting) is not None
    refs = [meeting.ref] if is_over and meeting.exhibit_count else []
    return evidence.beside(meeting.case, "meeting", refs) | {
        "warnings": [] if is_over else warning_notes.in_force(meeting.case_id),
        "rules": rules_read.since(actor(), shown.meeting),
        "reveal_form": forms.blank(forms.RevealForm),
    }


@pages.post("/m/<ref>", Action.CASE_REVEAL)
def reveal(shown: meeting_pages.MeetingPage) -> Sent:
    """Show where it is, in this answer alone; the reason is written down."""
    form = yield Ask(forms.RevealForm, "reveal_form", on=show)
    revealed = meeting_pages.reveal(actor(), shown, form.reason.data, form.sent_key)
    return show.shown(show.words((revealed,), {}))


@pages.form("/m/<ref>/flyt", Action.MEETING_PLAN, "meetings/move.html")
def move(shown: meeting_pages.MeetingPage) -> Sent:
    """Move it."""
    meeting = shown.meeting
    form = yield Ask(MoveForm, over=meeting, start=place_of(meeting), too_late=meetings.over(meeting))
    moved = meetings.move(
        actor(), meeting, form.when, form.reason.data, form.place_over(meeting), form.seen_version,
        despite_busy=form.despite_busy.data,
    )  # fmt: skip
    return f"Mødet er nu {clock.long_moment(moved.starts_at)}. Deltagerne får besked."


@pages.form("/m/<ref>/aflys", Action.MEETING_PLAN, "meetings/cancel.html")
def cancel(shown: meeting_pages.MeetingPage) -> Sent:
    """Cancel it."""
    form = yield Ask(CancelForm, version=shown.meeting.version, too_late=meetings.over(shown.meeting))
    meetings.cancel(actor(), shown.meeting, form.reason.data, form.seen_version)
    return "Mødet er aflyst. Deltagerne får besked."


@pages.form("/m/<ref>/deltagere", Action.MEETING_PLAN, "meetings/participants.html")
def set_participants(shown: meeting_pages.MeetingPage) -> Sent:
    """Invite who is new, tell who is left out."""
    meeting, there = shown.meeting, [person.ref for person in shown.participants]
    form = yield Ask(ParticipantsForm, version=meeting.version, start={"participants": there},
                     too_late=meetings.over(meeting),
                     choices={"participants": meeting_pages.staff(meeting.case).choices})  # fmt: skip
    meetings.set_participants(actor(), meeting, _chosen(form), form.seen_version, despite_busy=form.despite_busy.data)
    return "Deltagerne er gemt."


@pages.form("/m/<ref>/dagsorden", Action.MEETING_PLAN, "meetings/agenda.html")
def describe(shown: meeting_pages.MeetingPage) -> Sent:
    """Save place and agenda."""
    meeting = shown.meeting
    form = yield Ask(AgendaForm, over=meeting, start=place_of(meeting), too_late=meetings.over(meeting))
    meetings.describe(actor(), meeting, form.place_over(meeting), form.agenda.data or None, form.seen_version)
    return "Sted og dagsorden er gemt."


@pages.form("/m/<ref>/referat", Action.MEETING_HOLD, "meetings/minutes.html")
def hold(shown: meeting_pages.MeetingPage) -> Sent:
    """Save minutes; decisions become tasks."""
    meeting = shown.meeting
    offered = owners.choices(meeting.case, owners.NOBODY_YET)
    form = yield Ask(MinutesForm, version=meeting.version, too_late=meetings.over(meeting),
                     choices={f"owner_{row}": offered for row in DECISIONS})  # fmt: skip
    meetings.hold(actor(), meeting, form.minutes.data, form.decisions, form.seen_version,
                  was_early=form.was_early.data, key=form.sent_key)  # fmt: skip
    return "Referatet er gemt. Beslutningerne er blevet til opgaver."


@pages.form("/m/<ref>/referat/ret", Action.MEETING_HOLD, "meetings/rewrite.html")
def rewrite(shown: meeting_pages.MeetingPage) -> Sent:
    """Save corrected minutes."""
    meeting = shown.meeting
    form = yield Ask(RewriteForm, over=meeting, too_late=meetings.NO_MINUTES if meeting.minutes is None else None)
    meetings.rewrite_minutes(actor(), meeting, form.minutes.data, form.seen_version)
    return "Referatet er rettet."


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def _previous(ref: str | None) -> Meeting | None:
    return meeting_pages.show(actor(), ref, Action.MEETING_PLAN).meeting if ref else None


def _chosen(form: Any) -> list[Any]:
    return [people.get(ref) for ref in form.participants.data or []]
