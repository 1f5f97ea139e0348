"""What people type may look like anything: a date, a ref, JSON, a word of a closed list. Every page opens after it."""

import pytest
import wtforms

from skanderborg.pages.history import wording
from skanderborg.web import forms
from tests.scenarios.made import Reader
from tests.test_access import READS, VIEWERS, path_of
from tests.test_nasty import EVERY

LOOKS_LIKE = [
    "2026-02-30", "2026-13-45T99:99", "2026-02-30T10:00:00+00:00", "2026-11-20", "8794-76-26", "a" * 26,
    "department:" + "a" * 26, '["x"]', '{"a": [1, null]}', "null", "True", "1e999", "yes", "police", "${link}",
    "%(x)s {0} {{ x }}", "case:" + "b" * 26,
]  # fmt: skip
ENDING = (
    "/log-ud",
    "/inhabil",
    "/navngivne",
    "/afslut",
    "/luk",
    "/spaerring",
    "/adgang",
    "/overdrag",
    "/tag-ud",
    "/fjern",
    "/tovholder",
    "/genaabn",
)  # what takes a thing, or the walker, away comes last
FREE = {field.name for field in EVERY if forms._is_free_text(field)}
DAYS = {field.name for field in EVERY if isinstance(field, forms.DateField)}
HOURS = {field.name for field in EVERY if isinstance(field, forms.TimeField)}
FILES = {field.name for field in EVERY if isinstance(field, wtforms.FileField)}


def places_of_forms(pages, visitor):
    """Where each form goes that the person is shown, with the page that it stands on."""
    found = {}
    for page in pages:
        found |= {form.action: page for form in forms_of(visitor.get(page)) if form.action != "/log-ud"}
    return sorted(found.items(), key=lambda pair: any(word in pair[0] for word in ENDING))


def forms_of(answer):
    shown = Reader(answer.text).forms if answer.mimetype == "text/html" else []
    return [form for form in shown if form.method == "post" and form.action]


def filled(form, turn, day):
    """The form as someone sends it who chooses what comes first, and types what looks like something else."""
    sent = {name: values for name, values in form.values.items() if name and name not in FILES}
    for number, name in enumerate(sorted(sent)):
        offered = [value for value, _ in form.options.get(name, []) if value]
        if offered:
            sent[name] = [offered[0]]
        elif name in FREE:
            sent[name] = [LOOKS_LIKE[(number + turn) % len(LOOKS_LIKE)]]
        elif name in DAYS:
            sent[name] = [day]
        elif name in HOURS:
            sent[name] = ["8.30"]
    return sent


def send_every_form(pages, visitor, turn):
    """Send each form as it stands now; the status of each answer, by where it went."""
    got = {}
    for action, page in places_of_forms(pages, visitor):
        for day in ("19.11.2026", "27.11.2026", "20.11.2026"):  # some look back, some ahead
            form = next((form for form in forms_of(visitor.get(page)) if form.action == action), None)
            if form is None:
                break
            got[action] = visitor.client.post(action, data=filled(form, turn, day)).status_code
            if got[action] != 422:
                break
    return got


@pytest.mark.proof_on_postgres  # what is typed comes sealed to the database, and no page asks it what a text looks like
@pytest.mark.parametrize(("viewer", "turn"), [("helper", 0), ("resource", 6), ("primary", 11)])
def test_no_text_breaks_a_page_that_shows_it(app, world, visit, viewer, turn):
    pages = [path_of(app, endpoint, world, "GET") for endpoint in READS]
    visitor, reader = visit(VIEWERS[viewer]), visit(VIEWERS["primary"])

    sent = send_every_form(pages, visitor, turn)
    opened = {page: one.get(page).status_code for one in (visitor, reader) for page in pages}

    assert {where: status for where, status in (sent | opened).items() if status >= 500} == {}
    assert sum(status == 303 for status in sent.values()) >= {"helper": 5, "resource": 50, "primary": 50}[viewer]


def test_what_looks_like_something_else_is_told_as_it_stands(house):
    for value in LOOKS_LIKE:
        assert wording.value_of("party", "contact", value, {}) == value
        assert wording.value_of("task", "reason", value, {}) == value
        assert wording.value_of("order", "area", value, {}) == value
        assert wording.value_of("exhibit", "reason", value, {}) == value


def test_a_value_that_does_not_read_as_its_column_should_is_told_as_it_stands(house):
    assert wording.value_of("task", "due_on", "2026-02-30", {}) == "2026-02-30"
    assert wording.value_of("request", "sent_at", "i går", {}) == "i går"
    assert wording.value_of("task", "status", "long-gone", {}) == "long-gone"
