"""The access matrix: for every route, what each kind of person gets. A route without a row fails (SEC-03).

`ok` is any answer that means yes (2xx, 303, and 409 or 422 for a form that was sent empty); 403 is seen but not
allowed; 404 is missing or hidden, which are one.
"""

import pytest
from flask import Flask

from skanderborg import clock as time
from skanderborg import examples
from skanderborg.domain import form_tokens, sessions
from skanderborg.store import keys
from skanderborg.store.cases import Case, Exclusion, Relation
from skanderborg.store.db import begin, insert, new_ref
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Absence, Department, Membership, Person
from skanderborg.store.work import Participant, Request, Task
from skanderborg.web import blueprints, guard
from skanderborg.web.form_pages import Page
from tests.conftest import Visitor
from tests.factors import an_app

VIEWERS = {  # who does what in the case; those who are refused come first, so that nothing has changed for them
    "stranger": "ulla",
    "manager": "lene",
    "auditor": "dorte",
    "administrator": "admin",
    "night": "nora",
    "excluded": "ruth",
    "helper": "jonas",
    "offered": "lars",
    "participant": "rasmus",
    "resource": "rikke",
    "primary": "solveig",
}
NOBODY_ELSE = {"stranger": 404, "manager": 404, "auditor": 404, "administrator": 404, "night": 404, "excluded": 404}


def on_case(participant, resource, primary, offered=404):
    return NOBODY_ELSE | {
        "helper": 404, "offered": offered, "participant": participant, "resource": resource, "primary": primary,
    }  # fmt: skip


def on_part(helper, participant, resource, primary):
    return NOBODY_ELSE | {
        "helper": helper, "offered": 404, "participant": participant, "resource": resource, "primary": primary,
    }  # fmt: skip


READ = on_case("ok", "ok", "ok")
KNOW = on_case("ok", "ok", "ok", offered="ok")  # also who is asked to be tovholder, and sees no more than that
HAND_OVER = on_case(403, 403, "ok")
WORK = on_case("ok", "ok", "ok")
COORDINATE = on_case(403, "ok", "ok")
ACCEPT = on_case(403, 403, 403, offered="ok")
TAKE = on_case(403, 403, 403)
PART_READ = on_part("ok", "ok", "ok", "ok")
PART_PLAN = on_part(403, 403, "ok", "ok")
MEETING_HOLD = on_part(403, "ok", "ok", "ok")
REQUEST_HANDLE = on_part("ok", 403, 403, 403)
REQUEST_RELEASE = on_part(403, 403, "ok", 403)
OWN_DUTY = dict.fromkeys(VIEWERS, 404) | {"participant": "ok"}  # nobody else's, not even the tovholder's
ANYONE = dict.fromkeys(VIEWERS, "ok")
MANAGERS = {viewer: "ok" if viewer in ("manager", "offered") else 403 for viewer in VIEWERS}
RESOURCE_PERSONS = {viewer: "ok" if viewer in ("excluded", "participant", "resource") else 403 for viewer in VIEWERS}
LET_IN = {viewer: "ok" if viewer == "night" or got == "ok" else 403 for viewer, got in RESOURCE_PERSONS.items()}
SHEET = {viewer: "ok" if viewer == "night" else 404 if got == "ok" else got for viewer, got in LET_IN.items()}  # hers
AUDITORS = {viewer: "ok" if viewer == "auditor" else 403 for viewer in VIEWERS}
PRACTICE = dict.fromkeys(VIEWERS, 404) | {"helper": "ok"}  # whose it is, and nobody else
FIGURES = {viewer: "ok" if "ok" in (MANAGERS[viewer], RESOURCE_PERSONS[viewer], AUDITORS[viewer]) else 403
           for viewer in VIEWERS}  # fmt: skip
BREACH_READ = dict.fromkeys(VIEWERS, 404) | {"helper": "ok", "auditor": "ok"}  # who told of it, and who deals with it
BREACH_HANDLE = BREACH_READ | {"helper": 403}
ADMINISTRATORS = {viewer: "ok" if viewer == "administrator" else 403 for viewer in VIEWERS}

EXPECTED = {
    "my_day.show": ANYONE,
    "several.several": ANYONE,
    "screen.shortcuts": ANYONE,
    "screen.switch": ANYONE,
    "screen.put_away": {viewer: 404 if got == "ok" else got for viewer, got in ANYONE.items()},  # no such page
    "board.show": ANYONE,
    "board.tasks": ANYONE,
    "board.agreed": ANYONE,
    "board.box": READ,
    "cases.index": ANYONE,
    "find.case": ANYONE,
    "requests.index": ANYONE,
    "practice.index": ANYONE,
    "practice.begin": ANYONE,
    "practice.show": PRACTICE,
    "practice.reply": PRACTICE,
    "guide.index": ANYONE,
    "guide.topic": ANYONE,
    "guide.search": ANYONE,
    "guide.search_again": ANYONE,
    "colleagues.card": ANYONE,
    "colleagues.team": ANYONE,
    "contacts.search": ANYONE,
    "contacts.search_again": ANYONE,
    "admin.index": ADMINISTRATORS,
    "admin.closing": ADMINISTRATORS,
    "admin.close": ADMINISTRATORS,
    "admin.restore_closing": ADMINISTRATORS,
    **{f"admin_contacts.{name}": ADMINISTRATORS for name in
       ("index", "add", "edit", "change", "verify", "retire", "restore")},
    **{f"admin_departments.{name}": ADMINISTRATORS for name in
       ("index", "add", "edit", "change", "retire", "bring_back", "restore")},
    **{f"admin_people.{name}": ADMINISTRATORS for name in
       ("index", "add", "edit", "send_link", "close", "reopen", "unlock", "reset_factor")},
    **{f"admin_tasks.{name}": ADMINISTRATORS for name in
       ("index", "add", "edit", "change", "preview", "retire", "restore")},
    **{f"admin_texts.{name}": ADMINISTRATORS for name in ("index", "edit", "change", "restore")},
    "profile.show": ANYONE,
    "profile.change": ANYONE,
    "profile.add_absence": ANYONE,
    "profile.change_password": ANYONE,
    "profile.remove_absence": dict.fromkeys(VIEWERS, 404) | {"manager": "ok"},  # hers, and nobody else's
    "profile.end_session": dict.fromkeys(VIEWERS, 404),
    "dates.understood": ANYONE,
    "drafts.save": ANYONE,
    "drafts.show": dict.fromkeys(VIEWERS, 404),
    "drafts.discard": dict.fromkeys(VIEWERS, 404),
    **{f"factors.{name}": ANYONE for name in
       ("index", "add_app", "add_passkey", "passkey_challenge", "challenge", "make_codes")},
    "factors.remove": dict.fromkeys(VIEWERS, 404),
    "proving.show": dict.fromkeys(VIEWERS, 404),
    "sso.prove": dict.fromkeys(VIEWERS, 404),
    "signing.stay": ANYONE,
    "signing.sign_out": ANYONE,
    "suspicions.new": ANYONE,
    "suspicions.index": RESOURCE_PERSONS,
    "suspicions.passed_on": ANYONE,
    "suspicions.receipt": READ,
    "suspicions.take": TAKE,
    "cases.show": READ,
    "cases.describe": COORDINATE,
    "cases.move": COORDINATE,
    "cases.close": COORDINATE,
    "cases.reopen": COORDINATE,
    "children.show": READ,
    "children.register": WORK,
    "children.describe": WORK,
    "children.take_out": WORK,
    "children.assess_again": WORK,
    "children.record": OWN_DUTY,
    "network.show": READ,
    "network.reveal": WORK,
    "cases.sheet": READ,
    "network.sheet": READ,
    **{
        f"network.{name}": WORK
        for name in (
            "add_person", "change_person", "take_person_out", "add_place",
            "change_place", "take_place_out",
        )
    },
    **{f"evidence.{name}": WORK for name in
       ("show", "receive", "exhibit", "describe", "reveal", "strike", "download", "download_infected", "preview")},
    "emergency.look": LET_IN,
    "emergency.nothing": LET_IN,
    "emergency.sheet": SHEET,
    "emergency.reveal": SHEET,
    "emergency.to_sign": MANAGERS,
    "emergency.sign": MANAGERS,
    "emergency.of_case": READ,
    "emergency.print_one": HAND_OVER,
    "emergency.on_paper": HAND_OVER,
    "emergency.take_back": on_part(404, "ok", "ok", "ok"),
    "history.show": READ,
    "breaches.report": ANYONE,
    "figures.index": FIGURES,
    "figures.show": FIGURES,
    "figures.fetch": FIGURES,
    "breaches.index": AUDITORS,
    "breaches.show": BREACH_READ,
    "breaches.do_step": BREACH_HANDLE,
    "breaches.decide": BREACH_HANDLE,
    "access_log.index": AUDITORS,
    "access_log.export": AUDITORS,
    "access_log.of_case": COORDINATE,
    "timeline.show": READ,
    "pattern.show": READ,
    "imports.show": READ,
    "imports.blank": ANYONE,
    **{
        f"imports.{name}": WORK
        for name in (
            "receive", "understand", "one", "progress", "explain", "turn", "start", "discard", "undo", "faulty",
        )
    },
    "packs.show": READ,
    "packs.pack": READ,
    "packs.blank": ANYONE,
    "insight.without_a_case": ANYONE,
    **{
        f"insight.{name}": COORDINATE
        for name in (
            "show", "uses_paper", "uses_table", "index", "receive", "one", "decide", "end", "choose", "preview", "give",
        )
    },
    **{f"packs.{name}": COORDINATE for name in ("preview", "make", "paper_of", "archive_of")},
    "incidents.show": READ,
    "incidents.incident": READ,
    **{
        f"incidents.{name}": WORK
        for name in (
            "record", "reveal", "reveal_one", "correct", "strike", "restore", "mark_example",
            "mark_withheld", "mark_danger",
        )
    },
    "notes.show": READ,
    "notes.write": WORK,
    "silence.agree": WORK,
    "notes.correct": WORK,
    "journal.show": READ,
    "journal.mark": WORK,
    "journal.pack": WORK,
    "journal.receive": WORK,
    "roles.show": READ,
    "roles.add": WORK,
    "roles.rewrite": WORK,
    "roles.end": WORK,
    "sparring.show": READ,
    "sparring.sheet": READ,
    "sparring.record": WORK,
    "sparring.waive": COORDINATE,
    "sparring.keep": COORDINATE,
    "sparring.make_case": COORDINATE,
    "assessment.show": READ,
    "assessment.conclude": COORDINATE,
    "assessment.version": READ,
    **{f"assessment.{name}": WORK for name in ("begin", "write", "check", "discard")},
    "assessment.record_risk": WORK,
    "access.show": READ,
    "access.grant": COORDINATE,
    "access.end": COORDINATE,
    "access.keep": COORDINATE,
    "access.same": COORDINATE,
    "access.other": COORDINATE,
    "oversight.index": AUDITORS,
    "oversight.judge": AUDITORS,
    "oversight.review": MANAGERS,
    "oversight.keep": {viewer: 404 if got == "ok" else got for viewer, got in MANAGERS.items()},
    "oversight.end": {viewer: 404 if got == "ok" else got for viewer, got in MANAGERS.items()},
    "access.offer": HAND_OVER,
    "access.asked": ACCEPT,
    "access.accept": ACCEPT,
    "access.decline": ACCEPT,
    "access.exclude_person": COORDINATE,
    "access.exclude_department": COORDINATE,
    "access.lift": COORDINATE,
    "access.restrict": COORDINATE,
    "access.unrestrict": COORDINATE,
    "links.show": READ,
    "links.make": COORDINATE,
    "links.end": COORDINATE,
    "links.continue_in": COORDINATE,
    "transfer.hand_on": COORDINATE,
    "impartiality.declare_case": KNOW,
    **{f"impartiality.declare_{part}": PART_READ for part in ("task", "request", "meeting")},
    "my_department.index": ANYONE,
    **{  # what nobody was told of by role is not there
        f"my_department.{name}": dict.fromkeys(VIEWERS, 404)
        for name in ("remind_of_task", "remind_of_request", "give_task", "give_request")
    },
    **{f"contact_rules.confirm_{part}": PART_READ for part in ("task", "request", "meeting")},
    "impartiality.index": MANAGERS,
    "impartiality.uphold": {viewer: 404 if got == "ok" else got for viewer, got in MANAGERS.items()},  # not theirs
    "impartiality.lift": {viewer: 404 if got == "ok" else got for viewer, got in MANAGERS.items()},
    **{f"retention.{name}": COORDINATE for name in ("show", "keep", "release", "agree")},
    "retention.index": MANAGERS,
    "retention.decide": {viewer: 404 if got == "ok" else got for viewer, got in MANAGERS.items()},
    "retention.stop": {viewer: 404 if got == "ok" else got for viewer, got in MANAGERS.items()},
    "letters.send_again": WORK,
    "letters.dismiss": WORK,
    "letters.send_mine_again": ANYONE,
    "letters.mailboxes": ADMINISTRATORS,
    "letters.send_all_again": ADMINISTRATORS,
    "letters.send_again_to": ADMINISTRATORS,
    "letters.uncertain": ADMINISTRATORS,
    **{f"letters.{do}_uncertain{which}": ADMINISTRATORS for do in ("send", "drop") for which in ("", "_one")},
    "referrals.index": READ,
    "referrals.record": WORK,
    "safety.show": READ,
    **{
        f"safety.{name}": WORK
        for name in (
            "agree", "add_item", "describe_item", "make_task",
            "warn", "review", "end_warning",
        )
    },
    "safety.add_suggested": WORK,
    "parties.index": READ,
    "parties.reveal": WORK,
    **{f"parties.{name}": WORK for name in ("add", "describe", "take_out")},
    "meetings.reveal": on_part(403, "ok", "ok", "ok"),
    "informing.show": READ,
    "informing.tell": WORK,
    "informing.decide_not": COORDINATE,
    "sharing.show": READ,
    "sharing.give": WORK,
    "sharing.tell": WORK,
    "sharing.consent": READ,
    "sharing.withdraw": WORK,
    "police.show": READ,
    **{
        f"police.{name}": WORK
        for name in (
            "reveal", "report", "change_report", "order",
            "change_order", "end", "breach",
        )
    },
    "rounds.index": ANYONE,
    "rounds.stop": WORK,
    "rounds.make_task": WORK,
    "critical_dates.show": READ,
    **{f"critical_dates.{name}": WORK for name in ("reveal", "record", "change_date", "call_off", "answer")},
    "tasks.create": WORK,
    "tasks.show": PART_READ,
    "tasks.request_behind": on_part(404, "ok", "ok", "ok"),  # the department sees the request, never its task
    "tasks.assign": PART_PLAN,
    **{
        f"tasks.{name}": PART_READ
        for name in (
            "take", "start",
            "wait", "complete", "not_relevant", "postpone", "assess", "assess_again", "reopen", "take_back",
        )
    },
    "requests.send": COORDINATE,
    "requests.basis": COORDINATE,
    "requests.show": PART_READ,
    "requests.take": REQUEST_HANDLE,
    "requests.ask": REQUEST_HANDLE,
    "requests.answer": REQUEST_HANDLE,
    "requests.send_back": REQUEST_HANDLE,
    "requests.reply": PART_PLAN,
    "requests.withdraw": PART_PLAN,
    "requests.remind": PART_PLAN,
    "requests.release": REQUEST_RELEASE,
    "requests.resume": PART_PLAN,
    "meetings.index": READ,
    "meetings.plan": COORDINATE,
    "meetings.show": PART_READ,
    **{
        f"meetings.{name}": PART_PLAN
        for name in (
            "cancel", "describe", "set_participants",
            "move",
        )
    },
    "meetings.hold": MEETING_HOLD,
    "meetings.rewrite": MEETING_HOLD,
}  # fmt: skip
OPEN = {
    "files.static", "health.alive", "health.ready", "health.accessibility", "signing.form", "signing.sign_in",
    "signing.sign_in_again", "signing.set_password", "card.show", "contacts.index",
    "sso.begin", "sso.again", "sso.answer", "sso.leave", "sso.back_channel", "sso.front_channel",
}  # fmt: skip
OTHER_TASK = {  # routes that ask for a task of a certain kind
    "tasks.request_behind": "RequestTask", "children.record": "DutyTask",
    "emergency.take_back": "SheetTask",
}  # fmt: skip


def routes():
    """Every route, read from the blueprints alone."""
    bare = Flask("routes")
    for blueprint in [*blueprints.ALL, *blueprints.DEVELOPMENT]:
        bare.register_blueprint(blueprint)
    return [*bare.url_map.iter_rules()]


BARE = routes()  # a form takes both
WRITES = sorted(EXPECTED.keys() & {rule.endpoint for rule in BARE if "POST" in rule.methods})
READS = sorted(EXPECTED.keys() & {rule.endpoint for rule in BARE if "GET" in rule.methods})
ROUTES = [*((endpoint, "GET") for endpoint in READS), *((endpoint, "POST") for endpoint in WRITES)]


def path_of(app, endpoint, world, method):
    """A path of the route with the world's refs in it."""
    rule = next(one for one in app.url_map.iter_rules() if one.endpoint == endpoint and method in one.methods)
    _, on, _ = app.view_functions[endpoint].asks
    values = {name: world.get(name, world["absence"]) for name in rule.arguments}
    if on is not None:
        values["ref"] = world[OTHER_TASK.get(endpoint, on.__name__)]
    with app.test_request_context():
        return app.url_for(endpoint, **values, _method=method)


def fail_again(letter_ref):
    """Dealing with a failed letter is over for everyone once someone has."""
    with begin():
        OutboxLetter.update(failed_at=time.now(), seen_at=None, void_at=None).where(
            OutboxLetter.ref == letter_ref
        ).execute()


def kind_of(status):
    return status if status in (403, 404) else "ok" if status in (200, 204, 303, 409, 422) else f"odd: {status}"


def test_every_route_has_its_row(app):
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert routes == EXPECTED.keys() | OPEN | HALF


def test_each_kind_of_person_reads_what_the_table_says(app, world, signed_in):
    visitors = {viewer: signed_in(username) for viewer, username in VIEWERS.items()}

    got = {}
    for endpoint in READS:
        path = path_of(app, endpoint, world, "GET")
        got[endpoint] = {viewer: kind_of(visitor.get(path).status_code) for viewer, visitor in visitors.items()}

    assert {endpoint: row for endpoint, row in got.items() if row != EXPECTED[endpoint]} == {}


@pytest.mark.parametrize("endpoint", WRITES)
def test_each_kind_of_person_writes_what_the_table_says(app, world, signed_in, endpoint):
    path = path_of(app, endpoint, world, "POST")

    got = {}
    for viewer, username in VIEWERS.items():
        fail_again(world["letter_ref"])
        got[viewer] = kind_of(signed_in(username).post(path).status_code)

    assert got == EXPECTED[endpoint]


def everything_of(world, cast, name):
    """Give someone every tie to the world's case that there is, and every other role."""
    me, now, case = cast[name].ref, time.now(), world["Case"]
    today = time.today(now)
    with begin():
        Person.update(roles=f"{cast[name].roles} manager resource-person").where(Person.ref == me).execute()
        Case.update(offered_to=me, reported_by=me).where(Case.ref == case).execute()
        Relation.update(until_at=now).where(Relation.case == case, Relation.kind == "primary-contact").execute()
        for kind in ("primary-contact", "resource", "participant"):
            insert(Relation, case=case, person=me, kind=kind, from_at=now)
        Membership.insert(person=me, department=world["department_ref"]).execute()
        Department.update(manager=me).execute()
        Request.update(named=me, handler=me, asker=me).where(Request.ref == world["Request"]).execute()
        insert(Participant, meeting=world["Meeting"], person=me, added_at=now)
        Task.update(assignee=me, department=world["department_ref"], due_on=today).where(
            Task.ref.in_([world["Task"], world["RequestTask"]])
        ).execute()
        Task.update(assignee=me, duty_of=me, due_on=today).where(Task.ref == world["DutyTask"]).execute()
        Person.update(substitute=me).where(Person.ref.in_([cast["jonas"].ref, cast["solveig"].ref])).execute()
        for away in ("jonas", "solveig"):
            insert(Absence, person=cast[away], from_on=today, to_on=today)


LISTS = (
    "my_day.show",
    "board.show",
    "board.tasks",
    "board.agreed",
    "cases.index",
    "requests.index",
    "rounds.index",
    "impartiality.index",
)


@pytest.mark.parametrize(("viewer", "name"), [("administrator", "admin"), ("auditor", "dorte")])
def test_no_tie_shows_a_case_to_who_keeps_the_house_or_the_log(app, world, visit, cast, viewer, name):
    """Sight follows the role (SEC-02): held where it is given, so that no way of choosing people can forget it."""
    everything_of(world, cast, name)
    visitor = visit(name)

    read = {endpoint: visitor.get(path_of(app, endpoint, world, "GET")) for endpoint in READS}
    writes = [endpoint for endpoint in WRITES if endpoint != "signing.sign_out"]
    wrote = {endpoint: visitor.post(path_of(app, endpoint, world, "POST")) for endpoint in writes}

    got = [(endpoint, kind_of(answer.status_code)) for endpoint, answer in (*read.items(), *wrote.items())]
    assert [(endpoint, kind) for endpoint, kind in got if kind != EXPECTED[endpoint][viewer]] == []
    assert [endpoint for endpoint in LISTS if world["Case"] in read[endpoint].text or "K7F3Q" in read[endpoint].text
            or world["Task"] in read[endpoint].text or world["Meeting"] in read[endpoint].text] == []  # fmt: skip
    assert 'class="sk-count"' not in read["profile.show"].text  # nothing waits, in the frame of any page


def test_who_is_not_signed_in_is_sent_to_sign_in_everywhere(app, world, visit):
    stranger = visit(None).client

    got = {}
    for endpoint, method in ROUTES:
        answer = stranger.open(path_of(app, endpoint, world, method), method=method)
        got[endpoint, method] = (answer.status_code, answer.location.partition("?")[0])

    assert got == dict.fromkeys(ROUTES, (303, "/log-ind"))


def test_a_part_is_refused_with_401_to_who_is_not_signed_in(app, world, visit):
    stranger = visit(None).client

    got = {}
    for endpoint, method in ROUTES:
        path = path_of(app, endpoint, world, method)
        got[endpoint, method] = stranger.open(path, method=method, headers={"HX-Request": "true"}).status_code

    assert got == dict.fromkeys(ROUTES, 401)


SHOWN = {"second_factor.show", "second_factor.challenge"}
HALF = SHOWN | {  # between the password and what stands beside it; who has something to show reaches only SHOWN
    f"second_factor.{name}" for name in ("choose", "add_app", "add_passkey", "passkey_challenge")
}


@pytest.fixture
def half(app, world, cast, settings):
    """Rikke's browser, when her password was right and the rest is yet to be shown."""
    an_app(cast["rikke"])
    session, secret = sessions.sign_in("rikke", examples.PASSWORD, "127.0.0.1", "test", settings.defaults)
    return Visitor(app, secret, form_tokens.of_session(session))


def test_half_a_session_reaches_what_makes_it_whole_and_nothing_else(app, world, half):
    got = {}
    for endpoint, method in ROUTES:
        if endpoint != "signing.sign_out":
            path = path_of(app, endpoint, world, method)
            answer = half.get(path) if method == "GET" else half.post(path)
            got[endpoint, method] = (answer.status_code, answer.location.partition("?")[0])

    assert set(got.values()) == {(303, "/log-ind/bekraeft")}
    assert half.get(path_of(app, "cases.show", world, "GET"), htmx=True).status_code == 401
    assert half.get("/log-ind/bekraeft").status_code == 200
    assert half.post("/log-ud").location.startswith("/log-ind")
    assert half.get("/log-ind/bekraeft").location.startswith("/log-ind?")


def test_what_is_open_to_all_tells_half_a_session_nothing_of_its_person(app, half):
    pages = [half.get(path).text for path in ("/actioncard", "/log-ind", "/tilgaengelighed", "/log-ind/bekraeft")]

    assert [page for page in pages if "Rikke" in page or "sk-count" in page] == []


def test_who_has_something_to_show_adds_nothing_before_it_was_shown(app, half):
    half.get("/log-ind/bekraeft")

    got = {
        (rule.endpoint, method): half.client.open(rule.rule, method=method, data={"csrf_token": half.token}).status_code
        for rule in app.url_map.iter_rules()
        if rule.endpoint in HALF - SHOWN
        for method in rule.methods & {"GET", "POST"}
    }

    assert set(got.values()) == {404}
    assert {endpoint for endpoint, _ in got} == HALF - SHOWN


def test_a_page_between_is_of_half_a_session_alone(app, world, visit, signed_in):
    for endpoint in HALF - {"second_factor.challenge", "second_factor.passkey_challenge"}:
        with app.test_request_context():
            path = app.url_for(endpoint)
        assert visit(None).get(path).location.startswith("/log-ind?")
        assert signed_in("rikke").get(path).location == "/profil/bekraeftelse"


def test_a_form_of_half_a_session_carries_its_token(half):
    assert half.client.post("/log-ind/bekraeft", data={"code": "123456"}).status_code == 403


def test_hidden_and_missing_are_the_same_answer_to_the_byte(app, world, signed_in):
    ulla = signed_in("ulla")
    nothing = {name: new_ref() for name in world} | {"box": "network", "number": 1, "part": 1}

    differing = []
    for endpoint, method in [route for route in ROUTES if EXPECTED[route[0]]["stranger"] == 404]:
        hidden, missing = (_seen_by(ulla, path_of(app, endpoint, there, method), method) for there in (world, nothing))
        if hidden != missing:
            differing.append((endpoint, method))

    assert differing == []


def _seen_by(visitor, path, method):
    """All that one can tell two answers apart by."""
    sent = {"csrf_token": visitor.token} if method == "POST" else None
    answer = visitor.client.open(path, method=method, data=sent)
    headers = {name: value for name, value in answer.headers if name not in ("X-Request-Id", "Date")}
    return answer.status_code, answer.data, headers


PROVED = {  # whose form waits until its person has shown anew who he or she is: extracts, roles, erasures,
    # emergency sheets (SEC-63)
    "emergency.look",
    "insight.give",
    "packs.make", "admin_people.add", "admin_people.edit", "admin_people.reopen", "admin_departments.add",
    "admin_people.unlock", "oversight.end",
    "admin_departments.change", "admin_departments.restore", "retention.agree", "retention.decide",
    "factors.add_app", "factors.add_passkey", "factors.make_codes", "factors.remove", "admin_people.reset_factor",
}  # fmt: skip


def test_what_matters_most_is_sent_by_who_has_shown_anew_who_it_is(app):
    waiting = {name for name, view in app.view_functions.items() if isinstance(view, Page) and view.is_proved}

    assert waiting == PROVED


def test_a_route_that_declares_nothing_stops_the_start(app, monkeypatch):
    monkeypatch.setitem(app.view_functions, "odd.page", lambda: "x")

    with pytest.raises(RuntimeError, match=r"odd\.page"):
        guard.refuse_undeclared(app)


def test_the_unclaimed_suspicion_is_read_by_resource_persons_and_its_reporter_only(app, world, visit, cast):
    with begin():
        Case.update(phase="suspicion", claimed_at=None, offered_to=None).where(Case.ref == world["Case"]).execute()
        Relation.update(until_at=time.now()).execute()
        Exclusion.update(until_at=time.now()).execute()

    got = {
        name: visit(name).get(f"/sager/{world['Case']}").status_code
        for name in ("ruth", "rikke", "jonas", "lars", "admin")
    }

    assert got == {"ruth": 200, "rikke": 200, "jonas": 404, "lars": 404, "admin": 404}


def test_a_nested_ref_of_another_case_is_not_found(app, world, visit, cast):
    with begin():
        other = new_ref()
        keys.make(f"case:{other}")
        insert(
            Case, ref=other, code="M2D8H", kind="full", phase="action", citizen_role="exposed", danger_now="no",
            children="no", reported_by=cast["ulla"], reported_at=time.now(), claimed_at=time.now(),
        )  # fmt: skip
        foreign = insert(Relation, case=other, person=cast["ulla"], kind="participant", from_at=time.now())

    answer = visit("rikke").post(f"/sager/{world['Case']}/adgang/{foreign.ref}/afslut")

    assert answer.status_code == 404
    assert Relation.select().where(Relation.ref == foreign.ref, Relation.until_at.is_null()).exists()


def test_a_refused_look_up_is_written_down_the_same_for_hidden_and_missing(app, world, visit, cast):
    ulla = visit("ulla")

    ulla.get(f"/sager/{world['Case']}")
    ulla.get(f"/sager/{new_ref()}")

    denied = Event.select().where(Event.actor == cast["ulla"].ref, Event.outcome == "denied").order_by(Event.id)
    assert [(event.chain, event.action) for event in denied] == [(f"person:{cast['ulla'].ref}", "cases.show")] * 2


def test_what_is_typed_into_an_address_does_not_stay_in_the_log(app, world, visit, cast):
    visit("ulla").get("/sager/mette-madeup")

    (denied,) = Event.select().where(Event.actor == cast["ulla"].ref, Event.outcome == "denied")
    assert denied.object_ref == "odd"


def test_the_matrix_lists_every_route(app):
    runner = app.test_cli_runner()

    answer = runner.invoke(args=["access-matrix", "--json"])

    assert {row["endpoint"] for row in app.json.loads(answer.output)} == EXPECTED.keys() | OPEN | HALF
