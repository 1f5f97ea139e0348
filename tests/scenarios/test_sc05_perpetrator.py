"""SC-05, a citizen who stalks and wants to stop, while the exposed one has a case of his own with other people.

Frida's people are Sofus and Rasmus, Gorm's are Solveig and Rikke; neither pair may learn of the other's case.
"""

import re
from datetime import UTC, datetime

import pytest

from tests.scenarios.made import GIVEN_AWAY, Course, tells

FRIDAS, GORMS = ("sofus", "rasmus"), ("solveig", "rikke")
FIRST = "Aftal, om og hvornår borgeren informeres"
LINE = "Henvis til Dansk Stalking Centers linje for udøvere"
DISCUSS = "Drøft politi med ressourcepersonen"
OF_THE_EXPOSED = (
    "Informér borgeren om forløbet", "Henvis til lokal politistation", "Henvis til Dansk Stalking Center ",
    "Er der sagt fra?", "Gennemgå, hvem i netværket", "Aftal med skole og daginstitution",
)  # fmt: skip
EXPOSED_NUMBER, PERPETRATOR_NUMBER = "25 17 73 74", "27 60 40 16"
LISTS = ("/", "/sager", "/sager?vis=afsluttede", "/tavle", "/tavle/opgaver", "/anmodninger", "/anmodninger?vis=sendt")
CASE_PAGES = ("", "/sparring", "/sparring/ark", "/vurdering", "/moeder", "/henvisninger", "/noter", "/adgang",
              "/historik", "/moeder/nyt", "/anmodning/ny", "/beskrivelse", "/opgaver/ny")  # fmt: skip
OTHER_PAGES = ("/actioncard", "/hjaelp", "/mistanke/ny", "/mistanke/ny?fare=no", "/profil", "/tilgaengelighed")
NEVER_SAID = re.compile(r"\b(stalker(e|en|ne|s|ens)?|offer(et|ets|s)?|ofre(t|ne|nes|s)?)\b", re.IGNORECASE)


# ── the course ──────────────────────────────────────────────────────────────────────────────────────


def play_all(c: Course) -> None:
    for act in (gorms_case, the_call, taken, sparring, too_soon, referral, jobcenter, meeting, apart, nothing_moves,
                linked, reminded, the_same_name, last_look):  # fmt: skip
        act(c)


def report(c: Course, who: str, to: str, **said: str):
    form = c.send(c.get(who, "/mistanke/ny"), "Ved ikke")
    return c.send(form, "Send til ressourceperson", addressed_to=to, **said)


def advised(c: Course, who: str, case: str, person: str) -> None:
    form = c.get(who, f"/sager/{case}/sparring")
    c.send(form, "Gem sparring", way="internal", person=person, held_on="i dag", advice="Sikkerhed kommer først.")
    c.send(c.get(who, f"/sager/{case}"), "Fortsæt til Handling")


def ask(c: Course, who: str, case: str, department: str, text: str, name: str):
    form = c.get(who, f"/sager/{case}/anmodning/ny")
    return c.send(form, "Send anmodning", department=department, ask=text, who=name, basis="consent",
                  consent_scope="Afdelingen må kende til det, der bedes om", party_works_there="no")  # fmt: skip


def gorms_case(c: Course) -> None:
    c.at(10, 12, 9)
    sent = report(c, "solveig", "Rikke Ravn", what_happened="Frida Attrap ringer og ringer.", citizen_role="exposed",
                  name="Gorm Skyggegaard", safe_contact="Ring kun til søsteren på Fantasigade 3.")  # fmt: skip
    c.found.gorm, c.found.gorm_code = sent.ref, re.search(r"sag (\w{5})", sent.text)[1]
    c.send(c.get("rikke", f"/sager/{sent.ref}"), "Jeg tager den")
    c.send(c.get("solveig", f"/sager/{sent.ref}"), "Ja, jeg er tovholder")
    advised(c, "solveig", sent.ref, "Rikke Ravn")
    other = c.get("solveig", f"/sager/{sent.ref}/personer/ny?rolle=opposing")
    c.send(other, "Gem oplysningerne", role="opposing", name="Frida Attrap", relation_text="Tidligere kæreste")
    task = c.click(c.get("solveig", f"/sager/{sent.ref}"), "Gennemgå, hvem i netværket")
    request = ask(c, "solveig", sent.ref, "Børn & Unge", "Kender I hans søn?", "Gorm Skyggegaard")
    planned = c.plan_meeting(c.get("solveig", f"/sager/{sent.ref}/moeder/nyt"), on="2 11 2026", at="9.00",
                     until="10.00", place="Hos søsteren")  # fmt: skip
    c.found.gorms = {"Case": sent.ref, "Task": task.ref, "Request": request.ref, "Meeting": planned.ref}
    c.work()


def the_call(c: Course) -> None:
    c.at(10, 20, 9)
    c.found.receipt = report(
        c, "sofus", "Rasmus Rør", what_happened="Har ringet omkring 200 gange og vil gerne stoppe. Er arbejdsløs.",
        citizen_role="perpetrator", name="Frida Attrap", children="yes", safe_contact="Ring på hendes egen telefon.",
    )  # fmt: skip
    c.found.frida, c.found.frida_code = c.found.receipt.ref, re.search(r"sag (\w{5})", c.found.receipt.text)[1]
    c.work()


def taken(c: Course) -> None:
    case = f"/sager/{c.found.frida}"
    c.found.unclaimed = c.get("rasmus", case)
    c.send(c.found.unclaimed, "Jeg tager den")
    c.work()
    c.found.overview = c.send(c.get("sofus", case), "Ja, jeg er tovholder")
    c.found.motive = c.click(c.found.overview, "Tal med borgeren om motivet")


def sparring(c: Course) -> None:
    c.at(10, 20, 11)
    advised(c, "sofus", c.found.frida, "Rasmus Rør")
    c.found.sheet = c.get("sofus", f"/sager/{c.found.frida}/sparring/ark")


def too_soon(c: Course) -> None:
    """Nobody has assessed whether Gorm is safe."""
    case = f"/sager/{c.found.frida}"
    when = {"on": "9 11 2026", "at": "14.00", "until": "15.00", "party": "citizen"}
    c.found.too_soon = [
        c.send(c.get("sofus", f"{case}/henvisninger"), "Registrér henvisning", organisation="dsc-perpetrator",
               on="i dag"),
        c.plan_meeting(c.get("sofus", f"{case}/moeder/nyt"), **when),
        ask(c, "sofus", c.found.frida, "Jobcenter", "Kan samtalerne lægges om formiddagen?", "Frida Attrap"),
    ]  # fmt: skip
    c.found.persons = c.get("sofus", f"{case}/personer/ny?rolle=opposing")
    acute = c.click(c.get("sofus", case), "Vurdér, om nogen er i fare lige nu")
    c.send(acute, "Gem", note="Aftalt med Rasmus. Den udsatte får støtte et andet sted.")


def referral(c: Course) -> None:
    page = f"/sager/{c.found.frida}/henvisninger"
    c.found.referrals = c.get("sofus", page)
    c.found.wrong = c.force(c.found.referrals, page, organisation="dsc", way="number-given", on="i dag")
    c.found.after_wrong = c.get("sofus", page)
    c.send(c.found.after_wrong, "Registrér henvisning", organisation="dsc-perpetrator", on="i dag",
           result="Hun ringer i eftermiddag.")  # fmt: skip
    c.found.referred = c.get("sofus", c.found.overview.link(LINE))
    c.send(c.get("rasmus", c.found.overview.link(DISCUSS)), "Markér som udført")


def jobcenter(c: Course) -> None:
    c.at(10, 21, 9)
    asked = ask(c, "sofus", c.found.frida, "Jobcenter", "Kan samtalerne lægges om formiddagen?", "Frida Attrap")
    c.work()
    c.found.answered = c.send(c.get("jonas", asked.path), "Send svar", outcome="done", answer="Ja, det gør vi.")
    c.found.jobcenter_sees = c.statuses("jonas", *(f"/sager/{c.found.frida}{page}" for page in CASE_PAGES))
    c.work()


def meeting(c: Course) -> None:
    c.at(10, 22, 9)
    form = c.get("sofus", f"/sager/{c.found.frida}/moeder/nyt")
    c.plan_meeting(form, on="9 11 2026", at="14.00", until="15.00", place="Lokale Ahorn", party="citizen")
    c.found.invited = c.work()


def apart(c: Course) -> None:
    """Frida's people knock on every door of Gorm's case."""
    c.found.doors = {who: knock(c, who) for who in FRIDAS}
    c.found.own_doors = c.statuses("rikke", *(f"/sager/{c.found.gorm}{page}" for page in CASE_PAGES))


OF_NO_CASE = {"DataBreach", "EmergencyUse", "Practice"}  # they have no door to one


def knock(c: Course, who: str) -> dict[str, int]:
    at_hand, got = c.get(who, "/sager"), {}
    for rule in c.app.url_map.iter_rules():
        row = getattr(c.app.view_functions[rule.endpoint], "asks", (None, None))[1]
        if row is None or row.__name__ in OF_NO_CASE:
            continue
        path = re.sub(r"<ref>", c.found.gorms[row.__name__], rule.rule)
        path = re.sub(r"<box>", "network", path)
        path = re.sub(r"<\w+>", c.found.gorms["Task"], path)
        page = c.get(who, path) if "GET" in rule.methods else c.force(at_hand, path)
        got[f"{rule.endpoint} {path}"] = page.status
    return got


def nothing_moves(c: Course) -> None:
    """What Frida's people see before and after things happen in Gorm's case, at the same minute."""
    c.at(10, 26, 10)
    c.work()
    c.found.before = lists_of(c)
    case = f"/sager/{c.found.gorm}"
    c.send(c.get("solveig", f"{case}/noter"), "Gem notat", theme="Opkald", text="Frida ringede igen i nat.")
    c.send(c.get("solveig", f"{case}/opgaver/ny"), "Opret opgaven", title="Ring til søsteren", box="network",
           due_on="26 10 2026")  # fmt: skip
    ask(c, "solveig", c.found.gorm, "Børn & Unge", "Må han få fri?", "Gorm Skyggegaard")
    c.work()
    c.found.after = lists_of(c)


def linked(c: Course) -> None:
    """Rikke comes onto Frida's case too, sees that the names cross, and links the two."""
    frida, gorm = f"/sager/{c.found.frida}", f"/sager/{c.found.gorm}"
    c.found.unknown = c.send(c.get("sofus", f"{frida}/forbundne"), "Forbind sagerne", code=c.found.gorm_code,
                             kind="opposing-party", reason="Prøve")  # fmt: skip
    c.found.nowhere = c.send(c.get("sofus", f"{frida}/forbundne"), "Forbind sagerne", code="Z9Z9Z",
                             kind="opposing-party", reason="Prøve")  # fmt: skip
    c.send(c.get("sofus", f"{frida}/adgang"), "Giv adgang", person="Rikke Ravn", reason="Rådgiver", asked="y")
    c.found.unlinked_pages = seen_of(c, frida)
    c.found.warned = c.get("rikke", frida)
    c.found.link = c.send(c.get("rikke", f"{gorm}/forbundne"), "Forbind sagerne", code=c.found.frida_code,
                          kind="opposing-party", reason="Frida ringer til Gorm.")  # fmt: skip
    c.found.link_seen = c.get("rikke", frida)
    c.found.linked_pages = seen_of(c, frida)
    page = c.get("sofus", f"{frida}/adgang")
    c.found.same_contact = c.send(page, "Spørg", contact="Solveig Sand", note="Overtag")
    c.found.both_sides = c.send(page, "Giv adgang", person="Solveig Sand", reason="Hjælper")
    c.work()


def seen_of(c: Course, case: str) -> dict[str, list[str]]:
    return {who: [c.get(who, f"{case}{path}").main for path in ("", "/historik", "/forbundne")] for who in FRIDAS}


def lists_of(c: Course) -> dict[str, dict[str, str]]:
    return {who: {path: c.get(who, path).text for path in LISTS} for who in (*FRIDAS, "rikke")}


def reminded(c: Course) -> None:
    for moment in ((11, 5, 7, 59), (11, 5, 8, 0), (11, 5, 8, 0), (11, 9, 6, 59), (11, 9, 7, 0)):
        c.at(*moment)
        c.work()


def the_same_name(c: Course) -> None:
    """Somebody mentions Gorm to Frida's caseworker, who does not know of his case."""
    c.at(11, 9, 9)
    c.found.second = report(c, "sofus", "Rasmus Rør", what_happened="En nabo er bange.", name="Gorm Skyggegaard")
    c.found.second_seen = {who: c.get(who, f"/sager/{c.found.second.ref}") for who in ("sofus", "rasmus", "rikke")}


def last_look(c: Course) -> None:
    c.at(11, 9, 10)
    for page in CASE_PAGES:
        c.get("sofus", f"/sager/{c.found.frida}{page}")
    for path in (*LISTS, *OTHER_PAGES):
        c.get("sofus", path)
    c.found.broken = c.broken_chains()


@pytest.fixture(scope="module")
def course(play):
    return play(play_all)


def of_fridas_case(course):
    """Every page of her case that somebody saw."""
    return [page for page in course.pages if page.path.startswith(f"/sager/{course.found.frida}")]


# ── the work with one who stalks ────────────────────────────────────────────────────────────────────


def test_the_first_task_is_when_to_inform_and_only_after_the_exposed_is_safe(course):
    box = course.found.overview.main.partition("Afklaring")[2]

    assert box.index(FIRST) < box.index("Afklar, hvem der allerede er inde over")


def test_nothing_of_the_exposed_is_among_the_tasks(course):
    assert not [title for title in OF_THE_EXPOSED if title in course.found.overview.main]


def test_the_police_is_discussed_and_not_referred_to(course):
    assert DISCUSS in course.found.overview.main
    assert "politi" not in " ".join(label for _, label in options(course.found.referrals)).lower()


def test_motive_and_price_are_talked_of_and_nothing_is_told_of_the_exposed(course):
    assert "hvad koster adfærden? Fortæl intet om den udsatte." in course.found.motive.main


def test_the_duty_to_report_concern_for_a_child_stands_here_too(course):
    assert "Vurdér din underretningspligt" in course.found.overview.main


def test_no_step_that_she_would_notice_is_taken_before_his_safety_is_assessed(course):
    """D-14."""
    for page in course.found.too_soon:
        assert page.status == 422
        assert "Den udsattes sikkerhed er ikke vurderet endnu – aftal med ressourcepersonen først." in page.main
    assert "Fortsæt alligevel – begrund" in course.found.too_soon[0].main


def test_nothing_is_asked_about_where_he_is(course):
    form, _ = course.found.persons.form("Gem oplysningerne")

    assert "Skriv intet om den udsatte her" in course.found.persons.main
    assert not {"contact", "address", "institution", "born", "protection"} & set(form.values)


def test_the_words_for_meeting_one_who_stalks_stand_beside_the_case(course):
    assert "Vejledning" in course.found.overview.main


def options(page):
    return page.form("Registrér henvisning")[0].options["organisation"]


def test_the_line_for_those_who_stalk_is_the_one_that_is_offered(course):
    assert [value for value, _ in options(course.found.referrals)] == ["dsc-perpetrator"]
    assert PERPETRATOR_NUMBER in course.found.referrals.main
    assert "Udført" in course.found.referred.main


def test_the_number_of_the_exposed_is_refused_and_nothing_is_written_down(course):
    assert course.found.wrong.status == 422
    assert "Ingen henvisninger endnu" in course.found.after_wrong.main


def test_the_number_of_the_exposed_stands_on_her_case_for_professionals_only(course):
    words = " ".join(page.main for page in of_fridas_case(course))

    assert EXPOSED_NUMBER in course.found.sheet.main
    labelled = re.findall(rf"{EXPOSED_NUMBER} (?:· )?(?:\S+\.dk )?sparring til fagpersoner", words)
    assert words.count(EXPOSED_NUMBER) == len(labelled)
    assert EXPOSED_NUMBER not in course.found.referrals.text + course.found.overview.text


def test_the_jobcenter_answers_and_sees_nothing_of_the_case(course):
    assert "Besvaret" in course.found.answered.main
    assert course.found.jobcenter_sees == {404}


def test_the_meeting_is_remembered_at_eight_two_working_days_before_and_at_seven_on_the_day(course):
    came = sorted((one.wall, one.to) for one in course.letters
                  if one.kind == "meeting-reminder" and one.to in FRIDAS)  # fmt: skip

    assert came == [("2026-11-05 08:00", "rasmus"), ("2026-11-05 08:00", "sofus"),
                    ("2026-11-09 07:00", "rasmus"), ("2026-11-09 07:00", "sofus")]  # fmt: skip


def test_the_calendar_has_the_hour_of_winter(course):
    assert sorted(one.to for one in course.found.invited) == ["rasmus", "sofus"]
    assert {one.appointment["DTSTART"].dt for one in course.found.invited} == {datetime(2026, 11, 9, 13, tzinfo=UTC)}


# ── two cases, walled ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", FRIDAS)
def test_every_door_of_gorms_case_is_a_page_that_does_not_exist(course, who):
    doors = course.found.doors[who]

    assert len(doors) > 80
    assert {door: status for door, status in doors.items() if status != 404} == {}


def test_the_same_doors_are_open_to_gorms_people(course):
    assert course.found.own_doors == {200}


def test_no_list_of_fridas_people_holds_a_trace_of_gorms_case(course):
    traces = (course.found.gorm_code, *course.found.gorms.values(), "G. S.", "Gorm", "Solveig Sand", "Rikke Ravn")

    for who in FRIDAS:
        for path, words in course.found.after[who].items():
            assert not [trace for trace in traces if trace in words], (who, path)
        assert "1 af 1 sag" in course.found.after[who]["/tavle"]
        assert course.found.after[who]["/sager"].count("(formodet udøver)") == 1


def test_no_list_or_count_of_fridas_people_moves_when_gorms_case_does(course):
    before, after = course.found.before, course.found.after

    assert {who for who in before if before[who] != after[who]} == {"rikke"}


def test_no_letter_of_gorms_case_goes_to_fridas_people(course):
    about_gorm = [one for one in course.letters if any(ref in one.path for ref in course.found.gorms.values())]

    assert {one.to for one in about_gorm} >= {"solveig", "rikke", "ulla"}
    assert not {one.to for one in about_gorm} & set(FRIDAS)


def test_a_likely_duplicate_is_shown_to_who_sees_both_cases_and_to_nobody_else(course):
    seen = course.found.second_seen

    assert course.found.gorm_code in seen["rikke"].main
    assert not [who for who in FRIDAS if "Der kan være en anden sag" in seen[who].main]
    assert "Der kan være en anden sag" not in course.found.unclaimed.main + course.found.second.main


def test_a_code_of_gorms_case_is_one_that_does_not_exist_for_fridas_people(course):
    said = "Du kan ikke se en sag med den kode. Kontrollér koden."

    assert course.found.unknown.status == course.found.nowhere.status == 422
    assert said in course.found.unknown.main
    assert said in course.found.nowhere.main


def test_the_link_is_seen_by_the_one_who_sees_both_and_moves_nothing_for_the_others(course):
    assert "Modparten kan have en sag" in course.found.warned.main
    assert course.found.frida_code in course.found.link.main
    assert re.search(rf"Modpart i anden sag ?: sag {course.found.gorm_code}", course.found.link_seen.main)
    assert course.found.unlinked_pages == course.found.linked_pages


def test_who_sees_one_side_is_asked_the_same_of_whomever_they_choose(course):
    """D-11, D-14, SEC-08."""
    assert course.found.same_contact.status == course.found.both_sides.status == 422
    assert "Sæt hak, når I har afklaret det." in course.found.same_contact.main
    assert "Sæt hak, når I har afklaret det." in course.found.both_sides.main
    assert "modpart" not in (course.found.same_contact.main + course.found.both_sides.main).lower()


def test_no_page_of_fridas_case_holds_a_datum_of_gorm(course):
    """D-14, SEC-10: whoever of her people looks."""
    traces = ("Skyggegaard", "Gorm", "G. S.", "Fantasigade", "søster", course.found.gorm_code)
    hers = [page for page in of_fridas_case(course) if page.who in FRIDAS and page not in (course.found.unknown,)]

    assert len(hers) > 40
    for page in hers:
        assert not tells(page.main, *traces), page.path


# ── words ───────────────────────────────────────────────────────────────────────────────────────────


def test_no_page_calls_anyone_what_the_product_never_says(course):
    said = {(page.path, found[0]) for page in course.pages for found in NEVER_SAID.finditer(page.text)}

    assert said == set()


def test_no_letter_tells_of_anyone_or_anything(course):
    secrets = ("Frida", "Attrap", "Gorm", "Skyggegaard", "Fantasigade", "Ahorn", *course.typed)

    assert len(course.letters) > 20
    for one in course.letters:
        assert not GIVEN_AWAY.search(one.every_text), one.kind
        assert not tells(one.every_text, *secrets), one.kind
        assert not {course.found.gorm_code, course.found.frida_code} & set(re.findall(r"\w+", one.every_text))


def test_every_chain_of_events_holds(course):
    assert course.found.broken == []
