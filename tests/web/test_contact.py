"""Adgang and the tovholder: asked, answered, and what the page costs."""

import re

from skanderborg import policy
from skanderborg.domain.access import contact, exclusions
from skanderborg.store import keys
from skanderborg.store.cases import Case, Relation
from skanderborg.store.events import Event
from tests.made import a_case, department, opened

NAMES = ("person", "contact", "excluded", "department")


def test_whether_one_knows_anyone_is_asked_before_one_says_yes(visit, cast):
    case = a_case(cast, offered_to=cast["jonas"])
    jonas = visit("jonas")
    page = jonas.get(f"/sager/{case.ref}/tovholder/spurgt").text

    refused = [jonas.post(f"/sager/{case.ref}/tovholder/ja", knows=knows) for knows in ("", "yes", "unknown")]

    assert page.index("Kender du nogen i sagen?") < page.index("Ja, jeg er tovholder")
    assert [answer.status_code for answer in refused] == [422] * 3
    said = ("Svar først, om du kender nogen", "Tryk på «Jeg er inhabil»", "Ring til den, der spørger, og find ud af")
    assert [words in answer.text for words, answer in zip(said, refused, strict=True)] == [True] * 3
    assert Relation.select().where(Relation.case == case.ref, Relation.person == cast["jonas"]).count() == 0


def test_a_second_click_on_yes_ends_where_the_first_did(visit, cast):
    case = a_case(cast, offered_to=cast["jonas"])
    jonas = visit("jonas")

    answers = [jonas.post(f"/sager/{case.ref}/tovholder/ja", knows="no") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.location for answer in answers} == {f"/sager/{case.ref}"}
    assert Relation.select().where(Relation.case == case.ref, Relation.person == cast["jonas"]).count() == 1


def test_a_second_click_on_no_ends_where_the_first_did_though_the_case_is_out_of_sight(visit, cast):
    case = a_case(cast, offered_to=cast["jonas"])
    jonas = visit("jonas")

    answers = [jonas.post(f"/sager/{case.ref}/tovholder/nej") for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/sager")] * 2
    assert Event.select().where(Event.action == contact.DECLINED).count() == 1


def test_who_was_never_asked_finds_no_case_to_say_no_to(visit, cast):
    case = a_case(cast, offered_to=cast["jonas"])

    assert visit("ulla").post(f"/sager/{case.ref}/tovholder/nej").status_code == 404


def test_who_said_no_and_is_asked_again_can_say_no_again(cast):
    case = a_case(cast, offered_to=cast["jonas"])
    contact.decline(cast["jonas"], case.ref)
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], "Kan du nu?")

    contact.decline(cast["jonas"], case.ref)

    assert Case.get_by_id(case.ref).offered_to is None


def test_a_tovholder_does_not_answer_for_the_one_who_is_asked(visit, cast):
    case = a_case(cast, offered_to=cast["jonas"])

    assert visit("solveig").post(f"/sager/{case.ref}/tovholder/ja").status_code == 403


def test_the_page_of_access_asks_the_database_eight_times_at_most(visit, cast, queries):
    case = a_case(cast, offered_to=cast["lars"])
    exclusions.exclude_person(cast["rikke"], opened(cast["rikke"], case), cast["ruth"], "i familie")
    exclusions.exclude_department(cast["rikke"], opened(cast["rikke"], case), department("ssp"), "part ansat")
    rikke = visit("rikke")
    rikke.get(f"/sager/{case.ref}/adgang")
    keys.forget()
    queries.clear()

    page = rikke.get(f"/sager/{case.ref}/adgang").text

    assert len(queries) <= 8, "\n".join(queries)
    assert f"{cast['lars'].name} er spurgt om at være tovholder" in page
    assert f"{cast['ruth'].name}: i familie" in page


def test_people_and_departments_are_offered_where_they_belong(visit, cast):
    case = a_case(cast)

    page = visit("solveig").get(f"/sager/{case.ref}/adgang").text

    selects = {name: page.partition(f'name="{name}"')[2].partition("</select>")[0] for name in NAMES}
    offered = {name: set(re.findall(r'value="([a-z2-7]{26})"', select)) for name, select in selects.items()}
    work_with_cases = {person.ref for person in cast.values() if not policy.is_kept_from_cases(person)}
    assert offered["person"] == offered["contact"] == offered["excluded"] == work_with_cases
    assert department("jobcenter").ref in offered["department"]
    assert not offered["department"] & offered["person"]
