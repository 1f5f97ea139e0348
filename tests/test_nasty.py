"""Odd input at every route: whatever is sent, the answer is a page or a refusal in words, never a failure."""

from urllib.parse import urlencode

import pytest
from werkzeug.datastructures import MultiDict

from skanderborg.store.people import Department
from skanderborg.web import forms
from tests.test_access import EXPECTED, VIEWERS, path_of, world  # noqa: F401 the world is a fixture

LONGEST_ADDRESS = 6_000
NASTY = [
    "", "  ", "a" * 26, "person:department:x", "æ" * 20_000, "x\0y", "-1", "9" * 5_000, "²", "30.2.2027", "1.1.1900",
    "31.12.2199", "i går", "24.60", "x\r\nBcc: ulla@example.invalid", "\u202e\u200b\ufeff", "' OR 1=1; --%s{0}",
]  # fmt: skip
EVERYWHERE = {"", "  ", "a" * 26, "x\0y", "9" * 5_000}
WHEN = [
    {"on": "28.3.2027", "at": "2.30", "until": "3.30"},  # the wall never shows 02.30 that day
    {"on": "20.11.2026", "at": "8", "until": "9"},
    {"on": "27.11.2026", "at": "11", "until": "10"},
    {"on": "31.10.2027", "at": "2.30", "until": "2.45"},
    {"on": "27.11.2026", "at": "23.59", "until": "0.00"},
]
ASKED = ("side", "afdeling", "igen", "efter", "boks", "department", "tovholder", "fase", "vis", "tilstand", "fare",
         "naeste", "mine")  # fmt: skip


def kinds_of(form):
    return {form} | {kind for below in form.__subclasses__() for kind in kinds_of(below)}


FIELDS = sorted({field.name for kind in kinds_of(forms.Form) for field in kind(data={})})


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


def bodies(cast):
    """Name and fields of every odd form."""
    chosen = choices(cast)
    for value in NASTY:
        if value in EVERYWHERE:
            yield f"{value[:20]!r} everywhere", dict.fromkeys(FIELDS, value)
        yield f"{value[:20]!r} beside good choices", dict.fromkeys(FIELDS, value) | chosen
    for when in WHEN:
        yield str(when), dict.fromkeys(FIELDS, "x") | chosen | when
    yield "each twice", {name: ["x", "y"] for name in FIELDS}
    yield "arrays", {f"{name}[]": "x" for name in FIELDS}


def who_may(endpoint):
    may = [viewer for viewer in ("primary", "resource", "offered", "helper") if EXPECTED[endpoint][viewer] == "ok"]
    return VIEWERS[may[0] if may else "resource"]


def addresses(path):
    for value in NASTY:
        address = f"{path}?{urlencode(dict.fromkeys(ASKED, value[:LONGEST_ADDRESS]))}"
        yield address if len(address) < 10 * LONGEST_ADDRESS else f"{path}?{urlencode({'side': value})}"


@pytest.mark.parametrize("endpoint", EXPECTED)
def test_no_input_makes_the_program_fail(app, world, cast, visit, endpoint):  # noqa: F811
    path, method = path_of(app, endpoint, world)
    visitor = visit(who_may(endpoint))

    if method == "GET":
        got = {address[:80]: visitor.client.get(address).status_code for address in addresses(path)}
    else:
        got = {
            name: visitor.client.post(path, data=MultiDict({"csrf_token": visitor.token} | fields)).status_code
            for name, fields in bodies(cast)
        }

    assert {name: status for name, status in got.items() if status >= 500} == {}


@pytest.mark.parametrize(
    "path", ["/sager/%00", "/o/x%00y", "/tavle/opgaver?tovholder=%00", "/anmodninger?side=" + "9" * 5_000]
)
def test_an_address_that_no_database_knows_is_no_failure(visit, path):
    assert visit("rikke").get(path).status_code in (200, 404)
