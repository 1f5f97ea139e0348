"""The core of SC-01 as people play it, in a browser with scripts and in one without."""

import re

import pytest

from tests.browser.conftest import button, choose, unfold

NETWORK, DSC = "Gennemgå, hvem i netværket der kan støtte", "Henvis til Dansk Stalking Center"
ASKED = "Kan samtalerne holdes på skiftende tidspunkter?"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def course(request, house, visit):
    """The course from the first call to the planned meeting; each person has a browser of their own."""
    return Course(visit, scripts=request.param)


class Course:
    """One case, and the four who deal with it."""

    def __init__(self, visit, scripts: bool):
        self.scripts = scripts
        self.hour = "13.00" if scripts else "15.00"  # the same people cannot be at two meetings
        self.solveig, self.rikke, self.sofus, self.jonas = (
            visit(who, "/actioncard", java_script_enabled=scripts) for who in ("solveig", "rikke", "sofus", "jonas")
        )
        self.case = self.code = ""

    def report(self) -> None:
        """Three activations and a sentence."""
        self.solveig.locator("header a.button").click()
        button(self.solveig, "Nej").click()
        self.solveig.fill("[name=what_happened]", "En tidligere kæreste skriver hele tiden.")
        button(self.solveig, "Send til ressourceperson").click()
        self.solveig.get_by_text("Mistanken er sendt, men ikke modtaget endnu").wait_for()
        self.case = "/sager/" + re.search(r"/mistanke/(\w+)/", self.solveig.url)[1]
        self.code = self.solveig.locator("main strong").last.inner_text()

    def take_and_accept(self) -> None:
        self.rikke.goto("/")
        button(self.rikke, f"Jeg tager den: mistanke {self.code}").click()
        self.rikke.get_by_text("Tovholder: Rikke Ravn").wait_for()
        self.solveig.goto("/")
        button(self.solveig, "Læs og svar").click()
        button(self.solveig, "Ja, jeg er tovholder").click()
        self.solveig.get_by_text("Tovholder: Solveig Sand").wait_for()

    def spar_and_conclude(self) -> None:
        self.solveig.goto(f"{self.case}/sparring#ny")
        self.solveig.check("[name=way][value=internal]")
        choose(self.solveig, "person", "Rikke Ravn")
        self.solveig.fill("[name=held_on]", "i dag")
        self.solveig.fill("[name=advice]", "Saml hændelserne.")
        button(self.solveig, "Gem sparring").click()
        self.solveig.goto(f"{self.case}/sikkerhed/kontakt")
        self.solveig.fill("[name=safe_contact]", "Ring kun på arbejdet.")
        button(self.solveig, "Gem sikker kontakt").click()
        self.solveig.goto(f"{self.case}/beskrivelse")
        self.solveig.check("[name=citizen_role][value=exposed]")
        button(self.solveig, "Gem beskrivelsen").click()
        self.rikke.goto(f"{self.case}/vurdering#ny")
        self.rikke.check("[name=conclusion][value=stalking]")
        self.rikke.fill("[name=reason]", "Ensidigt, tydeligt nej, mønster.")
        button(self.rikke, "Gem konklusionen").click()
        self.rikke.get_by_text("Udgave 1 (gælder nu)").wait_for()

    def review_the_network(self) -> None:
        """Rikke assigns, in place where there are scripts; Sofus completes."""
        self.rikke.goto(self.case)
        card = self.rikke.locator(".sk-item", has_text=NETWORK)
        task = card.get_by_role("link", name=NETWORK, exact=True).get_attribute("href")
        card.get_by_role("link", name="Mere: ").click()
        card.locator("summary", has_text="Tildel").click()
        if self.scripts:
            choose(card, "owner", "Sofus Sild")
            card.locator("button", has_text="Tildel").click()
        else:
            card.get_by_role("link", name="Vælg person eller afdeling").click()
            choose(self.rikke, "owner", "Sofus Sild")
            button(self.rikke, "Tildel opgaven").click()
        self.rikke.get_by_text("Sofus Sild").first.wait_for()
        self.sofus.goto("/")
        link = self.sofus.locator(f'.sk-row a[href="{task}"]')
        unfold(self.sofus, link)
        link.click()
        self.sofus.get_by_role("button", name="Markér som udført").click()
        self.sofus.get_by_role("button", name="Fortryd").wait_for()

    def ask_a_department(self) -> None:
        self.solveig.goto(self.case)
        button(self.solveig, "Bed en afdeling om hjælp").click()
        choose(self.solveig, "department", "Jobcenter")
        self.solveig.fill("[name=ask]", ASKED + self.code)
        self.solveig.fill("[name=who]", "A. P.")
        self.solveig.check("[name=basis][value=consent]")
        self.solveig.fill("[name=consent_scope]", "Jobcentret må vide, at møderne er et problem.")
        self.solveig.check("[name=party_works_there][value=no]")
        button(self.solveig, "Send anmodning").click()
        self.solveig.wait_for_url("**/a/*")

    def answer(self) -> None:
        self.jonas.goto("/anmodninger")
        self.jonas.get_by_role("link", name=ASKED + self.code).click()
        button(self.jonas, "Jeg tager den").click()
        self.jonas.get_by_text("Taget af Jonas Jeppe").wait_for()
        button(self.jonas, "Svar").click()
        self.jonas.check("[name=outcome][value=done]")
        self.jonas.fill("[name=answer]", "Ja, fra mandag.")
        button(self.jonas, "Send svar").click()
        self.jonas.locator(".sk-badge", has_text="Besvaret").wait_for()

    def refer(self) -> None:
        self.solveig.goto(self.case)
        self.solveig.locator(".sk-item", has_text=DSC).locator("a.button", has_text="Registrér").click()
        self.solveig.check("[name=organisation][value=dsc]")
        self.solveig.check("[name=way][value=called-together]")
        self.solveig.locator("main button", has_text="Registrér henvisning").click()  # its opener says the same
        self.solveig.get_by_text("Dansk Stalking Center: Ringede sammen").wait_for()
        self.solveig.goto(self.case)

    def plan(self) -> None:
        button(self.solveig, "Aftal møde").click()
        self.solveig.fill("[name=on]", "26 11 2026")
        self.solveig.fill("[name=at]", self.hour)
        self.solveig.fill("[name=until]", self.hour.replace(".00", ".45"))
        button(self.solveig, "Aftal møde").click()
        self.solveig.wait_for_url("**/m/*")


def test_from_the_first_call_to_the_meeting(course):
    course.report()
    course.take_and_accept()
    course.spar_and_conclude()
    course.review_the_network()
    course.ask_a_department()
    course.answer()
    course.refer()
    done = course.solveig.locator(".sk-item-done").all_text_contents()
    course.plan()
    course.solveig.goto(course.case)
    seen = " ".join(course.solveig.inner_text("main").split())

    assert any(DSC in task for task in done)
    assert any(NETWORK in task for task in done)
    assert f"torsdag 26. november kl. {course.hour}" in seen
    assert "Tegn på stalking" in seen
