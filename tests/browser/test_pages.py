"""What holds on every page: every GET route there is, as someone whom it is meant for. Each page is opened once, on a
small phone, and then, with everything open, looked at wide in the light and narrow in the dark; a rule that fails names
every page. The other two, of which each part stands in one of these, are for `make proof`."""

import inspect
import re
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Error, Page

from skanderborg.examples import CANARY, CAST, MORE
from skanderborg.settings import ROOT
from tests.browser.conftest import complaints
from tests.browser.handed import emergency_sheets, hand_over

AXE = (ROOT / "tests/vendor/axe.min.js").read_text()
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]},
    "rules": {"region": {"enabled": True}},
}
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
ON_A_WIDE_SCREEN = COLOURS | {"runOnly": [*COLOURS["runOnly"], "scrollable-region-focusable", "target-size"]}
IN_PLACE = "main details:is(.sk-inline-form, .sk-details)"
MENUS = "details:is(.sk-more, .sk-user)"
CITIZENS = ("Prøvesen", "Testrup", "Attrap", "Fiktiv", "Tænkt")

PAGES = {  # endpoint: who looks, and where
    "silence.agree": ("solveig", "/sager/{partner}/naeste-kontakt"),
    "my_department.index": ("lars", "/min-afdeling"),
    "letters.mailboxes": ("admin", "/administration/breve"),
    "letters.uncertain": ("admin", "/administration/usikre"),
    "access_log.index": ("dorte", "/adgangslog"),
    "access_log.of_case": ("solveig", "/sager/{partner}/adgangslog"),
    "access.show": ("solveig", "/sager/{partner}/adgang"),
    "assessment.begin": ("solveig", "/sager/{partner}/vurdering/ny"),
    "assessment.write": ("solveig", "/sager/{partner}/vurdering/ny/2"),
    "assessment.check": ("solveig", "/sager/{partner}/vurdering/ny/kontrol"),
    "assessment.record_risk": ("solveig", "/sager/{partner}/vurdering/risiko"),
    "assessment.version": ("solveig", "/sager/{partner}/vurdering/1"),
    "assessment.show": ("solveig", "/sager/{partner}/vurdering"),
    "admin.closing": ("admin", "/administration/lukkedage"),
    "admin.index": ("admin", "/administration"),
    "admin_contacts.edit": ("admin", "/administration/kontakter/vejle"),
    "admin_contacts.index": ("admin", "/administration/kontakter"),
    "admin_contacts.add": ("admin", "/administration/kontakter/ny"),
    "admin_departments.add": ("admin", "/administration/afdelinger/ny"),
    "admin_departments.edit": ("admin", "/administration/afdelinger/{department}"),
    "admin_departments.index": ("admin", "/administration/afdelinger"),
    "admin_people.add": ("admin", "/administration/personer/ny"),
    "admin_people.edit": ("admin", "/administration/personer/{colleague}"),
    "oversight.index": ("dorte", "/tilsyn"),
    "oversight.review": ("lars", "/adgangsgennemgang"),
    "admin_people.index": ("admin", "/administration/personer"),
    "admin_tasks.add": ("admin", "/administration/opgaver/ny"),
    "admin_tasks.edit": ("admin", "/administration/opgaver/needs"),
    "admin_tasks.index": ("admin", "/administration/opgaver"),
    "admin_texts.edit": ("admin", "/administration/tekster/vejledning/har-svaret"),
    "admin_texts.index": ("admin", "/administration/tekster"),
    "board.box": ("solveig", "/tavle/{partner}/network"),
    "board.agreed": ("solveig", "/tavle/moeder"),
    "board.show": ("solveig", "/tavle"),
    "board.tasks": ("solveig", "/tavle/opgaver"),
    "practice.index": ("jonas", "/oevelse"),
    "practice.show": ("jonas", "/oevelse/{practice}"),
    "figures.index": ("lars", "/halvaarstal"),
    "figures.show": ("lars", "/halvaarstal/2026-1"),
    "breaches.report": ("jonas", "/brud/nyt"),
    "breaches.index": ("dorte", "/brud"),
    "breaches.show": ("dorte", "/brud/{breach}"),
    "card.show": (None, "/actioncard"),
    "cases.close": ("solveig", "/sager/{partner}/afslut"),
    "cases.describe": ("solveig", "/sager/{partner}/beskrivelse"),
    "cases.index": ("solveig", "/sager"),
    "find.case": ("solveig", "/find"),
    "cases.move": ("solveig", "/sager/{perpetrator}/fase"),
    "cases.reopen": ("sofus", "/sager/{closed}/genaabn"),
    "cases.show": ("solveig", "/sager/{partner}"),
    "retention.show": ("sofus", "/sager/{closed}/sletning"),
    "retention.index": ("lars", "/sletning"),
    "children.describe": ("solveig", "/sager/{partner}/boern/{child}"),
    "children.record": ("rikke", "/o/{duty}/underretning"),
    "children.show": ("rikke", "/sager/{partner}/boern"),
    "colleagues.card": ("solveig", "/kolleger/{colleague}"),
    "colleagues.team": ("solveig", "/kolleger/i/{department}"),
    "contacts.index": ("solveig", "/kontakter"),
    "evidence.exhibit": ("solveig", "/sager/{partner}/bilag/{exhibit}"),
    "evidence.show": ("solveig", "/sager/{partner}/bilag"),
    "guide.index": ("solveig", "/hjaelp"),
    "guide.topic": ("solveig", "/hjaelp/netvaerk"),
    "emergency.look": ("ruth", "/noedadgang"),
    "emergency.nothing": ("ruth", "/noedadgang/intet"),
    "emergency.of_case": ("solveig", "/sager/{partner}/noedark"),
    "emergency.on_paper": ("solveig", "/sager/{partner}/noedark/{sheet}"),
    "emergency.sheet": ("rasmus", "/noedadgang/{opened}"),
    "emergency.take_back": ("solveig", "/o/{sheet_back}/noedark"),
    "emergency.to_sign": ("lars", "/noedadgang/gennemgang"),
    "health.accessibility": (None, "/tilgaengelighed"),
    "history.show": ("solveig", "/sager/{partner}/historik"),
    "impartiality.index": ("lars", "/habilitet"),
    "impartiality.declare_case": ("solveig", "/sager/{partner}/inhabil"),
    "impartiality.declare_meeting": ("solveig", "/m/{meeting}/inhabil"),
    "impartiality.declare_request": ("solveig", "/a/{request}/inhabil"),
    "impartiality.declare_task": ("solveig", "/o/{task}/inhabil"),
    "links.show": ("rasmus", "/sager/{closed}/forbundne"),
    "meetings.describe": ("solveig", "/m/{meeting}/dagsorden"),
    "meetings.cancel": ("solveig", "/m/{meeting}/aflys"),
    "meetings.index": ("solveig", "/sager/{partner}/moeder"),
    "meetings.hold": ("solveig", "/m/{meeting}/referat"),
    "meetings.move": ("solveig", "/m/{meeting}/flyt"),
    "meetings.plan": ("solveig", "/sager/{partner}/moeder/nyt"),
    "meetings.set_participants": ("solveig", "/m/{meeting}/deltagere"),
    "meetings.rewrite": ("solveig", "/m/{held}/referat/ret"),
    "meetings.show": ("solveig", "/m/{meeting}"),
    "my_day.show": ("solveig", "/"),
    "several.several": ("solveig", "/flere"),
    "screen.shortcuts": ("solveig", "/profil/genveje"),
    "imports.understand": ("solveig", "/sager/{partner}/import/{read}/kolonner"),
    "imports.one": ("solveig", "/sager/{partner}/import/{read}"),
    "imports.show": ("solveig", "/sager/{partner}/import"),
    "incidents.correct": ("solveig", "/sager/{partner}/haendelser/{incident}/ret"),
    "incidents.incident": ("solveig", "/sager/{partner}/haendelser/{incident}"),
    "incidents.show": ("solveig", "/sager/{partner}/haendelser"),
    "informing.show": ("solveig", "/sager/{partner}/oplysning"),
    "insight.show": ("solveig", "/sager/{partner}/indsigt"),
    "insight.index": ("solveig", "/sager/{partner}/indsigt/anmodninger"),
    "insight.receive": ("solveig", "/sager/{partner}/indsigt/anmodninger/ny"),
    "insight.one": ("solveig", "/sager/{partner}/indsigt/anmodninger/{own_asked}"),
    "insight.choose": ("solveig", "/sager/{partner}/indsigt/anmodninger/{own_asked}/valg/incident"),
    "insight.preview": ("solveig", "/sager/{partner}/indsigt/anmodninger/{own_asked}/se"),
    "insight.give": ("solveig", "/sager/{partner}/indsigt/anmodninger/{own_asked}/udlever?seen=x"),
    "insight.decide": ("solveig", "/sager/{partner}/indsigt/anmodninger/{others_asked}/afgoerelse"),
    "insight.end": ("solveig", "/sager/{partner}/indsigt/anmodninger/{others_asked}/afslut"),
    "journal.show": ("solveig", "/sager/{partner}/journal"),
    "network.change_person": ("solveig", "/sager/{partner}/netvaerk/person/{someone}"),
    "network.change_place": ("solveig", "/sager/{partner}/netvaerk/sted/{place}"),
    "network.add_person": ("solveig", "/sager/{partner}/netvaerk/person"),
    "network.add_place": ("solveig", "/sager/{partner}/netvaerk/sted"),
    "cases.sheet": ("solveig", "/sager/{partner}/udskrift"),
    "network.sheet": ("solveig", "/sager/{partner}/netvaerk/ark"),
    "network.show": ("solveig", "/sager/{partner}/netvaerk"),
    "notes.correct": ("solveig", "/sager/{partner}/noter/{note}/rettelse"),
    "notes.show": ("solveig", "/sager/{partner}/noter"),
    "packs.pack": ("solveig", "/sager/{partner}/udlevering/{pack}"),
    "packs.preview": ("solveig", "/sager/{partner}/udlevering/ny?recipient=police"),
    "packs.show": ("solveig", "/sager/{partner}/udlevering"),
    "packs.make": (
        "solveig",
        "/sager/{partner}/udlevering/ny/udlever?recipient=police&order=nyeste&parts=navn&valgt=1&seen=x",
    ),
    "rounds.index": ("rikke", "/gennemgang"),
    "rounds.stop": ("solveig", "/gennemgang/{partner}"),
    "critical_dates.answer": ("solveig", "/sager/{partner}/datoer/{date}/svar"),
    "critical_dates.call_off": ("solveig", "/sager/{partner}/datoer/{date}/aflyst"),
    "critical_dates.change_date": ("solveig", "/sager/{partner}/datoer/{date}"),
    "critical_dates.record": ("solveig", "/sager/{partner}/datoer/ny"),
    "critical_dates.show": ("solveig", "/sager/{partner}/datoer"),
    "police.breach": ("solveig", "/sager/{partner}/politi/tilhold/{order}/overtraedelse"),
    "police.change_order": ("solveig", "/sager/{partner}/politi/tilhold/{order}"),
    "police.change_report": ("solveig", "/sager/{partner}/politi/anmeldelse/{report}"),
    "police.end": ("solveig", "/sager/{partner}/politi/tilhold/{order}/ophaevet"),
    "police.order": ("solveig", "/sager/{perpetrator}/politi/tilhold"),
    "police.report": ("solveig", "/sager/{partner}/politi/anmeldelse"),
    "police.show": ("solveig", "/sager/{partner}/politi"),
    "drafts.show": ("solveig", "/kladde/{draft}"),
    "profile.show": ("solveig", "/profil"),
    "factors.index": ("solveig", "/profil/bekraeftelse"),
    "factors.add_app": ("solveig", "/profil/bekraeftelse/app"),
    "factors.add_passkey": ("solveig", "/profil/bekraeftelse/noegle"),
    "proving.show": ("admin", "/bekraeft/{waiting}"),
    "referrals.index": ("solveig", "/sager/{partner}/henvisninger"),
    "requests.index": ("jonas", "/anmodninger"),
    "requests.send": ("solveig", "/sager/{partner}/anmodning/ny"),
    "requests.show": ("jonas", "/a/{request}"),
    "roles.rewrite": ("solveig", "/sager/{partner}/roller/{role}"),
    "roles.show": ("solveig", "/sager/{partner}/roller"),
    "parties.describe": ("solveig", "/sager/{neighbour}/personer/{citizen}"),
    "parties.index": ("solveig", "/sager/{neighbour}/personer"),
    "parties.add": ("solveig", "/sager/{partner}/personer/ny"),
    "pattern.show": ("solveig", "/sager/{partner}/moenster"),
    "safety.agree": ("solveig", "/sager/{partner}/sikkerhed/kontakt"),
    "safety.describe_item": ("solveig", "/sager/{partner}/sikkerhed/punkt/{item}"),
    "safety.add_item": ("solveig", "/sager/{partner}/sikkerhed/punkt/nyt/digital"),
    "safety.warn": ("solveig", "/sager/{partner}/sikkerhed/advarsel/ny"),
    "safety.show": ("solveig", "/sager/{partner}/sikkerhed"),
    "safety.review": ("solveig", "/sager/{partner}/sikkerhed/advarsel/{warning}"),
    "sharing.consent": ("solveig", "/sager/{partner}/deling/samtykke/{consent}"),
    "sharing.show": ("solveig", "/sager/{partner}/deling"),
    "signing.form": (None, "/log-ind"),
    "signing.set_password": (None, "/engangslink/{link}"),
    "sparring.sheet": ("solveig", "/sager/{partner}/sparring/ark"),
    "sparring.show": ("rikke", "/sager/{partner}/sparring"),
    "suspicions.index": ("rikke", "/mistanker"),
    "suspicions.new": ("solveig", "/mistanke/ny"),
    "suspicions.passed_on": ("admin", "/mistanke/givet-videre"),
    "suspicions.receipt": ("jonas", "/mistanke/{suspected}/kvittering"),
    "tasks.assess_again": ("solveig", "/o/{acute}/vurder-igen"),
    "tasks.assess": ("solveig", "/o/{acute}/vurdering"),
    "tasks.assign": ("solveig", "/o/{task}/tildel"),
    "tasks.create": ("solveig", "/sager/{partner}/opgaver/ny"),
    "tasks.not_relevant": ("solveig", "/o/{task}/ikke-relevant"),
    "tasks.postpone": ("solveig", "/o/{task}/udskyd"),
    "tasks.show": ("solveig", "/o/{task}"),
    "tasks.wait": ("solveig", "/o/{task}/vent"),
    "timeline.show": ("solveig", "/sager/{partner}/tidslinje"),
    "transfer.hand_on": ("solveig", "/sager/{partner}/overdrag-kommune"),
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
    **dict.fromkeys(
        ("sso.begin", "sso.again", "sso.answer", "sso.leave", "sso.front_channel", "sso.prove"),
        "goes to another host, or comes from there; tests/web/test_sso.py looks at it",
    ),
    **dict.fromkeys(
        ("second_factor.show", "second_factor.choose", "second_factor.add_app", "second_factor.add_passkey"),
        "stands before the first page; tests/browser/test_factors.py looks at it",
    ),
    "access.asked": "wants an offer that nobody answered; the walk of access opens it",
    "my_department.give_task": "wants a task that a letter told of; the walk of access opens it",
    "my_department.give_request": "as the task",
    "access_log.export": "a file", "figures.fetch": "a file",
    "insight.uses_paper": "a file", "insight.uses_table": "a file", "insight.without_a_case": "a file",
    "imports.blank": "a file", "imports.faulty": "a file", "imports.progress": "a part",
    "packs.paper_of": "a file", "packs.archive_of": "a file", "packs.blank": "a file",
    "files.static": "a file", "health.alive": "for machines", "health.ready": "for machines",
    "guide.search_again": "leads on", "contacts.search_again": "leads on", "requests.basis": "a part",
    "tasks.request_behind": "leads on", "evidence.download": "a file", "evidence.preview": "a picture",
}  # fmt: skip


def begin_exercise(house, browser) -> str:
    """Jonas begins to practise."""
    page = house.open(browser, "jonas", "/oevelse")
    page.get_by_role("button", name="Begynd øvelsen").first.click()
    page.wait_for_url("**/oevelse/*")
    return page.url.rpartition("/")[2]


def report_breach(house, browser) -> str:
    """Jonas tells of a breach of security; its ref."""
    page = house.open(browser, "jonas", "/brud/nyt")
    page.check("[name=kind][value=sent]")
    page.check("[name=danger][value=no]")
    page.fill("[name=what]", f"{CANARY} En mail gik forkert.")
    page.get_by_role("button", name="Send til tilsynet").click()
    page.wait_for_url(re.compile(r"/brud/[a-z2-7]{26}$"))
    ref = page.url.rpartition("/")[2]
    page.context.close()
    return ref


@pytest.fixture(scope="module")
def refs(house, cases, chromium_browser) -> dict[str, str]:
    """What the paths of PAGES name; a meeting is held and a draft is left for it."""
    meetings = dict(house.ask("SELECT case_id, ref FROM meeting"))
    page = house.open(chromium_browser, "solveig", f"/m/{meetings[cases['perpetrator']]}/referat")
    page.fill("[name=minutes]", f"{CANARY} Talt om næste skridt.")
    page.get_by_role("button", name="Gem referatet").click()
    page.context.close()
    page = house.open(chromium_browser, "solveig", f"/sager/{cases['partner']}/import#ny")
    page.fill("[name=table]", f"Dato\tBeskrivelse\n03/04-26\t{CANARY} Skrev\ni går\t{CANARY} Ringede\n")
    page.get_by_role("button", name="Læs filen").click()
    page.get_by_role("button", name="Se rækkerne igennem").click()
    page.context.close()
    signed_out = house.open(chromium_browser, None, "/log-ind", java_script_enabled=False)
    house.sign_in(signed_out, "solveig")
    signed_out.goto(f"/sager/{cases['partner']}/noter#ny")
    signed_out.fill("[name=text]", f"{CANARY} Ikke sendt endnu.")
    house.end_newest_session()
    signed_out.get_by_role("button", name="Gem notat").click()
    house.sign_in_here(signed_out, "solveig")
    draft = re.search(r"/kladde/(\w+)", signed_out.url)[1]
    signed_out.context.close()
    colleague = house.ref("SELECT ref FROM person WHERE username = 'ulla'")
    page = house.open(chromium_browser, "admin", f"/administration/personer/{colleague}")
    page.get_by_role("button", name="Gem person").click()
    waiting = re.search(r"/bekraeft/(\w+)", page.url)[1]
    page.context.close()
    return cases | {
        "child": house.ref("SELECT ref FROM party WHERE role = 'child' AND case_id = ?", cases["partner"]),
        "duty": house.ref(
            "SELECT ref FROM task WHERE kind = 'child-report' AND closed_at IS NULL "
            "AND assignee_id = (SELECT ref FROM person WHERE username = 'rikke')"
        ),
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
        "date": house.ref("SELECT ref FROM critical_date WHERE case_id = ? AND about IS NULL", cases["partner"]),
        "own_asked": house.ref("SELECT ref FROM insight WHERE asker = ?", "citizen"),
        "others_asked": house.ref("SELECT ref FROM insight WHERE asker = ?", "opposing"),
        "order": house.ref('SELECT ref FROM "order" WHERE case_id = ?', cases["partner"]),
        "paused": house.ref("SELECT ref FROM request WHERE frozen_at IS NOT NULL"),
        "read": house.ref("SELECT ref FROM log_import WHERE case_id = ?", cases["partner"]),
        "request": house.ref("SELECT ref FROM request WHERE case_id = ?", cases["partner"]),
        "breach": report_breach(house, chromium_browser),
        "practice": begin_exercise(house, chromium_browser),
        "colleague": colleague,
        "waiting": waiting,
        "department": house.ref("SELECT ref FROM department WHERE key = ?", "ssp"),
        "acute": house.task(cases["partner"], "acute"),
        "task": house.task(cases["partner"], "document"),
        **emergency_sheets(house, cases["partner"], chromium_browser),
        "link": house.run("user", "reset", "fremmed").split("/engangslink/")[1].split()[0],
        "draft": draft,
    }


class Seen(NamedTuple):
    """What one visit to a page saw."""

    title: str
    lang: str
    headings: int
    landmarks_missing: list[str]
    adding: list[str]  # where forms go that add something and stand open unasked, on a page that is no form
    stops: list[str]  # the first thing that Tab reaches, and where its Enter leads
    kept: list[Any]  # what stays behind in the browser
    sideways: dict[str, int]  # width of what is there, on screens that are narrower than it
    wide: list[str]  # what axe finds on a wide screen in the light with everything open: layout and colours
    narrow: list[str]  # what axe finds on a phone in the dark with everything open: every rule
    complaints: list[str]


FACTS = """() => ({
  title: document.title,
  lang: document.documentElement.lang,
  headings: document.querySelectorAll("h1").length,
  landmarks_missing: ["header", "nav", "main"].filter(name => !document.querySelector(name)),
  adding: [...document.querySelectorAll("main form[method=post]:not(:has([name=version])):not(.sk-search)")].filter(
    form => [...form.elements].some(
      one => one.matches("input:not([type=hidden]), select, textarea") && one.checkVisibility())
  ).map(form => form.getAttribute("action")),
})"""


OPEN = "found => document.querySelectorAll(found).forEach(one => one.open = true)"


@pytest.fixture(scope="module")
def tabs(house, refs, chromium_browser) -> dict[str | None, Page]:
    """One tab for everyone who looks at pages, here and in every rule below."""
    everyone = {who for who, _ in (PAGES | ALSO).values()}
    found = {who: house.open(chromium_browser, who, "/actioncard") for who in everyone}
    for tab in found.values():
        tab.context.add_init_script(AXE)  # sent to the browser once, not once a page
    return found


@pytest.fixture(scope="module")
def seen(tabs, refs, chromium_browser) -> dict[str, Seen | str]:
    """What was seen of each page; the browser's own words where one could not be opened or looked at."""
    found: dict[str, Seen | str] = {}
    for name, (who, path) in (PAGES | ALSO).items():
        chromium_browser.complaints.clear()
        try:
            found[name] = visited(tabs[who], path.format(**refs), chromium_browser)
        except Error as error:
            found[name] = f"{error.message} {chromium_browser.complaints}"
    chromium_browser.complaints.clear()
    return found


def visited(page: Page, path: str, browser) -> Seen:
    """One visit, on three screens."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(path)
    facts, sideways = page.evaluate(FACTS), {"320": width(page)}
    stops = first_stops(page)
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    page.set_viewport_size({"width": 1280, "height": 900})
    sideways["1280"] = width(page)
    open_everything(page)
    wide = violations(page, ON_A_WIDE_SCREEN)
    page.set_viewport_size({"width": 360, "height": 800})
    sideways["360, open"] = width(page)
    narrow = in_the_dark(page, RULES)
    if page.locator("main .sk-more").count():
        page.evaluate(OPEN, MENUS)
        sideways["360, menus"] = width(page)
        narrow += violations(page, RULES, ".sk-menu-list")  # what a menu covers is not to be hit
    too_wide = {screen: there for screen, there in sideways.items() if there > int(screen.partition(",")[0])}
    return Seen(**facts, stops=stops, kept=kept, sideways=too_wide, wide=wide, narrow=narrow,
                complaints=complaints(browser))  # fmt: skip


def open_everything(page: Page) -> None:
    """Every form in place, and a row of the board below its case."""
    page.evaluate(OPEN, IN_PLACE)
    if page.locator("td .sk-cell").count():
        page.locator("td .sk-cell").last.click()
        page.locator(".sk-opened h2:focus").wait_for()


def width(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


def first_stops(page: Page) -> list[str]:
    """What the first Tab reaches, and where Enter leads from there."""
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    return [first, page.evaluate("document.activeElement.id")]


def in_the_dark(page: Page, rules: dict) -> list[str]:
    page.emulate_media(color_scheme="dark")
    found = violations(page, rules)
    page.emulate_media(color_scheme="light")
    return found


def violations(page: Page, rules: dict = RULES, within: str | None = None) -> list[str]:
    """What axe finds, on the page or within what is named: rule and element."""
    found = page.evaluate("([within, rules]) => axe.run(within ?? document, rules)", [within, rules])["violations"]
    return [f"{one['id']}: {node['html'][:200]} {node['failureSummary']}" for one in found for node in one["nodes"]]


def otherwise(seen: dict[str, Seen | str], field: str, expected: object) -> dict[str, object]:
    """The pages of which something else was seen, and what."""
    looked_at = {name: one for name, one in seen.items() if isinstance(one, Seen)}
    return {name: getattr(one, field) for name, one in looked_at.items() if getattr(one, field) != expected}


def test_every_route_that_is_a_page_is_looked_at(pages):
    routes = {rule.endpoint for rule in pages.url_map.iter_rules() if "GET" in rule.methods}

    assert routes == PAGES.keys() | NO_PAGE.keys()


def test_every_page_can_be_opened_and_the_browser_complains_of_none(seen):
    expected = {
        "nothing there": ["console: Failed to load resource: the server responded with a status of 404 (Not Found)"]
    }

    assert {name: fault for name, fault in seen.items() if isinstance(fault, str)} == {}
    assert otherwise(seen, "complaints", []) == expected


def test_axe_finds_nothing_on_a_phone_in_the_dark_with_everything_open(seen):
    """D-29."""
    assert otherwise(seen, "narrow", []) == {}


def test_axe_finds_nothing_amiss_with_layout_and_colours_on_a_wide_screen(seen):
    """D-29."""
    assert otherwise(seen, "wide", []) == {}


@pytest.mark.proof
def test_axe_finds_nothing_amiss_with_colours_on_a_dark_wide_screen_or_a_light_phone(tabs, refs):
    """D-29."""
    found = {}
    for name, (who, path) in (PAGES | ALSO).items():
        tabs[who].set_viewport_size({"width": 1280, "height": 900})
        tabs[who].goto(path.format(**refs))
        open_everything(tabs[who])
        in_dark = in_the_dark(tabs[who], COLOURS)
        tabs[who].set_viewport_size({"width": 360, "height": 800})
        found[name] = in_dark + violations(tabs[who], COLOURS)

    assert {name: lines for name, lines in found.items() if lines} == {}


def test_no_page_scrolls_sideways(seen):
    """D-29: neither on a small phone, nor on a phone with everything open, nor on a wide screen."""
    assert otherwise(seen, "sideways", {}) == {}


def test_every_page_is_danish_and_has_one_heading_and_its_landmarks(seen):
    """D-28, D-29."""
    assert otherwise(seen, "lang", "da") == {}
    assert otherwise(seen, "headings", 1) == {}
    assert otherwise(seen, "landmarks_missing", []) == {}


def test_what_adds_something_is_opened_by_its_button_only(seen, pages):
    """A page that is a form of its own was opened by one."""
    views = {name: getattr(view, "view", view) for name, view in pages.view_functions.items()}
    forms = {name for name in PAGES if inspect.isgeneratorfunction(views[name])} - {"referrals.index"}  # a list too
    lists = PAGES.keys() - forms - {"drafts.show", "signing.form"}

    assert {name: one for name, one in otherwise(seen, "adding", []).items() if name in lists} == {}


def test_tab_leads_past_the_menu_to_the_content(seen):
    assert otherwise(seen, "stops", ["Gå til indholdet", "main"]) == {}


def test_nothing_stays_behind_in_the_browser(seen):
    assert otherwise(seen, "kept", [0, 0, ""]) == {}


def test_each_title_is_its_own_and_tells_of_nobody(seen):
    titles = {name: seen[name].title for name in PAGES}
    names = {one.name for one in (*CAST, *MORE)} | {*CITIZENS, CANARY}

    assert {page: title for page, title in titles.items() if [*titles.values()].count(title) > 1} == {}
    assert [title for title in titles.values() if any(name in title for name in names)] == []


def test_min_dag_on_a_phone_comes_in_the_order_of_the_day(tabs):
    page = tabs["solveig"]
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/")

    tops = page.locator("main h2").evaluate_all(
        "all => all.map(one => [one.getBoundingClientRect().top, one.innerText])"
    )

    order = [re.split(r"[ ,(]", words)[0] for _, words in sorted(tops)]
    assert order == ["Over", "I", "De", "Senere:", "Nyt", "Møder"]


def test_an_open_menu_stays_on_the_screen(tabs):
    page = tabs["jonas"]
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/")

    page.locator("main details.sk-more").first.evaluate("one => one.open = true")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_ten_tasks_of_min_dag_stand_in_950_pixels(tabs):
    page = tabs["solveig"]
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/")
    page.get_by_role("button", name="Vis ikke igen").click()
    page.locator(".sk-first").wait_for(state="detached")
    page.goto("/")

    rows = page.locator(".sk-row:visible").evaluate_all("all => all.map(one => one.offsetHeight)")
    height, worker = page.evaluate("[document.documentElement.scrollHeight, document.querySelector('.sk-worker')]")

    assert max(rows) <= 46
    assert height - sum(rows) + 10 * max(rows) <= (950 if worker is None else 1000)


def test_the_longest_part_of_the_assessment_is_one_screen_and_a_bit(tabs, refs):
    page = tabs["solveig"]
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/sager/{partner}/vurdering/ny/2".format(**refs))

    assert page.locator(".sk-answers fieldset").count() == 14
    assert page.evaluate("document.documentElement.scrollHeight") <= 1200 + 41 * page.locator(".sk-worker").count()


def test_axe_would_have_found_faults(tabs):
    page = tabs[None]
    page.goto("/log-ind")

    page.evaluate("""() => {
      const pale = Object.assign(document.createElement("p"), { textContent: "Bleg" });
      pale.style.color = "#ccc";
      document.querySelector("main").append(document.createElement("img"), document.createElement("input"), pale);
    }""")

    assert {line.partition(":")[0] for line in violations(page)} == {"image-alt", "label", "color-contrast"}
