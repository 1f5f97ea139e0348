"""The frame of a page, and what every template may use."""

import re
from datetime import timedelta
from typing import Any

from flask import Flask, current_app, g, request
from flask_login import current_user
from jinja2 import StrictUndefined
from markupsafe import Markup

from .. import clock, kinds, policy
from ..addresses import Place
from ..danish import numbers, signs
from ..domain import form_tokens, protection, screen
from ..domain.cases import identity
from ..domain.tasks import safety
from ..pages import frame as frames
from ..pages import strip
from ..policy import Action
from ..store.cases import Case
from ..store.work import Meeting, Request, Task
from . import files, form_places, forms

# What templates call the case, or the part of one, that their page is about; any other row may be of another case.
ABOUT = ("case", "task", "meeting", "asked", "request", "theirs")
# Where one begins whose role has a page of its own; everyone else on *Min dag*.
FIRST_PAGES = {
    Action.LOG_READ: Place.ACCESS_LOG, Action.CONTENT_MANAGE: Place.ADMINISTRATION,
    Action.IMPARTIALITY_DECIDE: Place.DEPARTMENT,
}  # fmt: skip
STARRED = re.compile(r"\*([^*]+)\*")


def prepare(app: Flask) -> None:
    """Set up templates."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.finalize = _printed
    app.jinja_env.globals.update(csrf_token=_csrf_token, asset=files.asset, kinds=kinds, Action=Action, clock=clock,
                                 may=_may, HIDDEN=protection.HIDDEN, may_alert=safety.may_alert, draft_of=_draft_of,
                                 own_address=own_address, contact_rules=strip.rules, at_hand=strip.at_hand,
                                 safety_words=strip.safety)  # fmt: skip
    app.jinja_env.filters.update(
        long_date=clock.long_date, short_date=clock.short_date, long_moment=clock.long_moment,
        short_moment=clock.short_moment, near_moment=clock.near_moment, numeric_date=clock.numeric_date,
        paragraphs=_paragraphs, emphasised=_emphasised, plural=numbers.counted, number=numbers.number,
        visible=signs.visible,
    )  # fmt: skip


def first_page(person: Any) -> str:
    """Where someone begins: where there is work for the role, or it says what would bring some."""
    return next((place for action, place in FIRST_PAGES.items() if policy.may(person, action)), Place.MY_DAY)


def case_of(context: dict[str, Any]) -> Case | None:
    """The case that a page is about, or what it shows is part of, with its `bar`; None where the one who looks does not
    see the case."""
    named = (context.get(name) for name in ABOUT)
    found = next((row for row in named if isinstance(row, (Case, Task, Request, Meeting))), None)
    case: Case | None = found if isinstance(found, Case) or found is None else found.case
    if case is None or not _may(Action.CASE_READ, case):
        return None
    if not hasattr(case, "bar"):
        case.bar = identity.bar(case)
    return case


def shell(section: str, status: int, said: str | None, case: Case | None = None) -> dict[str, Any]:
    """What every page's frame shows (see templates/layouts/page.html); `case` is the one that it is about."""
    settings = current_app.config["SKB"]
    person = current_user.person if current_user and current_user.is_authenticated else None
    is_empty = request.method == "GET" and status == 200 and "reopened" not in g
    late_after = timedelta(minutes=settings.defaults.late_letter_minutes)
    frame = frames.around(person, request.path if is_empty else "", late_after) if person else None
    now = clock.now()
    g.form_token = form_tokens.of_session(current_user.session if person else g.get("half"))
    return {
        "person": person,
        "by_provider": person is not None and current_user.session.identity_id is not None,
        "first_page": first_page(person) if person else Place.MY_DAY,
        "works_on_cases": person is not None and not policy.is_kept_from_cases(person),
        "case": case,
        "csrf_token": g.form_token,
        "is_development": settings.is_development,
        "counts": frame or frames.NOBODYS,
        "has_cases": bool(frame and frame.cases),
        "section": section,
        "said": said,
        "worker_alert": _worker_alert(frame, settings, now),
        "worker_line": _worker_line(frame),
        "draft": _draft(frame),
        "idle_seconds": settings.defaults.session_idle_minutes * 60,
        "errors": status == 422,
        "page": _page_of_form() if request.method == "POST" else "",
        "theme": person.theme if person else "auto",
        "first_time": _first_time(person) if status == 200 else None,
        "printed_line": f"Udskrevet {clock.long_moment(now)} af {person.name}" if person else "",
    }


def _page_of_form() -> str:
    """The page on which the form stands that was sent and is shown again, or the nearest that can be opened."""
    shown = g.get("form_shown")
    return (shown.page.address() if shown else "") or form_places.page_of(request.path, request.path)


def _first_time(person: Any) -> kinds.FirstTime | None:
    """What is said of the page the first time, until it is put away."""
    place = kinds.FirstTime.of_endpoint(request.endpoint or "")
    return place if person and place and screen.says_first(person, place) else None


def _worker_alert(frame: frames.Frame | None, settings: Any, now: Any) -> str | None:
    if frame is None:
        return None
    silent_after = timedelta(minutes=settings.defaults.silent_worker_minutes)
    if frame.last_tick and abs(now - frame.last_tick) < silent_after and not frame.is_mail_stuck:
        return None
    return "Påmindelser bliver ikke sendt lige nu. Ring, hvis noget haster, og sig det til it-afdelingen."


def _worker_line(frame: frames.Frame | None) -> str:
    if frame is None or frame.last_tick is None:
        return "Der er ikke sendt påmindelser endnu"
    return f"Påmindelser sendt senest {clock.short_moment(frame.last_tick)}"


def _draft(frame: Any) -> dict[str, Any] | None:
    """The draft that the page offers, or that its form was filled from, and when it was typed."""
    opened = g.get("reopened")
    if not opened and not (frame and frame.draft):
        return None
    ref, at = (opened.ref, opened.saved_at) if opened else (frame.draft, frame.draft_at)
    return {"ref": ref, "when": clock.near_moment(at), "is_open": bool(opened)}


def _draft_of(action: str) -> str | None:
    """For forms: the ref of the draft that a form with this address was typed into, when it is shown filled in."""
    if own_address() != action:
        return None
    g.form_placed = True
    return (g.reopened.ref if "reopened" in g else forms.draft_ref()) or None


def own_address() -> str:
    """For templates: where the form goes that is shown, be it a draft of it."""
    return g.reopened.path if "reopened" in g else request.path


def _csrf_token() -> str:
    """The token that a form carries, for macros, which do not see the page's own words."""
    return g.form_token


def _may(action: Action, row: Any = None) -> bool:
    """For templates: whether the one who looks may do this. Asked many times on a page."""
    if "asker" not in g:
        g.asker = current_user.person if current_user.is_authenticated else None
    return g.asker is not None and policy.may(g.asker, action, row)


def _printed(value: Any) -> Any:
    """What a template prints: typed text, a name too, never turns the reading direction of what is around it (SEC-54).

    What is markup already was made by us; fields of a form hold what was typed as it is.
    """
    if type(value) is not str or (value.isascii() and value.isprintable()):
        return value
    return signs.visible(value)


def _paragraphs(text: str | None) -> Markup:
    """Typed text with its line breaks, everything in it escaped and nothing unseen."""
    lines = [Markup.escape(line) for line in signs.visible(text or "").split("\n")]
    return Markup("<br>").join(lines)


def _emphasised(line: str) -> Markup:
    """A line of the card or the guide, everything in it escaped; *between stars* it is bold."""
    return Markup(STARRED.sub(r"<strong>\1</strong>", str(Markup.escape(signs.visible(line)))))  # noqa: S704
