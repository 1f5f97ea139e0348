"""Odd input at every route: whatever is sent, the answer is a page or a refusal in words, never a failure."""

from functools import cache
from urllib.parse import urlencode

import pytest
import wtforms

from skanderborg.store.db import is_postgres
from skanderborg.store.people import Department
from skanderborg.web import forms
from tests.test_access import EXPECTED, READS, VIEWERS, WRITES, path_of, world  # noqa: F401 the world is a fixture

LONGEST_ADDRESS = 6_000
NASTY = [
    "", "  ", "a" * 26, "person:department:x", "a" * 10_001, "x\0y", "-1", "9" * 5_000, "²", "30.2.2027", "1.1.1900",
    "31.12.2199", "i går", "24.60", "x\r\nBcc: ulla@example.invalid", "\u202e\u200b\ufeff", "' OR 1=1; --%s{0}",
]  # fmt: skip
SEEN_OTHERWISE = {"x\0y", "9" * 5_000, "-1", "31.12.2199", "\u202e\u200b\ufeff", ""}  # by another database
EVERYWHERE = {"", "  ", "a" * 26, "x\0y", "9" * 5_000}
WHEN = [
    {"on": "28.3.2027", "at": "2.30", "until": "3.30"},  # the wall never shows 02.30 that day
    {"on": "20.11.2026", "at": "8", "until": "9"},
    {"on": "27.11.2026", "at": "11", "until": "10"},
    {"on": "31.10.2027", "at": "2.30", "until": "2.45"},
    {"on": "27.11.2026", "at": "23.59", "until": "0.00"},
]
ASKED = ("side", "afdeling", "igen", "efter", "boks", "department", "tovholder", "fase", "vis", "tilstand", "fare",
         "naeste", "mine", "type", "slags", "kilde", "fra", "til", "orden", "gemt", "fra_import")  # fmt: skip


def kinds_of(form):
    return {form} | {kind for below in form.__subclasses__() for kind in kinds_of(below)}


EVERY = [field for kind in kinds_of(forms.Form) for field in kind(data={})]
FIELDS = sorted({field.name for field in EVERY})
WORDS = sorted({field.name for field in EVERY if isinstance(field, wtforms.StringField)})


def choices(cast):
    """What the closed fields may hold, so that odd text beside it comes as far as the verb."""
    home, jonas = Department.get(Department.key == "jobcenter").ref, cast["jonas"].ref
    return {
        "version": "1", "danger_now": "no", "citizen_role": "exposed", "children": "yes", "way": "number-given",
        "kind": "follow-up", "party": "staff", "box": "network", "basis": "consent", "party_works_there": "no",
        "outcome": "done", "theme": "auto", "to": "further-action", "conclusion": "unclear", "owner": f"person:{jonas}",
        "person": jonas, "contact": jonas, "excluded": jonas, "participants": jonas, "department": home, "named": "",
        "suggested": "", "substitute": "", "addressed_to": "first-free", "previous": "", "instead_of": "",
        "cpr_seen": "1", "consent": "", "consent_way": "spoken", "receipt": "yes", "tell_us_first": "yes",
        "reported": "no",
    }  # fmt: skip


def bodies(chosen):
    """Name and fields of every odd form, as the browser sends them."""
    good, beside = urlencode(chosen), tuple(name for name in FIELDS if name not in chosen)
    for value in odd_values():
        if value in EVERYWHERE:
            yield f"{value[:20]!r} everywhere", repeated(value, tuple(FIELDS))
        there = tuple(name for name in beside if len(value) < 10_000 or name in WORDS)
        yield f"{value[:20]!r} beside good choices", f"{good}&{repeated(value, there)}"
    for when in WHEN:
        yield str(when), urlencode(dict.fromkeys(FIELDS, "x") | chosen | when)
    yield "each twice", repeated("x", (*FIELDS, *FIELDS))
    yield "arrays", repeated("x", tuple(f"{name}[]" for name in FIELDS))


def odd_values():
    """All of them on SQLite; on PostgreSQL those that it could take otherwise: the forms before it are the same."""
    return [value for value in NASTY if value in SEEN_OTHERWISE or not is_postgres()]


@cache
def repeated(value, names):
    return urlencode([(name, value) for name in names])


def who_may(endpoint):
    may = [viewer for viewer in ("primary", "resource", "offered", "helper") if EXPECTED[endpoint][viewer] == "ok"]
    return VIEWERS[may[0] if may else "resource"]


def addresses(path):
    for value in odd_values():
        address = f"{path}?{urlencode(dict.fromkeys(ASKED, value[:LONGEST_ADDRESS]))}"
        yield address if len(address) < 10 * LONGEST_ADDRESS else f"{path}?{urlencode({'side': value})}"


def test_no_address_makes_the_program_fail(app, world, visit):  # noqa: F811
    visitors, failed = {}, {}
    for endpoint in READS:
        path, _ = path_of(app, endpoint, world)
        visitor = visitors.setdefault(who_may(endpoint), visit(who_may(endpoint)))
        for address in addresses(path):
            status = visitor.client.get(address).status_code
            if status >= 500:
                failed[address[:80]] = status

    assert failed == {}


@pytest.mark.parametrize("endpoint", WRITES)
def test_no_form_makes_the_program_fail(app, world, cast, visit, endpoint):  # noqa: F811
    path, _ = path_of(app, endpoint, world)
    visitor = visit(who_may(endpoint))

    got = {
        name: visitor.client.post(
            path, data=body, content_type="application/x-www-form-urlencoded", headers={"X-CSRF-Token": visitor.token}
        ).status_code
        for name, body in bodies(choices(cast))
    }

    assert {name: status for name, status in got.items() if status >= 500} == {}


@pytest.mark.parametrize(
    "path", ["/sager/%00", "/o/x%00y", "/tavle/opgaver?tovholder=%00", "/anmodninger?side=" + "9" * 5_000]
)
def test_an_address_that_no_database_knows_is_no_failure(visit, path):
    assert visit("rikke").get(path).status_code in (200, 404)
