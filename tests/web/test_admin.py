"""The pages of an administrator: contacts, departments, closing days and texts, each with its editions."""

import re
from datetime import date

import pytest

from skanderborg import clock, content
from skanderborg.domain import contacts, editions, people, sessions
from skanderborg.kinds import LetterKind
from skanderborg.mail import outbox
from skanderborg.policy import SYSTEM
from skanderborg.store.db import begin, insert, rewrite
from skanderborg.store.editions import Edition
from skanderborg.store.outbox import OutboxLetter, Restoration
from skanderborg.store.people import Department, OneTimeLink, Person
from tests.made import a_case, a_request, a_task, department, letters

CONTACT = {
    "name": "Krisecenter Prøve", "group": "organisations", "scope": ["exposed"], "phone": "86 00 00 01",
    "hours": "man-fre 9-15", "version": "0",
}  # fmt: skip
DSC = {
    "name": "Dansk Stalking Center", "short": "DSC", "group": "organisations", "scope": ["exposed", "professionals"],
    "phone": "25 17 73 74", "note": "Også for børn og pårørende.", "refer": "y", "version": "0",
}  # fmt: skip
PAGES = ("", "/kontakter", "/kontakter/ny", "/kontakter/dsc", "/afdelinger", "/personer", "/personer/ny",
         "/lukkedage", "/usikre",
         "/tekster", "/tekster/actioncard/suspicion", "/tekster/vejledning/har-svaret")  # fmt: skip
TOO_MANY = 8


@pytest.fixture
def admin(visit):
    return visit("admin")


def test_only_an_administrator_has_the_menu_item(visit, admin):
    assert 'href="/administration"' in admin.get("/profil").text
    assert 'href="/administration"' not in visit("rikke").get("/profil").text


@pytest.mark.parametrize("path", PAGES)
def test_each_page_asks_the_database_little(admin, queries, path):
    admin.get(f"/administration{path}")
    queries.clear()

    assert admin.get(f"/administration{path}").status_code == 200
    assert len(queries) <= TOO_MANY


def test_letters_that_may_have_been_sent_wait_for_a_decision(admin, cast):
    case = a_case(cast)
    with begin():
        for key in ("a", "b", "c"):
            outbox.put(LetterKind.TASK_REMINDER, cast["rikke"], key=key, about=case)
        insert(Restoration, backup="x" * 26, made_at=clock.now(), at=clock.now(), finished_at=clock.now())

    told, page = admin.get("/administration").text, admin.get("/administration/usikre").text
    one = re.search(r'action="(/administration/usikre/\w{26}/send)"', page)[1]
    answers = [
        admin.post(one).location,
        admin.post("/administration/usikre/send-ikke").location,
        admin.post(one).location,
    ]

    assert "3 beskeder venter" in told
    assert cast["rikke"].name in page
    assert answers == ["/administration/usikre"] * 3
    assert [row.void_at is None for row in OutboxLetter.select().order_by(OutboxLetter.due_at)].count(True) == 1
    assert "Ingen beskeder venter" in admin.get("/administration/usikre").text


def test_no_page_shows_anything_of_a_case(admin, cast):
    """SEC-02."""
    case = a_case(cast, "M2D8H", what_happened="ZQX hændelse", safe_contact="ZQX kontakt")
    a_request(cast["solveig"], case, who="ZQX borger", ask="ZQX spørgsmål")
    a_task(case, department=department("ssp"), title="ZQX opgave")
    refs = [row.ref for row in Department.select()]

    pages = [admin.get(f"/administration{path}").text for path in PAGES]
    pages += [admin.get(f"/administration/afdelinger/{ref}").text for ref in refs]
    pages.append(admin.post(f"/administration/afdelinger/{department('ssp').ref}/tag-ud", version="1").text)

    assert not [page for page in pages if "ZQX" in page or "M2D8H" in page or case.ref in page]


def test_an_administrator_gets_no_case_by_it(admin, cast):
    case = a_case(cast)

    assert admin.get(f"/sager/{case.ref}").status_code == 404
    assert admin.get(f"/sager/{case.ref}/henvisninger").status_code == 404


def test_a_contact_is_added_changed_checked_and_taken_out(admin):
    assert admin.post("/administration/kontakter/ny", **CONTACT, key="k").status_code == 303
    key = Edition.get().key
    there = f"/administration/kontakter/{key}"
    admin.post(there, **CONTACT | {"phone": "86 00 00 09", "version": "1"})
    admin.post(f"{there}/kontrolleret", version="2")
    page = admin.get(there).text

    gone = admin.post(f"{there}/tag-ud", version="3")

    assert "Senest kontrolleret 20. nov. 2026" in page
    assert "86000009" in page
    assert gone.status_code == 303
    assert "Krisecenter Prøve" in admin.get("/administration/kontakter").text.partition("Ude af brug")[2]
    assert "Krisecenter Prøve" not in admin.get("/kontakter").text


def test_a_contact_out_of_use_is_given_back(admin):
    admin.post("/administration/kontakter/lev-uden-vold/tag-ud", version="0")
    gone = "Lev Uden Vold" in admin.get("/kontakter").text

    admin.post("/administration/kontakter/lev-uden-vold/gendan", version="1", number="0")

    assert not gone
    assert "Lev Uden Vold" in admin.get("/kontakter").text


def test_the_editions_tell_who_when_and_what(admin):
    admin.post("/administration/kontakter/dsc", **DSC | {"note": "Ring gerne"})

    page = admin.get("/administration/kontakter/dsc").text

    editions_shown = page.partition("<h2>Udgaver</h2>")[2]
    assert "20.11.2026 kl. 09.00</time> Anders Administrator (gælder nu)" in editions_shown
    assert "Også for børn og pårørende." in editions_shown
    assert "Ring gerne" in editions_shown
    assert editions_shown.count("Gendan denne udgave") == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"phone": "12345678"}, "Skriv et dansk nummer på otte cifre"),
        ({"hours": "sådan cirka"}, "«sådan cirka»: Skriv åbningstiden"),
        ({"verified_on": "21.11.2026"}, "Datoen ligger i fremtiden."),
        ({"verified_on": "31.2.2026"}, "Den dato findes ikke."),
        ({"name": ""}, "Skriv navnet."),
        ({"name": "x" * 121}, "højst 120 tegn"),
        ({"scope": []}, "Vælg, hvem kontakten er til."),
        ({"scope": ["alle"]}, "mulighederne på listen"),
        ({"group": ""}, "Vælg, hvor kontakten skal stå."),
        ({"version": "x"}, "Siden er forældet."),
    ],
)
def test_what_cannot_be_right_is_told_and_what_was_typed_is_kept(admin, wrong, says):
    answer = admin.post("/administration/kontakter/dsc", **{**DSC, "unit": "Skrevet her", **wrong})

    assert answer.status_code == 422
    assert says in answer.text
    assert "Skrevet her" in answer.text
    assert Edition.select().count() == 0


def test_what_the_workflow_needs_is_not_taken_out(admin):
    answer = admin.post("/administration/kontakter/dsc/tag-ud", version="0")

    assert answer.status_code == 422
    assert "henviser til den" in answer.text


def test_the_slower_of_two_sees_both_texts_and_can_save_over(admin, visit, cast):
    there = "/administration/kontakter/dsc"
    admin.post(there, **DSC | {"note": "Først"})

    answer = admin.post(there, **DSC | {"note": "Sidst"})

    assert answer.status_code == 409
    assert ("Først" in answer.text, "Sidst" in answer.text) == (True, True)
    [version] = re.findall(r'name="version" value="(\d+)"', answer.text)
    assert admin.post(there, **DSC | {"note": "Sidst", "version": version}).status_code == 303
    editions.refresh()
    assert content.contacts()["dsc"].note == "Sidst"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/kontakter/dsc/kontrolleret", {}),
        ("/kontakter/lev-uden-vold/tag-ud", {}),
        ("/lukkedage", {"yearly": "24/12"}),
        ("/tekster/actioncard/suspicion", {"text": "Ny"}),
    ],
)
def test_a_button_over_an_edition_that_is_gone_asks_first(admin, cast, path, fields):
    for one in ("dsc", "lev-uden-vold"):
        contacts.verify(cast["admin"], one, 0)
    admin.post("/administration/lukkedage", yearly="1/5", version="0")
    admin.post("/administration/tekster/actioncard/suspicion", text="Anden", version="0")

    answer = admin.post(f"/administration{path}", version="0", **fields)

    assert answer.status_code == 409
    assert "Ændret af en anden" in answer.text


def test_an_unknown_contact_text_or_department_is_not_found(admin):
    for path in ("kontakter/findes-ikke", "tekster/actioncard/findes-ikke", "tekster/andet/suspicion",
                 f"afdelinger/{'a' * 26}"):  # fmt: skip
        assert admin.get(f"/administration/{path}").status_code == 404
        assert admin.post(f"/administration/{path}/gendan", version="0", number="0").status_code == 404


def test_an_edition_that_never_was_cannot_be_restored(admin):
    answer = admin.post("/administration/kontakter/dsc/gendan", version="0", number="7")

    assert answer.status_code == 422
    assert "kan ikke gendannes" in answer.text


def test_a_departments_name_manager_and_history(admin, cast):
    row = department("ssp")
    there = f"/administration/afdelinger/{row.ref}"

    answer = admin.post(there, name="SSP og PSP", manager=cast["lars"].ref, is_115_forum="y", version=str(row.version))

    assert answer.status_code == 303
    page = admin.get(there).text
    assert "<h1>SSP og PSP</h1>" in page
    assert "Sådan stod det, før det blev ændret her" in page
    assert "Leder: Lars Lund" in admin.get("/kontakter").text


def test_the_slower_of_two_on_a_department_sees_both(admin, cast):
    there, row = f"/administration/afdelinger/{department('ssp').ref}", department("ssp")
    admin.post(there, name="Først", version=str(row.version))

    answer = admin.post(there, name="Sidst", version=str(row.version))

    assert answer.status_code == 409
    assert ("Først" in answer.text, "Sidst" in answer.text) == (True, True)


def test_a_department_is_taken_out_and_in_again(admin):
    there = f"/administration/afdelinger/{department('ssp').ref}"

    admin.post(f"{there}/tag-ud", version=str(department("ssp").version))
    out = "Ude af brug" in admin.get(there).text
    admin.post(f"{there}/tag-i-brug", version=str(department("ssp").version))

    assert out
    assert department("ssp").retired_at is None


def test_closing_days_are_changed_and_given_back(admin):
    admin.post("/administration/lukkedage", yearly="24/12", periods="23.12.2026-2.1.2027\n4.6.2027", version="0")
    changed = admin.get("/administration/lukkedage").text
    admin.post("/administration/lukkedage/gendan", number="0", version="1")

    page = admin.get("/administration/lukkedage").text

    assert "23.12.2026-2.1.2027\n4.6.2027</textarea>" in changed
    assert "24/12\n31/12\n5/6</textarea>" in page
    assert "allerede er planlagt" in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"yearly": "32/12"}, "«32/12» er ikke en dag."), ({"periods": "til jul"}, "«til jul» er ikke en periode.")],
)
def test_what_is_no_closing_day_is_told_and_kept(admin, wrong, says):
    answer = admin.post("/administration/lukkedage", **{"yearly": "1/5", "version": "0", **wrong})

    assert answer.status_code == 422
    assert says in answer.text
    assert next(iter(wrong.values())) in answer.text


def test_a_text_is_changed_shown_and_given_back(admin, visit):
    there = "/administration/tekster/actioncard/suspicion"
    original = content.guide().part[1].text[0]

    admin.post(there, text="Handl på det <b>nu</b>.", points="", version="0")
    card = visit(None).get("/actioncard").text
    admin.post(f"{there}/gendan", number="0", version="1")

    assert "Handl på det &lt;b&gt;nu&lt;/b&gt;." in card
    assert original in visit(None).get("/actioncard").text


def test_only_declared_fields_count(admin):
    """SEC-12."""
    admin.post("/administration/kontakter/dsc", **DSC | {"note": "Ny"}, by="x", number="9", source="x", at="x")

    row = Edition.get()
    assert (row.number, row.by.username) == (1, "admin")
    assert '"source": "S0-16' in row.body


def test_what_turns_the_reading_direction_is_shown_and_danish_letters_survive(admin):
    """SEC-54."""
    admin.post("/administration/kontakter/dsc", **DSC | {"note": "Æblegrød\u202e på \u200bAmå 🙂"})
    editions.refresh()

    assert content.contacts()["dsc"].note == "Æblegrød\u202e på Amå 🙂"
    assert "Æblegrød⟦U+202E⟧ på Amå 🙂" in admin.get("/kontakter").text


def test_a_number_like_a_cpr_number_is_asked_about(admin):
    """SEC-62."""
    answer = admin.post("/administration/kontakter/dsc", **DSC | {"unit": "010190-1234"})

    assert answer.status_code == 422
    assert "ligner et CPR-nummer" in answer.text


# ── people ──────────────────────────────────────────────────────────────────────────────────────────

NORA = {"username": "nora", "name": "Nora Ny", "email": "nora@example.invalid", "phone": "76 28 14 48",
        "departments": "ssp", "roles": "manager", "ends_on": "31.12.2027", "key": "k"}  # fmt: skip


def at(person):
    return f"/administration/personer/{person.ref}"


def test_someone_is_added_with_all_that_is_asked(admin):
    answer = admin.post("/administration/personer/ny", **NORA)

    nora = people.by_username("nora")
    assert answer.location == at(nora)
    assert (nora.phone, nora.roles, nora.ends_on) == ("76 28 14 48", "manager", date(2027, 12, 31))
    assert [home.key for home in people.departments_of(nora)] == ["ssp"]


def test_a_person_is_changed_over_the_version_that_was_seen(admin, cast):
    said = {"name": "Jonas Jensen", "email": "jj@example.invalid", "version": "1"}

    first, second = (admin.post(at(cast["jonas"]), **said | {"phone": phone}) for phone in ("1", "2"))

    assert (first.status_code, second.status_code) == (303, 409)
    assert people.by_username("jonas").phone == "1"


def test_what_is_wrong_of_a_person_is_said_at_its_field_and_keeps_what_was_typed(admin, cast):
    said = {"name": "Jonas Jensen", "email": "jj@elsewhere.invalid", "phone": "76 28 14 48", "version": "1"}

    answer = admin.post(at(cast["jonas"]), **said)

    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text
    assert 'value="jj@elsewhere.invalid"' in answer.text


def test_one_finds_no_role_of_ones_own_to_give_and_a_sent_one_is_ignored(admin, cast):
    page = admin.get(at(cast["admin"])).text

    answer = admin.post(at(cast["admin"]), name="Anders A", email="admin@example.invalid", roles="manager", version="1")

    assert 'name="roles"' not in page
    assert "Luk brugeren" not in page
    assert answer.status_code == 303
    assert people.by_username("admin").roles == "administrator"


def test_a_person_is_closed_taken_back_and_sent_a_link(admin, cast):
    there = at(cast["jonas"])

    said = [admin.post(f"{there}/{done}").status_code for done in ("luk", "link", "genaabn", "link")]

    assert said == [303, 422, 303, 303]  # who is closed gets no link
    assert letters("one-time-link") == ["jonas"]


def test_the_list_is_of_one_department_where_one_is_chosen(admin):
    everyone = admin.get("/administration/personer").text
    of_one = admin.get("/administration/personer?afdeling=jobcenter").text

    assert "Rikke Ravn" in everyone
    assert "Jonas Jeppe" in of_one
    assert "Rikke Ravn" not in of_one


def test_to_look_at_a_one_time_link_uses_nothing_up(admin, cast, visit, settings):
    secret = sessions.offer_link(SYSTEM, cast["jonas"], settings.defaults)

    for method in ("get", "head", "get"):
        assert getattr(visit(None).client, method)(f"/engangslink/{secret}").status_code == 200

    assert OneTimeLink.get().used_at is None


def test_the_page_of_a_person_is_of_that_person_and_so_is_each_of_its_buttons(admin, cast):
    page = admin.get(at(cast["jonas"])).text
    main = page[page.index("<main") : page.index("</main>")]

    assert "<h1>Jonas Jeppe</h1>" in main
    assert set(re.findall(r'action="(/administration/personer/\w+)', main)) == {at(cast["jonas"])}
    assert main.count("<form") == 3  # gem, send link, luk


def test_a_locked_account_is_seen_and_opened_by_an_administrator(cast, admin):
    with begin():
        rewrite(Person, Person.username == "jonas", locked_at=clock.now())
    there = f"/administration/personer/{cast['jonas'].ref}"
    listed, page = admin.get("/administration/personer").text, admin.get(there).text

    answer = admin.post(f"{there}/laas-op")

    assert ("låst 20.11.2026" in listed, "Lås brugeren op" in page, answer.status_code) == (True, True, 303)
    assert people.by_username("jonas").locked_at is None
