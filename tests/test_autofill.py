"""What a browser that has saved a sign-in writes into our forms: the user name where it belongs, a password nowhere
where it is to prove something."""

from html.parser import HTMLParser
from typing import NamedTuple

import pytest
import wtforms

from skanderborg.domain import sessions
from skanderborg.policy import SYSTEM
from skanderborg.web import signing
from tests.test_access import EXPECTED, READS, VIEWERS, path_of
from tests.test_nasty import KINDS

# Nothing here differs between databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SIGNING_IN = {
    "/log-ind",
    "/log-ind/igen",
}  # here a saved password may be filled in: it is checked, and proves who it is


class Asking(NamedTuple):
    """A form that asks for a password: where it goes, and name and autocomplete of its fields, unnamed ones too."""

    action: str
    fields: list[tuple[str | None, str]]


class Forms(HTMLParser):
    """The forms of a page that ask for a password."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[Asking] = []
        self._begin("outside of every form")
        self.feed(page)
        self._end()

    def _begin(self, action):
        self.open, self.asks = Asking(action, []), False

    def _end(self):
        self.found += [self.open] if self.asks else []
        self._begin("outside of every form")

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self._begin(told.get("action") or "")
        elif tag == "input" and told.get("type") != "hidden":
            self.open.fields.append((told.get("name"), told.get("autocomplete") or ""))
            self.asks |= told.get("type") == "password"

    def handle_endtag(self, tag):
        if tag == "form":
            self._end()


@pytest.fixture
def rendered(monkeypatch):
    """The kinds of form whose password fields were drawn."""
    drawn, draw = set(), wtforms.PasswordField.__call__
    monkeypatch.setattr(
        wtforms.PasswordField, "__call__", lambda field, **said: drawn.add(type(field.meta)) or draw(field, **said)
    )
    return drawn


@pytest.fixture
def asking(app, world, cast, signed_in, settings, visit, rendered):
    """Every form of every page that asks for a password."""
    secret = sessions.offer_link(SYSTEM, cast["jonas"], settings.defaults)
    pages = [visit(None).get(path).text for path in ("/log-ind", f"/engangslink/{secret}")]
    pages.append(visit(None).post(f"/engangslink/{secret}", password="kort").text)
    for endpoint in READS:
        who = next((viewer for viewer in reversed(VIEWERS) if EXPECTED[endpoint][viewer] == "ok"), "resource")
        path = path_of(app, endpoint, world, "GET")
        answer = signed_in(VIEWERS[who]).get(path)
        pages += [answer.text] if answer.mimetype == "text/html" else []
    proving = signed_in("admin").send(path_of(app, "admin_people.reopen", world, "POST")).location
    pages.append(signed_in("admin").get(proving).text)
    return [form for page in pages for form in Forms(page).found]


def test_every_form_with_a_password_says_whose_it_is_and_no_proof_is_filled_in(asking, rendered):
    assert {kind.__name__ for kind in KINDS if of_password(kind) and kind._wtforms_meta not in rendered} == set()
    for form in asking:
        ways = [way for _, way in form.fields]
        passwords = [place for place, way in enumerate(ways) if way in ("current-password", "new-password")]
        assert "username" in ways[: passwords[0]], form
        assert len(passwords) == sum(name in PASSWORDS for name, _ in form.fields), form
        assert form.action in SIGNING_IN or "current-password" not in ways, form


def of_password(kind):
    return any(isinstance(field, wtforms.PasswordField) for field in kind(data={}))


PASSWORDS = {field.name for kind in KINDS for field in kind(data={}) if isinstance(field, wtforms.PasswordField)}


def test_whose_password_it_is_is_not_sent(asking):
    typed = [form for form in asking if form.action not in SIGNING_IN]

    assert typed
    assert {name for form in typed for name, way in form.fields if way == "username"} == {None}
    assert {name for form in asking if form not in typed for name, way in form.fields if way == "username"} == {
        signing.SignInForm(data={}).username.name
    }
