"""The page *Hændelser*: quick entry, what is refused in words, the list, one row, and what is hidden (D-09)."""

import re
from datetime import datetime

import pytest

from skanderborg.domain import incidents, network, parties
from skanderborg.domain.incidents import corrections
from skanderborg.kinds import IncidentKind, MayKnow, PartyRole, Protection
from skanderborg.store.cases import Case
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.incidents import Incident
from tests.made import an_exhibit, opened

TYPED = {"from_on": "17.8.2026", "at_time": "7.42", "types": "message", "contact_count": "14", "what": "Efter bruddet"}
ANSWER = {"kind": "answer", "from_on": "2.9.2026", "what": "Barnets lægetid"}
PLACE, WITNESS = "ZQX ved porten", "ZQX ring til naboen"


@pytest.fixture
def there(case):
    return f"/sager/{case.ref}/haendelser"


@pytest.fixture
def solveig(visit):
    return visit("solveig")


@pytest.fixture
def row(cast, case):
    """A row of the log, as it was first written."""
    said = incidents.Account(
        IncidentKind.INCIDENT, incidents.date(2026, 8, 17), types=("message",), what="Efter bruddet", contact_count=14,
        place=PLACE, witness="Naboen", witness_contact=WITNESS,
    )  # fmt: skip
    return incidents.record(cast["solveig"], opened(cast["solveig"], case), said)


def hide(cast, case):
    said = parties.Details(name="Tante", protection=Protection.SPECIAL)
    parties.add(cast["solveig"], opened(cast["solveig"], case), PartyRole.RELATIVE, said)


def words_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def faults(answer):
    return [words_of(one) for one in re.findall(r'<span class="form-error-message".*?</span>[^<]*', answer.text)]


# ── quick entry ─────────────────────────────────────────────────────────────────────────────────────


def test_three_fields_make_a_row_and_the_next_can_be_typed_at_once(solveig, there):
    answer = solveig.post(there, key="k", from_on="17.8.2026", types="message", what="Efter bruddet")

    page = solveig.get(answer.location).text
    date = re.search(r'<input[^>]*id="from_on"[^>]*>', page)[0]
    assert answer.status_code == 303
    assert "autofocus" in date
    assert 'id="nr-1"' in page
    assert "Nr. 1 er gemt med datoen mandag 17. august 2026. 1 kontakt i alt." in page


@pytest.mark.parametrize("empty", ["", " "])
def test_a_choice_that_is_left_empty_is_the_usual_one(solveig, there, empty):
    left_out = dict.fromkeys(("kind", "source", "reaction", "children_present", "reported"), empty)

    assert solveig.post(there, key="k", **TYPED | left_out).status_code == 303
    row = Incident.get()
    assert [getattr(row, name) for name in left_out] == ["incident", "citizen", "unknown", "unknown", "unknown"]
    assert solveig.post(f"{there}/{row.ref}/ret", version="1", reason="x", **TYPED | left_out).status_code == 303


def test_with_htmx_the_form_comes_back_empty_with_the_new_row_and_the_total(solveig, there, row):
    answer = solveig.post(there, htmx=True, key="k", **TYPED)

    assert answer.text.startswith('<section id="indtast"')
    assert 'id="log"' in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    assert 'id="nr-2"' in answer.text
    assert "28 kontakter i alt." in answer.text.partition('id="status"')[2]


@pytest.mark.parametrize(
    ("typed", "when"),
    [("i går", "I går var torsdag 19. november 2026."), ("I  DAG", "I dag er fredag 20. november 2026."),
     ("19/11-26", "«19/11-26» er læst som torsdag 19. november 2026."),
     ("1.11.26", "«1.11.26» er læst som søndag 1. november 2026.")],
)  # fmt: skip
def test_a_date_that_leaves_something_out_is_told_whole_and_stored_only_when_sent_again(solveig, there, typed, when):
    asked = solveig.post(there, key="k", **TYPED | {"from_on": typed, "at_time": ""})

    put = re.search(r'id="from_on"[^>]*value="([^"]*)"', asked.text)[1]
    assert asked.status_code == 422
    assert when in faults(asked)[0]
    assert "Kontrollér, og send igen" in asked.text
    assert "Ret fejlen" not in asked.text
    assert not Incident.select().exists()
    assert solveig.post(there, key="k", **TYPED | {"from_on": put, "at_time": ""}).status_code == 303


@pytest.mark.parametrize(
    ("typed", "is_open"),
    [
        ({"from_on": "i går", "at_time": ""}, False), ({"what": ""}, False),
        ({"what": "", "fear": "0"}, True), ({"what": "", "reported": "no"}, True),
        ({"what": "", "witness": "Bo"}, True), ({"to_on": "i går"}, True), ({"what": "", "is_withheld": "y"}, True),
    ],
)  # fmt: skip
def test_more_is_unfolded_only_where_something_in_it_is_filled_in_or_wrong(solveig, there, typed, is_open):
    answer = solveig.post(there, key="k", **TYPED | typed)

    assert answer.status_code == 422
    assert ('<details class="sk-details" open><summary>Flere oplysninger' in answer.text) == is_open


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"from_on": "31-11-2026"}, "Den dato findes ikke."),
        ({"from_on": "25.13.2026"}, "Den dato findes ikke."),
        ({"from_on": "forleden"}, "Skriv datoen som dag, måned og år"),
        ({"from_on": "i morgen", "at_time": ""}, "I morgen er lørdag 21. november 2026."),
        ({"from_on": "21.11.2026"}, "Datoen ligger i fremtiden."),
        ({"from_on": "29.3.2026", "at_time": "2.30"}, "Kl. 02.30 findes ikke søndag 29. marts 2026"),
        ({"types": ""}, "Vælg mindst én type."),
        ({"types": "andet"}, "Vælg en af mulighederne på listen."),
        ({"contact_count": "mange"}, "Skriv et helt tal"),
        ({"contact_count": "0"}, "et helt tal fra 1"),
        ({"to_on": "16.8.2026"}, "Perioden slutter, før den begynder."),
        ({"what": ""}, "Skriv kort, hvad der skete."),
        ({"what": "x" * 1_000_000}, "Teksten er for lang"),
        ({"what": "Han har 010190-1234 på papiret"}, "Teksten ligner et CPR-nummer."),
        (ANSWER, "Et enkelt svar ændrer ikke i sig selv vurderingen."),
    ],
)
def test_odd_input_is_told_at_its_field_and_kept(solveig, there, typed, told):
    answer = solveig.post(there, key="k", **TYPED | typed)

    assert answer.status_code == 422
    assert [one for one in faults(answer) if told in one], faults(answer)
    assert "message" in re.findall(r'<option selected value="([^"]*)"', answer.text) or "types" in typed
    assert not Incident.select().exists()


def test_an_hour_that_never_was_is_refused_next_spring_too(visit, there, clock):
    clock.move_to(datetime(2027, 4, 1, 9))

    answer = visit("solveig").post(there, key="k", **TYPED | {"from_on": "28.3.2027", "at_time": "2.30"})

    assert "Kl. 02.30 findes ikke søndag 28. marts 2027" in faults(answer)[0]


def test_the_hour_that_comes_twice_is_asked_about(solveig, there):
    twice = TYPED | {"from_on": "25.10.2026", "at_time": "2.30"}

    asked = solveig.post(there, key="k", **twice)
    saved = solveig.post(there, key="k", second_hour="second", **twice)

    assert (asked.status_code, saved.status_code) == (422, 303)
    assert "Kl. 02.30 kom to gange søndag 25. oktober 2026" in faults(asked)[0]
    assert all(word in asked.text for word in ("Første gang (sommertid)", "Anden gang (vintertid)", "Ved ikke"))
    assert Incident.get().is_second_hour is True


@pytest.mark.parametrize(("hour", "stored"), [("first", False), ("unknown", None)])
def test_which_of_the_two_hours_it_was_need_not_be_known(solveig, there, hour, stored):
    solveig.post(there, key="k", second_hour=hour, **TYPED | {"from_on": "25.10.2026", "at_time": "2.30"})

    assert Incident.get().is_second_hour is stored


def test_a_refusal_and_an_answer_are_rows_of_their_own_kind_and_no_contacts(solveig, there):
    solveig.post(there, key="k1", kind="refusal", from_on="24.8.2026", what="Skriver et tydeligt nej")
    answer = solveig.post(there, key="k2", reaction_reason="Om barnets læge", **ANSWER)

    page = words_of(solveig.get(answer.location).text)
    assert "2 hændelser, 0 kontakter" in page
    assert "Tydelig afvisning" in page
    assert "Et enkelt svar ændrer ikke i sig selv vurderingen. Årsagen står i loggen." in page


def test_a_danger_sign_is_asked_about_and_one_button_makes_the_case_acute(solveig, case, there):
    saved = solveig.get(solveig.post(there, key="k", **TYPED | {"types": "threat"}).location).text
    asked = re.search(r'action="([^"]*/faresignal)"', saved)[1]

    answer = solveig.post(asked, version="1")

    assert "Er det et faresignal?" in saved
    assert answer.status_code == 303
    assert Case.get_by_id(case.ref).is_acute


def test_who_tells_of_a_danger_sign_sees_that_the_case_is_acute(solveig, there):
    page = solveig.get(solveig.post(there, key="k", is_danger="y", **TYPED).location).text

    assert "Faresignalet er skrevet ned, og sagen er akut." in words_of(page)
    assert "sk-badge--red" in page.partition("</section>")[0]


def test_witnesses_of_the_network_are_suggested_but_not_one_who_must_not_know(cast, solveig, case, there):
    for name, may_know in (("Karla", MayKnow.MAY_KNOW), ("Per", MayKnow.MUST_NOT)):
        mine = opened(cast["solveig"], case)
        network.add_person(cast["solveig"], mine, name=name, may_know=may_know, is_witness=True)

    suggested = solveig.get(there).text.partition('<datalist id="vidner">')[2].partition("</datalist>")[0]

    assert "Karla" in suggested
    assert "Per" not in suggested


def test_direction_marks_in_the_log_are_shown_and_emoji_stay(solveig, there):
    """SEC-54."""
    solveig.post(there, key="k", **TYPED | {"what": "faktura\u202egpj 👨\u200d👩\u200d👧", "sender": "\u2066ukendt"})

    page = solveig.get(f"{there}/{Incident.get().ref}").text
    assert "faktura⟦U+202E⟧gpj 👨\u200d👩\u200d👧" in page
    assert "⟦U+2066⟧ukendt" in page
    assert "\u202e" not in page


# ── the list ────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_is_narrowed_by_its_address_and_says_what_it_found(solveig, there, row):
    solveig.post(there, key="k", from_on="20.8.2026", types="watch", what="Holder i bilen")

    page = words_of(solveig.get(f"{there}?type=watch&orden=aeldste").text)

    assert "2 hændelser, 15 kontakter" in page
    assert "Valgt: 1 hændelse med 1 kontakt." in page
    assert "Efter bruddet" not in page.partition("Valgt:")[2]


@pytest.mark.parametrize("asked", ["type=nonsense", "fra=31.2.2026", "slags=x&kilde=y&orden=z", "side=x", "gemt=x",
                                   "fra_import=x"])  # fmt: skip
def test_an_odd_filter_asks_for_nothing(solveig, there, row, asked):
    answer = solveig.get(f"{there}?{asked}")

    assert answer.status_code == 200
    assert 'id="nr-1"' in answer.text


def test_a_filter_without_a_year_looks_back_and_shows_the_year(solveig, there, row):
    page = solveig.get(f"{there}?fra=1/4&til=1/5").text

    assert 'value="1.4.2026"' in page
    assert 'value="1.5.2026"' in page


def test_a_row_says_how_many_exhibits_it_has(cast, solveig, case, there, row):
    with begin():
        exhibit = an_exhibit(case, cast["solveig"])
        exhibit.__class__.update(incident=row.ref).execute()

    assert "1 bilag" in words_of(solveig.get(there).text)
    assert "Bilag 1" in words_of(solveig.get(f"{there}/{row.ref}").text)


def test_pages_of_a_long_log_keep_the_filter(solveig, there, row):
    with begin():
        plain = {name: getattr(row, name) for name in Incident._meta.fields} | {"case": row.case_id, "what": None}
        for number in range(2, 53):
            insert(Incident, **plain | {"ref": f"{number:026}", "number": number})

    page = solveig.get(f"{there}?type=message").text

    assert f'href="{there}?type=message&amp;side=2"' in page
    assert 'id="nr-1"' in solveig.get(f"{there}?type=message&side=2").text


# ── one row ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_correction_shows_what_stood_before_with_who_and_why(solveig, there, row):
    form = {**TYPED, "at_time": "", "contact_count": "15", "place": PLACE, "witness": "Naboen",
            "witness_contact": WITNESS, "reason": "Talt igen", "version": "1"}  # fmt: skip

    answer = solveig.post(f"{there}/{row.ref}/ret", **form)

    page = words_of(solveig.get(answer.location).text)
    assert "15 kontakter" in page
    assert "Rettet af Solveig Sand: Talt igen Antal 14" in page


def test_two_who_correct_a_row_are_shown_both(solveig, there, row):
    path, form = f"{there}/{row.ref}/ret", TYPED | {"reason": "fordi", "version": "1"}
    solveig.post(path, **form | {"what": "Den første"})

    answer = solveig.post(path, **form | {"what": "Den anden"})

    assert answer.status_code == 409
    assert "Den første" in answer.text
    assert "Den anden" in answer.text


def test_the_form_of_a_correction_says_all_that_the_row_says(solveig, there):
    more = {"to_on": "20.8.2026", "more_types": "gift", "channel": "sms", "fear": "0", "reported": "yes",
            "source": "network", "is_withheld": "y", "place": PLACE}  # fmt: skip
    solveig.post(there, key="k", **TYPED | more)
    path = f"{there}/{Incident.get().ref}/ret"

    page = solveig.get(path).text

    assert all(f'value="{value}"' in page for value in ("17.8.2026", "20.8.2026", "07.42", "14", "0", PLACE))
    assert re.findall(r"<input[^>]*checked[^>]*>", page).__len__() == 7
    assert re.findall(r'<option selected value="([^"]*)"', page) == ["message", "sms"]


def test_a_row_is_struck_out_with_a_reason_and_taken_back_with_another(solveig, there, row):
    path = f"{there}/{row.ref}"

    refused = solveig.post(f"{path}/overstreg", version="1")
    solveig.post(f"{path}/overstreg", version="1", why="Skrevet to gange")
    struck = words_of(solveig.get(there).text)
    solveig.post(f"{path}/gaelder", version="2", why="Var rigtig")

    assert refused.status_code == 422
    assert "0 hændelser, 0 kontakter" in struck
    assert "Overstreget: Skrevet to gange" in struck
    assert "1 hændelse, 14 kontakter" in words_of(solveig.get(there).text)


def test_a_sixth_typical_example_is_warned_about_and_not_forbidden(solveig, there):
    for number in range(6):
        solveig.post(there, key=f"k{number}", **TYPED | {"what": f"Nummer {number}"})

    said = [solveig.get(solveig.post(f"{there}/{row.ref}/eksempel", is_so="y", version="1").location).text
            for row in Incident.select().order_by(Incident.number)]  # fmt: skip

    assert "5 er valgt. Vælg tre til fem." in said[4]
    assert "6 er valgt. Tre til fem er nok til politiet." in said[5]


def test_a_row_can_be_kept_from_what_is_handed_over(solveig, there, row):
    solveig.post(f"{there}/{row.ref}/udlevering", is_so="y", version="1")

    assert 'id="nr-1"' in solveig.get(f"{there}?tilbageholdt=ja").text
    assert "Må ikke udleveres" in words_of(solveig.get(f"{there}/{row.ref}").text)


# ── what is hidden ──────────────────────────────────────────────────────────────────────────────────


def test_where_it_happened_and_how_a_witness_is_reached_is_hidden_while_an_address_is_protected(
    cast, solveig, case, there, row
):
    """D-22."""
    hide(cast, case)
    solveig.post(f"{there}/{row.ref}/ret", **TYPED | {"reason": "fordi", "version": "1", "what": "Andre ord"})

    pages = [solveig.get(path).text for path in (there, f"{there}/{row.ref}", f"{there}/{row.ref}/ret",
                                                 f"/sager/{case.ref}/historik")]  # fmt: skip

    now = Incident.get()
    assert not [page for page in pages if PLACE in page or WITNESS in page]
    assert (now.place, now.witness_contact, now.what) == (PLACE, WITNESS, "Andre ord")


@pytest.mark.parametrize("at", ["", "/{row}"])
def test_it_is_shown_once_for_a_reason_that_is_written_down(cast, solveig, case, there, row, at):
    hide(cast, case)
    path = there + at.format(row=row.ref) + "/vis"

    refused = solveig.post(path, reason="kort", key="k1")
    shown = solveig.post(path, reason="Skal tale med naboen", key="k2")

    assert (refused.status_code, PLACE in refused.text) == (422, False)
    assert PLACE in shown.text
    assert Event.select().where(Event.action == "party:revealed").count() == 1


def test_in_a_case_about_an_udoever_nothing_is_asked_about_the_exposed(solveig, case, there, row):
    """D-14."""
    with begin():
        Case.update(citizen_role="perpetrator").where(Case.ref == case.ref).execute()

    page = solveig.get(there).text
    solveig.post(there, key="k", **TYPED | {"place": "Hos hende", "fear": "9"})

    new = Incident.get(Incident.number == 2)
    assert not [name for name in ("witness", "fear", "place", "reaction") if f'name="{name}"' in page]
    assert "Skriv intet om, hvor den udsatte er" in page
    assert PLACE not in page
    assert (new.place, new.fear) == (None, None)


# ── advice beside ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "advice",
    ["til at slette en sms", "Få navn og kontaktoplysninger", "aldrig ord som «i går»", "Skriv lidt ad gangen",
     "modparten få den at se", "Lad også netværket skrive ned", "før beviserne er gemt", "overvåget"],
)  # fmt: skip
def test_the_advice_stands_beside_the_log(solveig, there, advice):
    """D-17."""
    assert advice in words_of(solveig.get(there).text.partition("sk-aside")[2])


@pytest.mark.parametrize("page", ["", "/{row}", "/{row}/ret", "?type=message&orden=aeldste&bilag=ja"])
def test_the_pages_ask_the_database_few_times(solveig, there, row, queries, page):
    path = there + page.format(row=row.ref)
    solveig.get(path)
    queries.clear()

    answer = solveig.get(path)

    asked = [sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT"))]
    assert answer.status_code == 200
    assert len(asked) <= 8, "\n".join(asked)


# ── what the citizen tells of an authority ──────────────────────────────────────────────────────────


def test_where_a_report_is_typed_it_stands_that_who_reported_is_protected(solveig, there):
    page = words_of(solveig.get(there).text)

    assert "skriv kun, hvad borgeren fortæller, og ikke, hvem der har underrettet" in page
    assert "Lad afsender, vidner, bevis og journalnummer stå tomt" in page


def test_a_report_that_is_told_of_is_saved_as_no_contact_of_an_unknown_sender(solveig, there):
    answer = solveig.post(there, key="k", **TYPED | {"types": "report-told"})

    page = words_of(solveig.get(answer.location).text)
    assert Incident.get().contact_count == 0
    assert "1 hændelse, 0 kontakter" in page
    assert "Vi vurderer ikke, om en underretning eller anmeldelse var rigtig" in page
    assert "Afsender Ukendt" in words_of(solveig.get(f"{there}/{Incident.get().ref}").text)


# ── what is printed ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "Side 1 af 2 – 2 af 3 rækker"),
        ("?side=2", "Side 2 af 2 – 1 af 3 rækker"),
        ("?slags=answer", None),
        ("?gaeldende=1", None),
        ("?orden=aeldste", "Side 1 af 2 – 2 af 3 rækker"),
    ],
)
def test_a_page_of_the_log_says_which_it_is_of_how_many_rows(cast, case, row, solveig, there, bounds, asked, said):
    bounds(rows_a_page=2)
    told = incidents.Account(IncidentKind.INCIDENT, incidents.date(2026, 8, 18), types=("call",), what="Opkald")
    incidents.record(cast["solveig"], opened(cast["solveig"], case), told)
    struck = incidents.record(cast["solveig"], opened(cast["solveig"], case), told)
    corrections.strike(cast["solveig"], struck, "Skrevet to gange", struck.version)

    page = words_of(solveig.get(there + asked).text)

    assert said in page if said else "Side 1" not in page


def test_so_does_a_page_of_the_timeline(cast, case, row, solveig, bounds):
    bounds(rows_a_page=1)

    one, many = (words_of(solveig.get(f"/sager/{case.ref}/tidslinje{asked}").text) for asked in ("?vis=haendelser", ""))

    assert "Side 1" not in one
    [pages] = re.findall(r"Side 1 af (\d+) – 1 af \1 rækker", many)
    assert int(pages) > 1
