"""Politi: reports, orders, and breaches of them."""

from functools import partial
from typing import Any

from flask import Blueprint

from .. import clock
from ..danish import dates
from ..domain import cases
from ..domain.police import orders, reports
from ..kinds import Answer, OrderKind
from ..policy import Action
from ..store.cases import Case
from . import forms, revealing
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("police", __name__)
pages = Pages(
    bp, Case, partial(cases.opened, seen_as="police:read"), back="police.show", tab="politi",
    about=lambda case: {"is_for_reports": reports.is_for(case), "has_area": orders.has_area(case)},
)  # fmt: skip


class ReportForm(forms.Form):
    """What is known of a report."""

    reported_on = forms.DateField("Hvornår blev det anmeldt?", dates.DATE_HINT, looks=forms.Looks.BACK)
    district = forms.line("Politikreds")
    journal_number = forms.line("Journalnummer")
    officer = forms.line("Betjentens navn og nummer")
    receipt = forms.choice("Har borgeren fået kvittering?", Answer, "Svar på, om der er en kvittering.")
    tell_us_first = forms.choice(
        "Fortæller politiet jer det, før de kontakter udøveren?", Answer, "Svar på, om I har aftalt det."
    )
    agreed_on = forms.DateField("Hvornår aftalte I det?", looks=forms.Looks.BACK)
    contact_on = forms.DateField("Hvilken dag kontakter politiet udøveren?", looks=forms.Looks.AHEAD)
    note = forms.text("Bemærkning", longest=2_000)


class OrderForm(forms.Form):
    """What the police decided, and for how long."""

    kind = forms.choice("Hvad er der givet?", OrderKind, "Vælg, hvad der er givet.")
    from_on = forms.DateField("Fra", dates.DATE_HINT, looks=forms.Looks.BOTH_WAYS)
    to_on = forms.DateField("Til og med", dates.DATE_HINT, looks=forms.Looks.AHEAD, after="from_on")
    area = forms.text("Hvilket område?", longest=1_000)
    journal_number = forms.line("Journalnummer")

    def decided(self, standing: Any) -> Words:
        """What was typed; an area that was hidden and is left empty stays, where there can be one."""
        return self.values(standing if self.kind.data == OrderKind.OPHOLDSFORBUD else None)


class EndForm(forms.Form):
    """When it was lifted, and why."""

    ended_on = forms.DateField("Hvornår blev det ophævet?", dates.DATE_HINT, looks=forms.Looks.BACK)
    end_reason = forms.text("Hvorfor?", "Skriv, hvorfor det er ophævet.", 2_000)


class BreachForm(forms.Form):
    """When it was broken, and how."""

    on = forms.DateField("Hvornår skete det?", dates.DATE_HINT, looks=forms.Looks.BACK)
    what = forms.text("Hvad skete der?", "Skriv kort, hvad der skete.", 2_000)
    reported = forms.choice("Er det meldt til politiet?", Answer, "Svar på, om det er meldt til politiet.")


@pages.page("/sager/<ref>/politi", Action.CASE_READ, "police/show.html")
def show(case: Case) -> Words:
    """What the police know and decided."""
    return {
        "reports": reports.of_case(actor(), case),
        "orders": orders.of_case(actor(), case),
        "validity": orders.validity,
        "reveal_form": forms.blank(forms.RevealForm),
        "heading": "Politi",
    }


@pages.post("/sager/<ref>/politi", Action.CASE_REVEAL)
def reveal(case: Case) -> Sent:
    """Show the areas of opholdsforbud, in this answer alone; the reason is written down."""
    return (yield from revealing.reveal(case, show))


# ── reports ─────────────────────────────────────────────────────────────────────────────────────────


@pages.form("/sager/<ref>/politi/anmeldelse", Action.CASE_WORK, "police/report.html")
def report(case: Case) -> Sent:
    """Write a report down."""
    start = {"reported_on": clock.today()}
    form = yield Ask(ReportForm, start=start, report=None, heading="Registrér anmeldelse")
    made = reports.record(actor(), case, **form.values(), key=form.sent_key)
    return f"Anmeldelsen er gemt med datoen {clock.long_date_with_year(made.reported_on)}."


@pages.form("/sager/<ref>/politi/anmeldelse/<report_ref>", Action.CASE_WORK, "police/report.html")
def change_report(case: Case, report_ref: str) -> Sent:
    """Write down what is known of a report now."""
    there = reports.one(actor(), case, report_ref)
    form = yield Ask(ReportForm, over=there, report=there, heading="Ret anmeldelse")
    reports.change_report(actor(), there, form.seen_version, **form.values())
    return "Anmeldelsen er gemt."


# ── orders ──────────────────────────────────────────────────────────────────────────────────────────


@pages.form("/sager/<ref>/politi/tilhold", Action.CASE_WORK, "police/order.html")
def order(case: Case) -> Sent:
    """Write an order down."""
    form = yield Ask(OrderForm, order=None, heading="Registrér tilhold eller forbud")
    made = orders.record(actor(), case, **form.values(), key=form.sent_key)
    return f"Det er gemt og gælder til og med {clock.long_date_with_year(made.to_on)}."


@pages.form("/sager/<ref>/politi/tilhold/<order_ref>", Action.CASE_WORK, "police/order.html")
def change_order(case: Case, order_ref: str) -> Sent:
    """Put an order right."""
    there = orders.one(actor(), case, order_ref)
    form = yield Ask(OrderForm, over=there, order=there, heading="Ret tilhold eller forbud")
    made = orders.change_order(actor(), there, form.seen_version, **form.decided(there))
    return f"Det er gemt og gælder til og med {clock.long_date_with_year(made.to_on)}."


@pages.form("/sager/<ref>/politi/tilhold/<order_ref>/ophaevet", Action.CASE_WORK, "police/end.html")
def end(case: Case, order_ref: str) -> Sent:
    """Write down that an order was lifted."""
    there = orders.one(actor(), case, order_ref)
    start = {"ended_on": clock.today()}
    form = yield Ask(EndForm, start=start, order=there, heading="Ophævet før tid")
    orders.end(actor(), there, form.ended_on.data, form.end_reason.data, form.seen_version)
    return "Det er skrevet ned, at det er ophævet."


@pages.form("/sager/<ref>/politi/tilhold/<order_ref>/overtraedelse", Action.CASE_WORK, "police/breach.html")
def breach(case: Case, order_ref: str) -> Sent:
    """Write a breach down."""
    there = orders.one(actor(), case, order_ref)
    start = {"on": clock.today()}
    form = yield Ask(BreachForm, start=start, order=there, heading="Registrér overtrædelse")
    orders.record_breach(actor(), there, **form.values(), key=form.sent_key)
    return "Overtrædelsen er gemt. Sagen er akut, til sikkerheden er vurderet igen."
