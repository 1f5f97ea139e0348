"""Politi: reports, orders, and breaches of them."""

from typing import Any

from flask import Blueprint, Response, url_for

from .. import clock
from ..danish import dates
from ..domain import cases, protection
from ..domain.police import orders, reports
from ..kinds import Answer, OrderKind
from ..policy import Action
from ..store.cases import Case
from . import forms, render, revealing
from .guard import actor, asks

bp = Blueprint("police", __name__)
SECTION = "sager"
PAGE, REPORT, ORDER, END, BREACH = (f"police/{page}.html" for page in ("show", "report", "order", "end", "breach"))


class ReportForm(forms.Form):
    """What is known of a report."""

    reported_on = forms.DateField("Hvornår blev det anmeldt?", dates.DATE_HINT)
    district = forms.line("Politikreds")
    journal_number = forms.line("Journalnummer")
    officer = forms.line("Betjentens navn og nummer")
    receipt = forms.choice("Har borgeren fået kvittering?", Answer, "Svar på, om der er en kvittering.")
    tell_us_first = forms.choice(
        "Fortæller politiet jer det, før de kontakter udøveren?", Answer, "Svar på, om I har aftalt det."
    )
    agreed_on = forms.DateField("Hvornår aftalte I det?")
    contact_on = forms.DateField("Hvilken dag kontakter politiet udøveren?")
    note = forms.text("Bemærkning", longest=2_000)

    def said(self) -> reports.Said:
        """What was typed, as the verb wants it."""
        answers = {name: self[name].data for name in ("receipt", "tell_us_first")}
        return reports.Said(**self.values() | answers)


class OrderForm(forms.Form):
    """What the police decided, and for how long."""

    kind = forms.choice("Hvad er der givet?", OrderKind, "Vælg, hvad der er givet.")
    from_on = forms.DateField("Fra", dates.DATE_HINT)
    to_on = forms.DateField("Til og med", dates.DATE_HINT)
    area = forms.text("Hvilket område?", longest=1_000)
    journal_number = forms.line("Journalnummer")

    def decided(self, standing: Any = None) -> orders.Decided:
        """What was typed, as the verb wants it; an area that was hidden and is left empty stays as it is."""
        typed = self.values() | {"kind": self.kind.data}
        if standing is not None and typed["kind"] == OrderKind.OPHOLDSFORBUD:
            typed["area"] = protection.kept(typed["area"], standing.area, protection.masked(standing.case))
        return orders.Decided(**typed)

    def standing(self, theirs: Any) -> dict[str, Any]:
        """What the order says now; its area stays hidden while an address is protected."""
        return super().standing(theirs) | {"area": protection.told(theirs.area, protection.masked(theirs.case))}


class EndForm(forms.Form):
    """When it was lifted, and why."""

    ended_on = forms.DateField("Hvornår blev det ophævet?", dates.DATE_HINT)
    end_reason = forms.text("Hvorfor?", "Skriv, hvorfor det er ophævet.", 2_000)


class BreachForm(forms.Form):
    """When it was broken, and how."""

    on = forms.DateField("Hvornår skete det?", dates.DATE_HINT)
    what = forms.text("Hvad skete der?", "Skriv kort, hvad der skete.", 2_000)
    reported = forms.choice("Er det meldt til politiet?", Answer, "Svar på, om det er meldt til politiet.")

    def happened(self) -> orders.Happened:
        """What was typed, as the verb wants it."""
        return orders.Happened(self.on.data, self.what.data, self.reported.data)


@bp.get("/sager/<ref>/politi")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """What the police know and decided."""
    return render.page(PAGE, SECTION, **_shown(_context(ref, Action.CASE_READ, "Politi")))


@bp.post("/sager/<ref>/politi")
@asks(Action.CASE_REVEAL, on=Case)
def reveal(ref: str) -> Response:
    """Show the areas of opholdsforbud, in this answer alone; the reason is written down."""
    context = _context(ref, Action.CASE_REVEAL, "Politi")
    form = forms.read(forms.RevealForm, PAGE, SECTION, name="reveal_form", late=lambda: _shown(context))
    revealing.reveal(context["case"], form)
    return render.page(PAGE, SECTION, **_shown(context))


# ── reports ─────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/politi/anmeldelse")
@asks(Action.CASE_WORK, on=Case)
def report_form(ref: str) -> Response:
    """The form of a new report."""
    context = _context(ref, Action.CASE_WORK, "Registrér anmeldelse")
    form = forms.blank(ReportForm, reported_on=clock.today())
    return render.page(REPORT, SECTION, form=form, report=None, **context)


@bp.post("/sager/<ref>/politi/anmeldelse")
@asks(Action.CASE_WORK, on=Case)
def report(ref: str) -> Response:
    """Write a report down."""
    context = _context(ref, Action.CASE_WORK, "Registrér anmeldelse")
    form = forms.read(ReportForm, REPORT, SECTION, report=None, **context)
    made = reports.record(actor(), context["case"], form.said(), key=form.sent_key)
    return _back(ref, f"Anmeldelsen er gemt med datoen {clock.long_date_with_year(made.reported_on)}.")


@bp.get("/sager/<ref>/politi/anmeldelse/<report_ref>")
@asks(Action.CASE_WORK, on=Case)
def changed_report_form(ref: str, report_ref: str) -> Response:
    """The form that says more of a report."""
    context = _report_context(ref, report_ref)
    known = {name: getattr(context["report"], name) for name in reports.Said._fields}
    return render.page(REPORT, SECTION, form=forms.blank(ReportForm, **known), **context)


@bp.post("/sager/<ref>/politi/anmeldelse/<report_ref>")
@asks(Action.CASE_WORK, on=Case)
def change_report(ref: str, report_ref: str) -> Response:
    """Write down what is known of a report now."""
    context = _report_context(ref, report_ref)
    form = forms.read(ReportForm, REPORT, SECTION, **context)
    reports.change_report(actor(), context["report"], form.said(), form.seen_version)
    return _back(ref, "Anmeldelsen er gemt.")


# ── orders ──────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/politi/tilhold")
@asks(Action.CASE_WORK, on=Case)
def order_form(ref: str) -> Response:
    """The form of a new order."""
    context = _context(ref, Action.CASE_WORK, "Registrér tilhold eller forbud")
    return render.page(ORDER, SECTION, form=forms.blank(OrderForm), order=None, **context)


@bp.post("/sager/<ref>/politi/tilhold")
@asks(Action.CASE_WORK, on=Case)
def order(ref: str) -> Response:
    """Write an order down."""
    context = _context(ref, Action.CASE_WORK, "Registrér tilhold eller forbud")
    form = forms.read(OrderForm, ORDER, SECTION, order=None, **context)
    made = orders.record(actor(), context["case"], form.decided(), key=form.sent_key)
    return _back(ref, f"Det er gemt og gælder til og med {clock.long_date_with_year(made.to_on)}.")


@bp.get("/sager/<ref>/politi/tilhold/<order_ref>")
@asks(Action.CASE_WORK, on=Case)
def changed_order_form(ref: str, order_ref: str) -> Response:
    """The form that puts an order right."""
    context = _order_context(ref, order_ref, "Ret tilhold eller forbud")
    known = {name: getattr(context["order"], name) for name in orders.Decided._fields}
    known["area"] = protection.visible(known["area"], context["case"].bar.is_masked)
    return render.page(ORDER, SECTION, form=forms.blank(OrderForm, **known), **context)


@bp.post("/sager/<ref>/politi/tilhold/<order_ref>")
@asks(Action.CASE_WORK, on=Case)
def change_order(ref: str, order_ref: str) -> Response:
    """Put an order right."""
    context = _order_context(ref, order_ref, "Ret tilhold eller forbud")
    form = forms.read(OrderForm, ORDER, SECTION, **context)
    made = orders.change_order(actor(), context["order"], form.decided(context["order"]), form.seen_version)
    return _back(ref, f"Det er gemt og gælder til og med {clock.long_date_with_year(made.to_on)}.")


@bp.get("/sager/<ref>/politi/tilhold/<order_ref>/ophaevet")
@asks(Action.CASE_WORK, on=Case)
def end_form(ref: str, order_ref: str) -> Response:
    """The form that says that an order was lifted."""
    context = _order_context(ref, order_ref, "Ophævet før tid")
    form = forms.blank(EndForm, ended_on=clock.today())
    return render.page(END, SECTION, form=form, **context)


@bp.post("/sager/<ref>/politi/tilhold/<order_ref>/ophaevet")
@asks(Action.CASE_WORK, on=Case)
def end(ref: str, order_ref: str) -> Response:
    """Write down that an order was lifted."""
    context = _order_context(ref, order_ref, "Ophævet før tid")
    form = forms.read(EndForm, END, SECTION, **context)
    orders.end(actor(), context["order"], form.ended_on.data, form.end_reason.data, form.seen_version)
    return _back(ref, "Det er skrevet ned, at det er ophævet.")


@bp.get("/sager/<ref>/politi/tilhold/<order_ref>/overtraedelse")
@asks(Action.CASE_WORK, on=Case)
def breach_form(ref: str, order_ref: str) -> Response:
    """The form that says that an order was broken."""
    context = _order_context(ref, order_ref, "Registrér overtrædelse")
    form = forms.blank(BreachForm, on=clock.today())
    return render.page(BREACH, SECTION, form=form, **context)


@bp.post("/sager/<ref>/politi/tilhold/<order_ref>/overtraedelse")
@asks(Action.CASE_WORK, on=Case)
def breach(ref: str, order_ref: str) -> Response:
    """Write a breach down."""
    context = _order_context(ref, order_ref, "Registrér overtrædelse")
    form = forms.read(BreachForm, BREACH, SECTION, **context)
    orders.record_breach(actor(), context["order"], form.happened(), key=form.sent_key)
    return _back(ref, "Overtrædelsen er gemt. Sagen er akut, til sikkerheden er vurderet igen.")


# ── what they share ─────────────────────────────────────────────────────────────────────────────────


def _context(ref: str, action: Action, heading: str) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "police:read", action)
    return {
        "case": case,
        "is_for_reports": reports.is_for(case),
        "has_area": orders.has_area(case),
        "heading": heading,
        "tab": "politi",
    }


def _shown(context: dict[str, Any]) -> dict[str, Any]:
    case = context["case"]
    return {
        "reports": reports.of_case(actor(), case),
        "orders": orders.of_case(actor(), case),
        "validity": orders.validity,
        "reveal_form": forms.blank(forms.RevealForm),
    } | context


def _report_context(ref: str, report_ref: str) -> dict[str, Any]:
    context = _context(ref, Action.CASE_WORK, "Ret anmeldelse")
    return context | {"report": reports.one(actor(), context["case"], report_ref)}


def _order_context(ref: str, order_ref: str, heading: str) -> dict[str, Any]:
    context = _context(ref, Action.CASE_WORK, heading)
    return context | {"order": orders.one(actor(), context["case"], order_ref)}


def _back(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("police.show", ref=ref), said=said)
