"""Odd input at every route: whatever is sent, the answer is a page or a refusal in words, never a failure.

What a route looks at is noted while it looks, and odd text is sent to those names: each sees every value that is odd
for its kind. Every value in every field there is, on both databases, is for `make proof`.
"""

from collections.abc import Iterator
from functools import cache
from urllib.parse import urlencode

import pytest
import wtforms
from werkzeug.datastructures import ImmutableMultiDict

from skanderborg.store.db import is_postgres
from skanderborg.store.people import Department
from skanderborg.web import forms
from tests.test_access import EXPECTED, READS, VIEWERS, WRITES, path_of

LONGEST_ADDRESS = 6_000
NASTY = [
    "", "  ", "a" * 26, "person:department:x", "a" * 10_001, "x\0y", "-1", "9" * 5_000, "²", "30.2.2027", "1.1.1900",
    "31.12.2199", "i går", "24.60", "x\r\nBcc: ulla@example.invalid", "\u202e\u200b\ufeff", "' OR 1=1; --%s{0}",
]  # fmt: skip
NASTY_TEXTS = [
    "  ", "a" * 26, "person:department:x", "a" * 10_001, "x\0y", "9" * 5_000, "30.2.2027",
    "x\r\nBcc: ulla@example.invalid", "\u202e\u200b\ufeff", "' OR 1=1; --%s{0}",
]  # fmt: skip
NASTY_VALUES = ["a" * 26, "person:department:x", "x\0y", "-1", "9" * 5_000, "²", "30.2.2027", "1.1.1900", "31.12.2199",
                "24.60"]  # fmt: skip
SEEN_OTHERWISE = {"x\0y", "9" * 5_000, "-1", "31.12.2199", "\u202e\u200b\ufeff", ""}  # by another database
ODD_VERSIONS = ["9" * 10, "9" * 5_000]  # the one good choice that people cannot make themselves, odd where all is good
EVERYWHERE = ["", "x\0y", "9" * 5_000]
WHEN = [
    {"on": "28.3.2027", "at": "2.30", "until": "3.30"},  # the wall never shows 02.30 that day
    {"on": "20.11.2026", "at": "8", "until": "9"},
    {"on": "27.11.2026", "at": "11", "until": "10"},
    {"on": "31.10.2027", "at": "2.30", "until": "2.45"},
    {"on": "27.11.2026", "at": "23.59", "until": "0.00"},
]
Body = tuple[str, str]  # what it is, and the fields as a browser sends them


class Noted(ImmutableMultiDict):
    """Fields or an address's words that tell which of them were looked at."""

    names: set[str]

    def __contains__(self, name: object) -> bool:
        self.names.add(name)
        return super().__contains__(name)

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name: str, *args, **kwargs):
        self.names.add(name)
        return super().get(name, *args, **kwargs)

    def getlist(self, name: str, *args, **kwargs) -> list:
        self.names.add(name)
        return super().getlist(name, *args, **kwargs)


@pytest.fixture
def looked_at(app, monkeypatch) -> set[str]:
    """Names of the fields, and words of the address, that the program has looked at since it was emptied."""
    names: set[str] = set()
    noted = type("NotedHere", (Noted,), {"names": names})
    noting = type("NotingRequest", (app.request_class,), {"parameter_storage_class": noted})
    monkeypatch.setattr(app, "request_class", noting)
    return names


def kinds_of(form):
    return {form} | {kind for below in form.__subclasses__() for kind in kinds_of(below)}


KINDS = sorted(kinds_of(forms.Form), key=lambda kind: f"{kind.__module__}.{kind.__name__}")
EVERY = [field for kind in KINDS for field in kind(data={})]
FIELDS = sorted({field.name for field in EVERY})
WORDS = sorted({field.name for field in EVERY if isinstance(field, wtforms.StringField)})
NO_TEXT = (forms.UnderstoodField, wtforms.HiddenField, wtforms.PasswordField)
TEXTS = {field.name for field in EVERY if isinstance(field, wtforms.StringField) and not isinstance(field, NO_TEXT)}
VALUES = {*FIELDS} - TEXTS


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


def bodies(chosen: dict[str, str], looked_at: set[str]) -> Iterator[Body]:
    """Odd forms for the names that the route looks at, which it shows with the first of them."""
    yield "good choices alone", urlencode(chosen)
    names = sorted(looked_at - {"csrf_token"}) or FIELDS
    yield from beside(chosen, [name for name in names if name not in chosen])
    for seen in ODD_VERSIONS if "version" in looked_at else []:
        yield f"version {seen[:20]}", urlencode(chosen | {"version": seen})
    if not is_postgres():  # what is refused before it comes to the database
        yield "undeclared fields", repeated("a" * 26, tuple(FIELDS))
        for value in EVERYWHERE:
            yield f"{value[:20]!r} everywhere", repeated(value, tuple(names))
        yield "each twice", repeated("x", (*names, *names))
        yield "arrays", repeated("x", tuple(f"{name}[]" for name in names))
        if {"on", "at", "until"} & looked_at:
            yield from ((str(when), urlencode(dict.fromkeys(names, "x") | chosen | when)) for when in WHEN)


def beside(chosen: dict[str, str], names: list[str]) -> Iterator[Body]:
    """Good choices, and something else that is odd in each other field, until it has had all that is for its kind."""
    texts, values = odd_values(NASTY_TEXTS), odd_values(NASTY_VALUES)
    of = {name: values if name in VALUES else texts for name in names}
    for turn in range(max(len(texts), len(values))):
        odd = {name: of[name][(place + turn) % len(of[name])] for place, name in enumerate(names)}
        yield f"turn {turn} beside good choices", urlencode(chosen | odd)


def every_body(chosen: dict[str, str]) -> Iterator[Body]:
    """Each odd value in every field there is, alone and beside good choices."""
    others = tuple(name for name in FIELDS if name not in chosen)
    for value in NASTY:
        yield f"{value[:20]!r} everywhere", repeated(value, tuple(FIELDS if len(value) < 10_000 else WORDS))
        there = tuple(name for name in others if len(value) < 10_000 or name in WORDS)
        yield f"{value[:20]!r} beside good choices", f"{urlencode(chosen)}&{repeated(value, there)}"
    for when in WHEN:
        yield str(when), urlencode(dict.fromkeys(FIELDS, "x") | chosen | when)
    yield "each twice", repeated("x", (*FIELDS, *FIELDS))
    yield "arrays", repeated("x", tuple(f"{name}[]" for name in FIELDS))


def odd_values(of: list[str] = NASTY) -> list[str]:
    """All of them on SQLite; on PostgreSQL those that it could take otherwise: the forms before it are the same."""
    return [value for value in of if value in SEEN_OTHERWISE or not is_postgres()]


@cache
def repeated(value: str, names: tuple[str, ...]) -> str:
    return urlencode([(name, value) for name in names])


def who_may(endpoint):
    may = [viewer for viewer in ("primary", "resource", "offered", "helper") if EXPECTED[endpoint][viewer] == "ok"]
    return VIEWERS[may[0] if may else "resource"]


def addresses(path, names):
    """The address with each odd value in all the words that the page looks at, as far as an address may be long."""
    for value in odd_values() if names else []:
        short = value[: LONGEST_ADDRESS // len(names)]
        yield f"{path}{'&' if '?' in path else '?'}{urlencode(dict.fromkeys(names, short))}"


def failures(visitor, path, sent):
    """Which of the forms the program failed at."""
    headers = {"X-CSRF-Token": visitor.token}
    form = "application/x-www-form-urlencoded"
    got = {
        name: visitor.client.post(path, data=body, content_type=form, headers=headers).status_code
        for name, body in sent
    }
    return {name: status for name, status in got.items() if status >= 500}


def test_no_address_makes_the_program_fail(app, world, signed_in, looked_at):
    failed = {}
    for endpoint in READS:
        path = path_of(app, endpoint, world, "GET")
        visitor = signed_in(who_may(endpoint))
        looked_at.clear()
        visitor.client.get(path)
        for address in addresses(path, sorted(looked_at)):
            status = visitor.client.get(address).status_code
            if status >= 500:
                failed[address[:80]] = status

    assert failed == {}


@pytest.mark.parametrize("endpoint", WRITES)
def test_no_form_makes_the_program_fail(app, world, cast, signed_in, looked_at, endpoint):
    path = path_of(app, endpoint, world, "POST")

    assert failures(signed_in(who_may(endpoint)), path, bodies(choices(cast), looked_at)) == {}


@pytest.mark.proof
@pytest.mark.parametrize("endpoint", WRITES)
def test_no_value_in_any_field_makes_the_program_fail(app, world, cast, signed_in, endpoint):
    path = path_of(app, endpoint, world, "POST")

    assert failures(signed_in(who_may(endpoint)), path, every_body(choices(cast))) == {}


@pytest.mark.parametrize(
    "path", ["/sager/%00", "/o/x%00y", "/tavle/opgaver?tovholder=%00", "/anmodninger?side=" + "9" * 5_000]
)
def test_an_address_that_no_database_knows_is_no_failure(visit, path):
    assert visit("rikke").get(path).status_code in (200, 404)
