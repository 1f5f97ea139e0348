"""The pages *Mønster* and *Tidslinje*: pictures that are text too, filters in the address, and who opened them."""

import re
from datetime import date, time
from xml.etree import ElementTree

import pytest

from skanderborg.domain import incidents
from skanderborg.domain.incidents import Account
from skanderborg.kinds import IncidentKind
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from tests.made import a_case, opened

SVG = "{http://www.w3.org/2000/svg}"
MARKUP = '<b>x</b> "&\u202e'


@pytest.fixture
def case(cast):
    """A case with SC-09's log in small: a long period, a night with two half past twos, a danger sign, a clear no."""
    case = opened(cast["solveig"], a_case(cast))
    log = [
        Account(IncidentKind.INCIDENT, date(2026, 4, 14), date(2026, 11, 12), contact_count=2312, types=("message",),
             channel="app", what="Beskeder fra 11 profiler"),
        Account(IncidentKind.INCIDENT, date(2026, 10, 25), at_time=time(2, 30), is_second_hour=True, types=("call",),
             channel="phone", what=MARKUP),
        Account(IncidentKind.INCIDENT, date(2026, 11, 12), types=("tracker", "other"), what="GPS", is_danger=True),
        Account(IncidentKind.REFUSAL, date(2026, 5, 1), contact_count=0, what="Sagde nej"),
    ]  # fmt: skip
    with begin():
        for number, said in enumerate(log, 1):
            incidents.write(cast["solveig"], case, said, number)
    return case


@pytest.fixture
def pattern(visit, case):
    return visit("solveig").get(f"/sager/{case.ref}/moenster").text


def pictures(page):
    """Every chart of the page, read as XML, which it must be."""
    found, depth, start = [], 0, 0
    for tag in re.finditer(r"<svg |</svg>", page):
        start = start if depth else tag.start()
        depth += 1 if tag[0] == "<svg " else -1
        if not depth:
            found.append(page[start : tag.end()].replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    return [ElementTree.fromstring(one) for one in found if "sk-chart" in one]


def test_the_page_says_how_many_contacts_and_that_it_does_not_judge(pattern):
    assert "Der er 2.314 kontakter fra 14. apr. 2026 til 12. nov. 2026, 213 dage i alt. Det er over 14 dage." in pattern
    assert "2.312 kontakter hører til hændelser, der dækker flere uger. De er fordelt jævnt på dagene." in pattern
    assert "Den vurderer ikke" in pattern


def test_every_picture_is_sound_has_words_and_stands_beside_a_table(pattern):
    drawn = pictures(pattern)

    told = [one for one in drawn if one.get("role") == "img"]
    assert len(told) == 2
    assert all(one.find(f"{SVG}title").text and one.find(f"{SVG}desc").text for one in told)
    assert {one.get("aria-hidden") for one in drawn if one not in told} == {"true"}
    assert pattern.count("<table") == pattern.count("<caption>") == 8


def test_no_picture_carries_style_or_script_and_each_id_is_there_once(pattern):
    ids = re.findall(r'\sid="([^"]+)"', pattern)

    assert not re.search(r"\sstyle=|<style|<script(?![^>]*src=)|\son\w+=", pattern)
    assert len(ids) == len(set(ids))


def test_what_is_spread_is_hatched_and_said_in_words(pattern):
    """UX-42: not by colour alone."""
    assert 'fill="url(#skravering)"' in pattern
    assert "Fordelt jævnt fra en længere periode" in pattern


def test_an_empty_log_leads_to_the_log(visit, cast):
    case = a_case(cast)

    page = visit("solveig").get(f"/sager/{case.ref}/moenster").text

    assert "ikke noget mønster at vise" in page
    assert "<table" not in page
    assert f'href="/sager/{case.ref}/haendelser"' in page


def test_the_timeline_shows_the_logs_own_words_as_text_and_marks_what_turns_them(visit, case):
    """SEC-25, SEC-54."""
    page = visit("solveig").get(f"/sager/{case.ref}/tidslinje").text

    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "\u202e" not in page
    assert "⟦U+202E⟧" in page


def test_an_entry_has_a_link_that_holds_when_more_is_written_however_much_it_is(visit, case, cast):
    """A row of the log to its own page; what professionals did to their part of the day."""
    row = incidents.Incident.get(incidents.Incident.case == case.ref, incidents.Incident.number == 3)
    link = f"/sager/{case.ref}/tidslinje?fra=2026-11-20&amp;til=2026-11-20&amp;vis=fagligt#reported-{case.ref}"
    with begin():
        for number in range(5, 60):
            said = Account(IncidentKind.INCIDENT, date(2026, 11, 20), types=("call",), what="Opkald")
            incidents.write(cast["solveig"], case, said, number)
    solveig = visit("solveig")

    pages = [solveig.get(f"/sager/{case.ref}/tidslinje?side={page}").text for page in (1, 2)]

    assert f'href="/sager/{case.ref}/haendelser/{row.ref}"' in pages[1]
    assert link in pages[0]
    there = solveig.get(link.partition("#")[0].replace("&amp;", "&")).text
    assert f'id="reported-{case.ref}"' in there


@pytest.mark.parametrize("asked", ["ref=x", "endpoint=x", "_method=POST", "_scheme=ftp&_external=1", "values=x"])
def test_words_of_the_address_that_are_not_the_filters_are_not_obeyed(visit, case, asked):
    answer = visit("solveig").get(f"/sager/{case.ref}/tidslinje?{asked}")

    assert answer.status_code == 200
    assert "ftp:" not in answer.text
    assert ">Ryd<" not in answer.text


def test_the_filter_stays_in_the_form_and_in_the_order_asked_for(visit, case):
    page = visit("solveig").get(f"/sager/{case.ref}/tidslinje?vis=haendelser&orden=aeldste&fra=1.5.2026").text

    assert '<option selected value="aeldste">' in page
    assert page.index("Sagde nej") < page.index("GPS")
    assert "Mistanken blev meldt" not in page
    assert 'value="1.5.2026"' in page


@pytest.mark.parametrize("asked", ["fra=engang", "til=31-11-2026", "vis=x", "orden=%27", "slags=opgave"])
def test_a_filter_that_cannot_be_read_is_said_at_its_field_and_asks_for_nothing(visit, case, asked):
    answer = visit("solveig").get(f"/sager/{case.ref}/tidslinje?{asked}")

    assert answer.status_code == 422
    assert "Ret fejlen" in answer.text
    assert "Sagde nej" in answer.text


@pytest.mark.parametrize(("page", "event"), [("moenster", "pattern:read"), ("tidslinje", "timeline:list")])
def test_who_looked_is_written_down_and_a_stranger_finds_nothing(visit, case, cast, page, event):
    visit("rasmus").get(f"/sager/{case.ref}/{page}")

    assert visit("ulla").get(f"/sager/{case.ref}/{page}").status_code == 404
    assert Event.select().where(Event.action == event, Event.actor == cast["rasmus"].ref).count() == 1


def test_the_pages_of_a_long_log_ask_as_little_as_those_of_a_short_one(visit, case, queries):
    solveig = visit("solveig")
    for page in ("moenster", "tidslinje"):
        solveig.get(f"/sager/{case.ref}/{page}")
        queries.clear()
        solveig.get(f"/sager/{case.ref}/{page}")

        assert len([sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT"))]) <= 8
