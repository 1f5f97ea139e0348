"""What holds on every page: every GET route there is, as someone whom it is meant for."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from skanderborg.examples import CANARY, CAST, MORE
from skanderborg.settings import ROOT
from tests.browser.conftest import complaints
from tests.browser.handed import hand_over

AXE = (ROOT / "tests/vendor/axe.min.js").read_text()
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]},
    "rules": {"region": {"enabled": True}},
}
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
IN_PLACE = "main details:is(.sk-inline-form, .sk-cell, .sk-details)"
CITIZENS = ("Prøvesen", "Testrup", "Attrap", "Fiktiv", "Tænkt")

PAGES = {  # endpoint: who looks, and where
    "access.show": ("solveig", "/sager/{partner}/adgang"),
    "assessment.new": ("solveig", "/sager/{partner}/vurdering/ny"),
    "assessment.risk_form": ("solveig", "/sager/{partner}/vurdering/risiko"),
    "assessment.version": ("solveig", "/sager/{partner}/vurdering/1"),
    "assessment.show": ("solveig", "/sager/{partner}/vurdering"),
    "admin.closing": ("admin", "/administration/lukkedage"),
    "admin.index": ("admin", "/administration"),
    "admin_contacts.edit": ("admin", "/administration/kontakter/vejle"),
    "admin_contacts.index": ("admin", "/administration/kontakter"),
    "admin_contacts.new": ("admin", "/administration/kontakter/ny"),
    "admin_departments.edit": ("admin", "/administration/afdelinger/{department}"),
    "admin_departments.index": ("admin", "/administration/afdelinger"),
    "admin_texts.edit": ("admin", "/administration/tekster/vejledning/har-svaret"),
    "admin_texts.index": ("admin", "/administration/tekster"),
    "board.box": ("solveig", "/tavle/{partner}/network"),
    "board.show": ("solveig", "/tavle"),
    "board.tasks": ("solveig", "/tavle/opgaver"),
    "card.show": (None, "/actioncard"),
    "cases.closing": ("solveig", "/sager/{partner}/afslut"),
    "cases.description": ("solveig", "/sager/{partner}/beskrivelse"),
    "cases.index": ("solveig", "/sager"),
    "cases.moving": ("solveig", "/sager/{perpetrator}/fase"),
    "cases.reopening": ("sofus", "/sager/{closed}/genaabn"),
    "cases.show": ("solveig", "/sager/{partner}"),
    "children.edit": ("solveig", "/sager/{partner}/boern/{child}"),
    "children.report": ("rikke", "/o/{duty}/underretning"),
    "children.show": ("rikke", "/sager/{partner}/boern"),
    "contacts.index": ("solveig", "/kontakter"),
    "evidence.exhibit": ("solveig", "/sager/{partner}/bilag/{exhibit}"),
    "evidence.show": ("solveig", "/sager/{partner}/bilag"),
    "guide.index": ("solveig", "/hjaelp"),
    "guide.topic": ("solveig", "/hjaelp/netvaerk"),
    "health.accessibility": (None, "/tilgaengelighed"),
    "history.show": ("solveig", "/sager/{partner}/historik"),
    "impartiality.index": ("lars", "/habilitet"),
    "impartiality.of_case": ("solveig", "/sager/{partner}/inhabil"),
    "impartiality.of_meeting": ("solveig", "/m/{meeting}/inhabil"),
    "impartiality.of_request": ("solveig", "/a/{request}/inhabil"),
    "impartiality.of_task": ("solveig", "/o/{task}/inhabil"),
    "links.show": ("rasmus", "/sager/{closed}/forbundne"),
    "meetings.agenda_form": ("solveig", "/m/{meeting}/dagsorden"),
    "meetings.cancelling": ("solveig", "/m/{meeting}/aflys"),
    "meetings.index": ("solveig", "/sager/{partner}/moeder"),
    "meetings.minutes_form": ("solveig", "/m/{meeting}/referat"),
    "meetings.moving": ("solveig", "/m/{meeting}/flyt"),
    "meetings.new": ("solveig", "/sager/{partner}/moeder/nyt"),
    "meetings.participants_form": ("solveig", "/m/{meeting}/deltagere"),
    "meetings.rewrite_form": ("solveig", "/m/{held}/referat/ret"),
    "meetings.show": ("solveig", "/m/{meeting}"),
    "my_day.show": ("solveig", "/"),
    "imports.columns": ("solveig", "/sager/{partner}/import/{read}/kolonner"),
    "imports.one": ("solveig", "/sager/{partner}/import/{read}"),
    "imports.show": ("solveig", "/sager/{partner}/import"),
    "incidents.correction": ("solveig", "/sager/{partner}/haendelser/{incident}/ret"),
    "incidents.incident": ("solveig", "/sager/{partner}/haendelser/{incident}"),
    "incidents.show": ("solveig", "/sager/{partner}/haendelser"),
    "journal.show": ("solveig", "/sager/{partner}/journal"),
    "network.edit_person": ("solveig", "/sager/{partner}/netvaerk/person/{someone}"),
    "network.edit_place": ("solveig", "/sager/{partner}/netvaerk/sted/{place}"),
    "network.new_person": ("solveig", "/sager/{partner}/netvaerk/person"),
    "network.new_place": ("solveig", "/sager/{partner}/netvaerk/sted"),
    "network.sheet": ("solveig", "/sager/{partner}/netvaerk/ark"),
    "network.show": ("solveig", "/sager/{partner}/netvaerk"),
    "notes.correction": ("solveig", "/sager/{partner}/noter/{note}/rettelse"),
    "notes.show": ("solveig", "/sager/{partner}/noter"),
    "packs.pack": ("solveig", "/sager/{partner}/udlevering/{pack}"),
    "packs.preview": ("solveig", "/sager/{partner}/udlevering/ny?recipient=police"),
    "packs.show": ("solveig", "/sager/{partner}/udlevering"),
    "packs.signing": (
        "solveig",
        "/sager/{partner}/udlevering/ny/udlever?recipient=police&order=nyeste&parts=navn&valgt=1&seen=x",
    ),
    "police.breach_form": ("solveig", "/sager/{partner}/politi/tilhold/{order}/overtraedelse"),
    "police.changed_order_form": ("solveig", "/sager/{partner}/politi/tilhold/{order}"),
    "police.changed_report_form": ("solveig", "/sager/{partner}/politi/anmeldelse/{report}"),
    "police.end_form": ("solveig", "/sager/{partner}/politi/tilhold/{order}/ophaevet"),
    "police.order_form": ("solveig", "/sager/{perpetrator}/politi/tilhold"),
    "police.report_form": ("solveig", "/sager/{partner}/politi/anmeldelse"),
    "police.show": ("solveig", "/sager/{partner}/politi"),
    "drafts.show": ("solveig", "/kladde/{draft}"),
    "profile.show": ("solveig", "/profil"),
    "referrals.index": ("solveig", "/sager/{partner}/henvisninger"),
    "requests.index": ("jonas", "/anmodninger"),
    "requests.new": ("solveig", "/sager/{partner}/anmodning/ny"),
    "requests.show": ("jonas", "/a/{request}"),
    "roles.edit": ("solveig", "/sager/{partner}/roller/{role}"),
    "roles.show": ("solveig", "/sager/{partner}/roller"),
    "parties.edit": ("solveig", "/sager/{neighbour}/personer/{citizen}"),
    "parties.index": ("solveig", "/sager/{neighbour}/personer"),
    "parties.new": ("solveig", "/sager/{partner}/personer/ny"),
    "pattern.show": ("solveig", "/sager/{partner}/moenster"),
    "safety.contact_form": ("solveig", "/sager/{partner}/sikkerhed/kontakt"),
    "safety.item_form": ("solveig", "/sager/{partner}/sikkerhed/punkt/{item}"),
    "safety.new_item": ("solveig", "/sager/{partner}/sikkerhed/punkt/nyt/digital"),
    "safety.new_warning": ("solveig", "/sager/{partner}/sikkerhed/advarsel/ny"),
    "safety.show": ("solveig", "/sager/{partner}/sikkerhed"),
    "safety.warning": ("solveig", "/sager/{partner}/sikkerhed/advarsel/{warning}"),
    "sharing.consent": ("solveig", "/sager/{partner}/deling/samtykke/{consent}"),
    "sharing.show": ("solveig", "/sager/{partner}/deling"),
    "signing.form": (None, "/log-ind"),
    "signing.link": (None, "/engangslink/{link}"),
    "sparring.sheet": ("solveig", "/sager/{partner}/sparring/ark"),
    "sparring.show": ("rikke", "/sager/{partner}/sparring"),
    "suspicions.index": ("rikke", "/mistanker"),
    "suspicions.new": ("solveig", "/mistanke/ny"),
    "suspicions.receipt": ("jonas", "/mistanke/{suspected}/kvittering"),
    "tasks.assess_again_form": ("solveig", "/o/{acute}/vurder-igen"),
    "tasks.assess_form": ("solveig", "/o/{acute}/vurdering"),
    "tasks.assign_form": ("solveig", "/o/{task}/tildel"),
    "tasks.new": ("solveig", "/sager/{partner}/opgaver/ny"),
    "tasks.not_relevant_form": ("solveig", "/o/{task}/ikke-relevant"),
    "tasks.postpone_form": ("solveig", "/o/{task}/udskyd"),
    "tasks.show": ("solveig", "/o/{task}"),
    "tasks.wait_form": ("solveig", "/o/{task}/vent"),
    "timeline.show": ("solveig", "/sager/{partner}/tidslinje"),
    "transfer.show": ("solveig", "/sager/{partner}/overdrag-kommune"),
}
ALSO = {  # the same routes in another state, and what is no route
    "the form of a suspicion": ("solveig", "/mistanke/ny?fare=yes"),
    "a day with suspicions": ("rikke", "/"),
    "a day of a helper": ("jens", "/"),
    "a suspicion": ("rikke", "/sager/{suspected}"),
    "requests sent": ("solveig", "/anmodninger?vis=sendt"),
    "a request sent": ("solveig", "/a/{request}"),
    "the law in short": ("solveig", "/hjaelp/retligt"),
    "the police and a perpetrator": ("solveig", "/sager/{perpetrator}/politi"),
    "a request on pause": ("jonas", "/a/{paused}"),
    "a duty that is written down": ("solveig", "/o/{reported}/underretning"),
    "the network of a perpetrator": ("solveig", "/sager/{perpetrator}/netvaerk"),
    "a perpetrator's network, to print": ("solveig", "/sager/{perpetrator}/netvaerk/ark"),
    "the log of a perpetrator": ("solveig", "/sager/{perpetrator}/haendelser"),
    "a row that is struck out": ("solveig", "/sager/{partner}/haendelser/{struck}"),
    "evidence from a perpetrator": ("solveig", "/sager/{perpetrator}/bilag"),
    "what goes into the journal of a perpetrator": (
        "solveig",
        "/sager/{perpetrator}/udlevering/ny?recipient=journal",
    ),
    "nothing there": ("solveig", "/findes-ikke"),
}
NO_PAGE = {
    "imports.blank": "a file", "imports.faulty": "a file", "imports.progress": "a part",
    "packs.paper_of": "a file", "packs.archive_of": "a file", "packs.blank": "a file",
    "files.static": "a file", "health.alive": "for machines", "health.ready": "for machines",
    "guide.search_again": "leads on", "contacts.search_again": "leads on", "requests.basis": "a part",
    "tasks.request_behind": "leads on", "evidence.download": "a file", "evidence.preview": "a picture",
}  # fmt: skip


@pytest.fixture(scope="module")
def refs(house, cases, chromium_browser) -> dict[str, str]:
    """What the paths of PAGES name; a meeting is held and a draft is left for it."""
    meetings = dict(house.ask("SELECT case_id, ref FROM meeting"))
    page = house.open(chromium_browser, "solveig", f"/m/{meetings[cases['perpetrator']]}/referat")
    page.fill("[name=minutes]", f"{CANARY} Talt om næste skridt.")
    page.get_by_role("button", name="Gem referatet").click()
    page.context.close()
    page = house.open(chromium_browser, "solveig", f"/sager/{cases['partner']}/import")
    page.fill("[name=table]", f"Dato\tBeskrivelse\n03/04-26\t{CANARY} Skrev\ni går\t{CANARY} Ringede\n")
    page.get_by_role("button", name="Læs filen").click()
    page.get_by_role("button", name="Se rækkerne igennem").click()
    page.context.close()
    signed_out = house.open(chromium_browser, None, "/log-ind", java_script_enabled=False)
    house.sign_in(signed_out, "solveig")
    signed_out.goto(f"/sager/{cases['partner']}/noter")
    signed_out.fill("[name=text]", f"{CANARY} Ikke sendt endnu.")
    house.end_newest_session()
    signed_out.get_by_role("button", name="Gem notat").click()
    house.sign_in_here(signed_out, "solveig")
    draft = re.search(r"/kladde/(\w+)", signed_out.url)[1]
    signed_out.context.close()
    return cases | {
        "child": house.ref("SELECT ref FROM party WHERE role = 'child' AND case_id = ?", cases["partner"]),
        "duty": house.ref("SELECT ref FROM task WHERE kind = 'child-report' AND closed_at IS NULL"),
        "reported": house.ref("SELECT ref FROM task WHERE kind = 'child-report' AND closed_at IS NOT NULL"),
        "exhibit": house.ref("SELECT ref FROM exhibit WHERE number = 1 AND case_id = ?", cases["partner"]),
        "someone": house.ref("SELECT ref FROM network_person WHERE case_id = ?", cases["partner"]),
        "place": house.ref("SELECT ref FROM institution WHERE case_id = ?", cases["partner"]),
        "meeting": meetings[cases["partner"]],
        "held": meetings[cases["perpetrator"]],
        "item": house.ref("SELECT ref FROM safety_item WHERE case_id = ?", cases["partner"]),
        "warning": house.ref("SELECT ref FROM warning_note WHERE case_id = ?", cases["partner"]),
        "citizen": house.ref("SELECT ref FROM party WHERE case_id = ?", cases["neighbour"]),
        "incident": house.ref("SELECT ref FROM incident WHERE case_id = ? AND number = 4", cases["partner"]),
        "struck": house.ref("SELECT ref FROM incident WHERE case_id = ? AND number = 9", cases["partner"]),
        "pack": hand_over(house, cases["partner"], chromium_browser),
        "note": house.ref("SELECT ref FROM note WHERE case_id = ?", cases["partner"]),
        "role": house.ref("SELECT ref FROM role_share WHERE case_id = ?", cases["partner"]),
        "consent": house.ref("SELECT ref FROM consent WHERE case_id = ?", cases["partner"]),
        "report": house.ref("SELECT ref FROM police_report WHERE case_id = ?", cases["partner"]),
        "order": house.ref('SELECT ref FROM "order" WHERE case_id = ?', cases["partner"]),
        "paused": house.ref("SELECT ref FROM request WHERE frozen_at IS NOT NULL"),
        "read": house.ref("SELECT ref FROM log_import WHERE case_id = ?", cases["partner"]),
        "request": house.ref("SELECT ref FROM request WHERE case_id = ?", cases["partner"]),
        "department": house.ref("SELECT ref FROM department WHERE key = ?", "ssp"),
        "acute": house.task(cases["partner"], "acute"),
        "task": house.task(cases["partner"], "document"),
        "link": house.run("user", "reset", "fremmed").split("/engangslink/")[1].split()[0],
        "draft": draft,
    }


@pytest.fixture(scope="module")
def tabs(house, refs, chromium_browser) -> Iterator[dict[str | None, Page]]:
    """One tab for everyone who looks at many pages."""
    everyone = {who for who, _ in (PAGES | ALSO).values()}
    yield {who: house.open(chromium_browser, who, "/actioncard") for who in everyone}
    chromium_browser.close_pages()


@pytest.fixture(params=[*PAGES, *ALSO])
def look(request, tabs, refs, chromium_browser) -> Iterator[Callable[[int, int], Page]]:
    """`look(1280, 900)` opens the page whose turn it is on a screen of that size; a complaint fails the test."""
    who, path = (PAGES | ALSO)[request.param]
    chromium_browser.complaints.clear()

    def open_it(width: int, height: int) -> Page:
        tabs[who].emulate_media(color_scheme="light")
        tabs[who].set_viewport_size({"width": width, "height": height})
        tabs[who].goto(path.format(**refs))
        return tabs[who]

    yield open_it
    expected = "404 (Not Found)" if request.param == "nothing there" else "no complaint"
    assert [line for line in complaints(chromium_browser) if expected not in line] == []


def violations(page: Page, rules: dict = RULES) -> list[str]:
    """What axe finds: rule and element."""
    found = page.evaluate("rules => axe.run(rules)", rules)["violations"]
    return [f"{one['id']}: {node['html'][:200]} {node['failureSummary']}" for one in found for node in one["nodes"]]


def test_every_route_that_is_a_page_is_looked_at(app):
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods}

    assert routes == PAGES.keys() | NO_PAGE.keys()


def test_axe_finds_nothing_wide_or_narrow_light_or_dark_open_or_closed(look):
    """D-29."""
    page = look(1280, 900)
    page.evaluate(AXE)

    found = light_and_dark(page)
    page.set_viewport_size({"width": 360, "height": 800})
    page.evaluate("found => document.querySelectorAll(found).forEach(one => one.open = true)", IN_PLACE)
    page.wait_for_load_state("networkidle") if page.locator(".sk-cell").count() else None
    found += light_and_dark(page)

    assert found == []


def light_and_dark(page: Page) -> list[str]:
    """Every rule in light; in dark the colours, which are all that differ."""
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    found += violations(page, COLOURS)
    page.emulate_media(color_scheme="light")
    return found


def test_it_is_danish_has_one_heading_landmarks_and_no_scroll_sideways_on_a_small_phone(look):
    """D-28, D-29."""
    page = look(320, 640)

    seen = page.evaluate("""() => ({
      lang: document.documentElement.lang,
      headings: document.querySelectorAll("h1").length,
      landmarks: ["header", "nav", "main"].filter(name => !document.querySelector(name)),
      width: document.documentElement.scrollWidth,
    })""")

    assert seen == {"lang": "da", "headings": 1, "landmarks": [], "width": 320}


def test_nothing_stays_behind_in_the_browser_and_tab_leads_to_the_content(look):
    page = look(1280, 900)

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")

    assert first == "Gå til indholdet"
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_each_title_is_its_own_and_tells_of_nobody(tabs, refs):
    answers = [tabs[who].request.get(path.format(**refs)).text() for who, path in PAGES.values()]
    titles = [re.search(r"<title>(.*?)</title>", answer)[1] for answer in answers]

    names = {one.name for one in (*CAST, *MORE)} | {*CITIZENS, CANARY}
    assert len(set(titles)) == len(titles)
    assert not [title for title in titles if any(name in title for name in names)]


def test_min_dag_on_a_phone_comes_in_the_order_of_the_day(tabs):
    page = tabs["solveig"]
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/")

    tops = page.locator("main h2").evaluate_all(
        "all => all.map(one => [one.getBoundingClientRect().top, one.innerText])"
    )

    order = [re.split(r"[ ,(]", words)[0] for _, words in sorted(tops)]
    assert order == ["Overskredet", "I", "Anmodninger", "Møder", "Næste", "Senere"]


def test_axe_would_have_found_faults(tabs):
    page = tabs[None]
    page.goto("/log-ind")
    page.evaluate(AXE)

    page.evaluate("""() => {
      const pale = Object.assign(document.createElement("p"), { textContent: "Bleg" });
      pale.style.color = "#ccc";
      document.querySelector("main").append(document.createElement("img"), document.createElement("input"), pale);
    }""")

    assert {line.partition(":")[0] for line in violations(page)} == {"image-alt", "label", "color-contrast"}
