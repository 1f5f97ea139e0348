"""The six tabs of a case, and the pages beside each."""

import re

from skanderborg.domain import notes
from tests.made import opened

TABS = ["Overblik", "Vurdering og sikkerhed", "Hændelser", "Samarbejde", "Forløb og notater", "Adgang og deling"]
LINK = re.compile(r'<a href="(/sager/[^"]+)"( aria-current="[a-z]+")?>(?:<span>)?([^<]+)')


def links_in(page, label):
    nav = re.search(rf'<nav class="[^"]+" aria-label="{label}">(.*?)</nav>', page, re.DOTALL)
    return [(path, bool(current), name.strip()) for path, current, name in LINK.findall(nav[1])] if nav else []


def test_a_case_has_six_tabs(visit, case):
    page = visit("solveig").get(f"/sager/{case.ref}").text

    assert [name for _, _, name in links_in(page, "Sagens faner")] == TABS


def test_each_page_of_a_case_is_found_under_its_tab_and_marks_both(visit, case):
    solveig = visit("solveig")
    seen = []
    for path, _, tab in links_in(solveig.get(f"/sager/{case.ref}").text, "Sagens faner"):
        beside = links_in(solveig.get(path).text, "Sagens sider")
        for there, _, name in beside:
            page = solveig.get(there).text
            seen.append(there)
            assert [one for _, current, one in links_in(page, "Sagens faner") if current] == [tab]
            assert [one for _, current, one in links_in(page, "Sagens sider") if current] == [name]

    assert len(seen) == len(set(seen)) == 27


def test_the_list_beside_a_page_counts_what_lies_on_each(visit, cast, case):
    notes.write(cast["rikke"], opened(cast["rikke"], case), "Emne", "Tekst")

    page = visit("solveig").get(f"/sager/{case.ref}/tidslinje").text

    assert re.search(r'<span>Notater</span> <span class="sk-meta">1</span>', page)
    assert "<span>Til journalen</span></a>" in page


def test_a_form_about_a_case_stands_under_a_tab_too(visit, case):
    solveig = visit("solveig")
    for path, tab in (("opgaver/ny", "Overblik"), ("anmodning/ny", "Samarbejde"), ("moeder/nyt", "Samarbejde"),
                      ("overdrag-kommune", "Adgang og deling")):  # fmt: skip
        page = solveig.get(f"/sager/{case.ref}/{path}").text
        assert [one for _, current, one in links_in(page, "Sagens faner") if current] == [tab], path
