"""The course of SC-01, act by act: what is typed and pressed, and what the tests will look at."""

import re

from tests.scenarios.made import Course, Seen

ONE_SENTENCE = "Hendes tidligere kæreste lader hende ikke være i fred."
INCIDENTS = (
    {"from_on": "17 8 2026", "at_time": "7.42", "types": "message", "contact_count": "14",
     "what": "Sms'er fra Bo Eksempelsen efter bruddet.", "evidence": "bilag 1"},
    {"from_on": "20.8.2026", "types": "watch", "what": "Holder i bilen ved hjemmet på Opdigtvej 7."},
    {"kind": "refusal", "from_on": "24.8.2026", "at_time": "18.05", "what": "Alma skriver et tydeligt nej."},
    {"from_on": "29.8.2026", "types": "gift", "what": "Blomster, som ingen havde bedt om.", "witness": "Naboen"},
    {"from_on": "2.9.2026", "types": "message", "contact_count": "31", "what": "Sms'er hele dagen."},
    {"from_on": "7.9.2026", "types": "institution", "what": "Vil hente barnet i daginstitutionen.",
     "witness": "Pædagogen Pia"},
    {"from_on": "11.9.2026", "types": "watch", "what": "Holder ved arbejdspladsen i 3 timer.",
     "witness": "Kollegaen Ditlev"},
)  # fmt: skip
SINGLE_ANSWER = "Alma svarede én gang om barnets lægetid."
BECAUSE_OF_THE_CHILD = "Nødvendig kontakt om fælles børn."
THREAT = "Trussel på sms i nat."
ACUTE, CHILD_REPORT = "Vurdér, om nogen er i fare lige nu", "Vurdér din underretningspligt"
DSC, POLICE = "Henvis til Dansk Stalking Center", "Henvis til lokal politistation"
NETWORK = "Gennemgå, hvem i netværket der kan støtte"
DECISION = "Bed boligforeningen om en ny låsecylinder"
CASE_PAGES = ("", "/sparring", "/sparring/ark", "/vurdering", "/haendelser", "/moeder", "/henvisninger", "/noter",
              "/adgang", "/historik", "/opgaver/ny", "/moeder/nyt", "/anmodning/ny")  # fmt: skip


def play_all(c: Course) -> None:
    for act in (another_case, first_call, taken, sparring, safety_first, conclusion, referrals, network, requests,
                first_meeting, second_meeting, danger, after_the_clocks, last_look):  # fmt: skip
        act(c)


def another_case(c: Course) -> None:
    """One that was there before, so that there is a board to be on top of."""
    c.at(9, 7, 9)
    c.send(c.get("sofus", "/mistanke/ny?fare=no"), "Send til ressourceperson", what_happened="Skænderi om en hæk.")
    c.send(c.get("rikke", "/"), "Jeg tager den")
    c.work()


def first_call(c: Course) -> None:
    c.at(9, 14, 9, 30)
    start = c.get("solveig", "/actioncard")
    c.activations = 0
    question = c.click(start, "Jeg har en mistanke")
    receipt = c.send(c.send(question, "Nej"), "Send til ressourceperson", what_happened=ONE_SENTENCE)
    c.found.activations, c.found.receipt = c.activations, receipt
    c.found.case = receipt.ref
    c.found.code = re.search(r"sag (\w{5})", receipt.text)[1]
    c.work()


def taken(c: Course) -> None:
    c.at(9, 14, 10, 15)
    c.found.taken = c.send(c.get("rikke", "/"), f"Jeg tager den: mistanke {c.found.code}")
    c.work()
    c.at(9, 14, 10, 40)
    assert f"/sager/{c.found.case}/tovholder/spurgt" in c.get("solveig", "/").html
    c.found.accepted = c.send(c.get("solveig", f"/sager/{c.found.case}/tovholder/spurgt"), "Ja, jeg er tovholder")


def sparring(c: Course) -> None:
    c.at(9, 14, 13)
    case = f"/sager/{c.found.case}"
    c.send(c.get("solveig", f"{case}/sparring"), "Gem sparring", way="internal", person="Rikke Ravn", held_on="i dag",
           advice="Saml hændelserne. Svar aldrig på sms.", next_step="Ring til daginstitutionen.")  # fmt: skip
    c.send(c.get("solveig", f"{case}/sikkerhed/kontakt"), "Gem sikker kontakt",
           safe_contact="Ring kun på arbejdet, aldrig sms.")  # fmt: skip
    described = c.send(
        c.get("solveig", f"{case}/beskrivelse"), "Gem beskrivelsen", citizen_role="exposed", name="Alma Prøvesen",
        children="yes",
    )  # fmt: skip
    c.found.described = described
    c.found.school = c.get("solveig", described.link("Aftal med skole og daginstitution, hvad de skal vide"))
    c.found.after_sparring = c.send(described, "Fortsæt til Handling")


def safety_first(c: Course) -> None:
    case = f"/sager/{c.found.case}"
    acute = c.click(c.get("solveig", case), ACUTE)
    c.found.acute = acute.ref
    c.found.assessed = c.send(acute, "Gem", note="Ingen akut fare. Nødplan aftalt med Alma.")
    report = c.click(c.get("solveig", case), CHILD_REPORT)
    c.found.report = report
    form = c.get("solveig", f"{report.path}/udskyd")
    c.found.postponing = c.send(form, "Gem ny frist", due_on="21 9 2026", reason="Vi venter på skolen.")
    c.found.report_after = c.get("solveig", report.path)
    assessment = c.click(c.found.report_after, "Vurdér og skriv ned")
    c.send(assessment, "Gem vurderingen", outcome="sent", sent_on="i dag", receiver="Børn & Unge", channel="digital")
    c.found.reported = c.get("solveig", report.path)
    c.found.anothers_duty = c.get("rikke", report.path)
    c.work()


def conclusion(c: Course) -> None:
    c.at(9, 15, 9)
    case = f"/sager/{c.found.case}"
    reason = "Ensidigt, tydeligt nej 24.8., mønster 17.8.–11.9. (26 dage)."
    c.found.concluded = c.send(c.get("rikke", f"{case}/vurdering"), "Gem konklusionen", conclusion="stalking",
                               reason=reason)  # fmt: skip
    page = c.get("solveig", f"{case}/haendelser")
    for said in INCIDENTS:
        page = c.send(page, "Gem hændelse", **said)
    answer = {"kind": "answer", "from_on": "2 9 2026", "at_time": "20.11", "what": SINGLE_ANSWER}
    c.found.unexplained = c.send(page, "Gem hændelse", **answer)
    c.found.log = c.send(c.found.unexplained, "Gem hændelse", reaction_reason=BECAUSE_OF_THE_CHILD)
    c.found.oldest = c.get("solveig", f"{case}/haendelser?orden=aeldste")
    c.found.assessment = c.get("solveig", f"{case}/vurdering")
    c.found.overview = c.get("solveig", case)
    c.send(c.found.overview, "Fortsæt til Videre handling")


def referrals(c: Course) -> None:
    case = c.get("solveig", f"/sager/{c.found.case}")
    c.found.refused, c.found.referred = [], []
    for title, way in ((DSC, "called-together"), (POLICE, "number-given")):
        task = c.click(case, title)
        c.found.refused.append(c.force(task, f"{task.path}/udfoert"))
        c.found.refused.append(c.force(task, f"{task.path}/ikke-relevant", reason="Hun har selv ringet."))
        c.found.refused.append(c.get("solveig", task.path))
        place = "dsc" if title == DSC else "police"
        c.send(c.click(task, "Registrér henvisning"), "Registrér henvisning", organisation=place, way=way, on="i dag",
               result="Hun ringer selv i morgen.")  # fmt: skip
        c.found.referred.append(c.get("solveig", task.path))


def network(c: Course) -> None:
    task = c.click(c.get("rikke", f"/sager/{c.found.case}"), NETWORK)
    c.send(c.get("rikke", f"{task.path}/tildel"), "Tildel opgaven", owner="Sofus Sild")
    (letter,) = c.work()
    c.found.to_sofus = letter
    c.found.reviewed = c.send(c.get("sofus", letter.path), "Markér som udført")
    c.found.sofus_sees = c.statuses("sofus", *(f"/sager/{c.found.case}{page}" for page in CASE_PAGES))


def requests(c: Course) -> None:
    c.at(9, 16, 9)
    jobcenter = ask(c, "Jobcenter", "Kan mødepligten lægges på skiftende tidspunkter?")
    children = ask(c, "Børn & Unge", "Hvem må hente barnet i daginstitutionen?")
    c.work()
    c.at(9, 17, 9)
    c.found.to_jobcenter = c.get("jonas", jobcenter.path)
    taken = c.send(c.found.to_jobcenter, "Jeg tager den")
    c.found.answered = [c.send(taken, "Send svar", outcome="done", answer="Ja, fra næste uge.")]
    c.send(c.get("ulla", children.path), "Send spørgsmål", question="Er forældremyndigheden fælles?")
    c.found.question = c.work()
    c.at(9, 17, 13)
    c.send(c.get("solveig", children.path), "Send svar", reply="Ja, den er fælles. Samværet er ikke aftalt.")
    c.found.reply = c.work()
    answer = "Afklar forældremyndighed og samvær først. Vi taler med lederen."
    c.found.answered.append(c.send(c.get("ulla", children.path), "Send svar", outcome="partly", answer=answer))
    c.work()
    c.found.departments_see = {
        who: c.statuses(who, *(f"/sager/{c.found.case}{page}" for page in CASE_PAGES))
        for who in ("jonas", "ulla", "ursula")
    }
    c.found.colleague = c.get("ursula", children.path)
    c.found.read = [c.get("solveig", jobcenter.path), c.get("solveig", children.path)]


def ask(c: Course, department: str, text: str) -> Seen:
    form = c.get("solveig", f"/sager/{c.found.case}/anmodning/ny")
    return c.send(form, "Send anmodning", department=department, ask=text, who="Alma Prøvesen", basis="consent",
                  consent_scope="Afdelingen må kende til det, der bedes om", party_works_there="no")  # fmt: skip


def first_meeting(c: Course) -> None:
    c.at(9, 18, 9)
    c.found.form = c.get("solveig", f"/sager/{c.found.case}/moeder/nyt")
    meeting = c.plan_meeting(c.found.form, on="28 9 2026", at="10.00", until="11.00", place="Bøgestuen, 2. sal",
                     party="citizen")  # fmt: skip
    c.found.invited = c.work()
    for moment in ((9, 24, 7, 59), (9, 24, 8, 0), (9, 24, 8, 0), (9, 28, 6, 59), (9, 28, 7, 0), (9, 28, 7, 0)):
        c.at(*moment)
        c.work()
    c.at(9, 28, 11, 15)
    form = c.click(c.get("solveig", meeting.path), "Skriv referat")
    c.found.held = c.send(form, "Gem referatet", minutes="Alma sover bedre. Bo holder stadig ved porten.",
                          text_1=DECISION, owner_1="Rikke Ravn", due_on_1="2 11 2026")  # fmt: skip
    c.found.of_decision = c.work()
    c.found.decided = c.get("rikke", c.found.held.link(DECISION))
    c.send(c.get("solveig", f"/o/{c.found.acute}"), "Gem", note="Uændret. Nødplanen holder.")


def second_meeting(c: Course) -> None:
    c.found.next = c.click(c.found.held, "Aftal næste møde nu")
    meeting = c.plan_meeting(c.found.next, on="22 10 2026", at="13.00", until="14.00")
    c.found.second = meeting.path
    c.found.invited_again = c.work()
    c.at(9, 29, 8)
    c.work()
    c.at(10, 12, 9)
    form = c.click(c.get("solveig", meeting.path), "Flyt")
    c.send(form, "Flyt mødet", on="26 10 2026", at="10.00", until="11.00", reason="Alma er til lægen den dag.")
    c.found.moved = c.work()
    for moment in ((10, 20, 8, 0), (10, 22, 7, 0), (10, 22, 7, 59), (10, 22, 8, 0), (10, 22, 8, 0)):
        c.at(*moment)
        c.work()


def danger(c: Course) -> None:
    c.at(10, 23, 9, 30)
    log = c.get("rikke", f"/sager/{c.found.case}/haendelser")
    c.found.threat = c.send(log, "Gem hændelse", from_on="23.10.2026", types="threat", what=THREAT, is_danger="y",
                            evidence="bilag 6")  # fmt: skip
    c.found.to_assess = c.get("rikke", f"/o/{c.found.acute}")
    c.found.of_danger = c.work()
    c.found.after_danger = c.get("solveig", f"/sager/{c.found.case}")
    c.found.day = c.get("solveig", "/")
    c.found.board = c.get("rikke", "/tavle")


def after_the_clocks(c: Course) -> None:
    for moment in ((10, 26, 6, 59), (10, 26, 7, 0), (10, 26, 7, 0)):
        c.at(*moment)
        c.work()


def last_look(c: Course) -> None:
    for page in CASE_PAGES:
        c.get("solveig", f"/sager/{c.found.case}{page}")
    for path in (c.found.second, "/tavle", "/tavle/opgaver", "/sager", "/anmodninger?vis=sendt", "/hjaelp"):
        c.get("solveig", path)
    c.found.broken = c.broken_chains()
