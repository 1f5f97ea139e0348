"""The casework of the example case: each feature fills in what it keeps, through its own verbs.

`text` puts the mark of the set before a free text: nothing for the demonstration, a canary for tests.
"""

from collections.abc import Callable
from datetime import date, timedelta

from .. import clock, policy
from ..domain import children, links, network, parties, roles, transfer
from ..domain.assessment import risk, versions
from ..domain.police import orders, reports
from ..domain.requests import sending
from ..domain.safety import items, safe_contact, warning_notes
from ..domain.sharing import consents, ledger
from ..kinds import (
    Answer,
    Basis,
    ConsentWay,
    InstitutionKind,
    LinkKind,
    MayKnow,
    OrderKind,
    PartyRole,
    Protection,
    ReportChannel,
    ReportOutcome,
    RiskLevel,
    RoleSide,
    SafetyArea,
    SafetyStatus,
)
from ..policy import Action
from ..store.cases import Case
from ..store.people import Department, Person

Cast = dict[str, Person]
Text = Callable[[str], str]


def fill(cast: Cast, case_ref: str, text: Text) -> None:
    """Everything that the page of a case can show."""
    _roles(cast, case_ref, text)
    _safety(cast, case_ref, text)
    _sharing(cast, case_ref, text)
    _police(cast, case_ref, text)
    _children(cast, case_ref, text)
    _network(cast, case_ref, text)
    _assessment(cast, case_ref, text)


def _seen(actor: Person, case_ref: str, action: Action = Action.CASE_WORK) -> Case:
    return policy.case_for(actor, case_ref, action)


def _roles(cast: Cast, case_ref: str, text: Text) -> None:
    solveig, yesterday = cast["solveig"], clock.today(clock.now()) - timedelta(days=1)
    for side, who, does in (
        (RoleSide.INSIDE, "Jobcentret", "Flytter mødetiderne, så de ikke kan forudses."),
        (RoleSide.OUTSIDE, "Lokalpolitiet", "Har modtaget anmeldelsen og vurderer et tilhold."),
    ):
        share = roles.Share(side, text(who), text(does), text("Gennem tovholderen"), yesterday)
        roles.add(solveig, _seen(solveig, case_ref), share)


def _safety(cast: Cast, case_ref: str, text: Text) -> None:
    solveig, today = cast["solveig"], clock.today(clock.now())
    agreed = safe_contact.Agreed(text("Ring på arbejdet."), text("Mellem 10 og 11."), text("Skriv aldrig sms."),
                                 text("Et kort på arbejdet."))  # fmt: skip
    case = _seen(solveig, case_ref)
    case = safe_contact.agree(solveig, case, agreed, case.version)
    for area, what, status in (
        (SafetyArea.HOME, "Nyt låsesystem på hoveddøren.", SafetyStatus.IN_PLACE),
        (SafetyArea.DIGITAL, "Skift kode på telefonen, når beviset er gemt.", SafetyStatus.PLANNED),
    ):
        items.add(
            solveig, case, items.Point(area, text(what), text("Borgeren selv"), today + timedelta(days=7), status)
        )
    warning_notes.write(solveig, case, text("Mød aldrig alene op på adressen."), today + timedelta(days=180))
    brother = parties.Said(
        name=text("B. P."), relation_text=text("Bror"), contact=text("Ring aften"), address=text("Opdigtet Vej 2"),
        born=text("1988"), institution=text("Et værksted"),
    )  # fmt: skip
    parties.add(solveig, case, PartyRole.RELATIVE, brother)


def protect(cast: Cast, case_ref: str, text: Text) -> None:
    """The citizen has address protection: what tells where is hidden."""
    solveig = cast["solveig"]
    case = _seen(solveig, case_ref)
    citizen = parties.of_case(solveig, case)[0]
    until = clock.today(clock.now()) + timedelta(days=200)
    said = parties.Said(
        name=citizen.name, contact=text("Ring til søsteren"), address=text("Opdigtet Allé 1"),
        institution=text("Et bageri"), protection=Protection.ORDINARY, protection_until=until,
    )  # fmt: skip
    parties.describe(solveig, case, citizen, said, citizen.version)


def _sharing(cast: Cast, case_ref: str, text: Text) -> None:
    solveig, today = cast["solveig"], clock.today(clock.now())
    case = _seen(solveig, case_ref)
    said = consents.Given(text("Skolen må vide, hvem der henter børnene."), ConsentWay.WRITTEN, today,
                          today + timedelta(days=120))  # fmt: skip
    consent = consents.give(solveig, case, said)
    told = ledger.Told(text("Hvem der må hente børnene."), text("Skolens leder"), text("Ingen andre må hente dem."),
                       Basis.CONSENT, today, consent.ref)  # fmt: skip
    ledger.tell(solveig, case, told)


def _police(cast: Cast, case_ref: str, text: Text) -> None:
    solveig, today = cast["solveig"], clock.today(clock.now())
    case = _seen(solveig, case_ref)
    said = reports.Said(
        reported_on=today - timedelta(days=2), district=text("Sydøstjylland"), journal_number=text("4200-00000-00"),
        officer=text("Betjent Bo Opdigtet"), receipt=Answer.YES, tell_us_first=Answer.YES, agreed_on=today,
        contact_on=clock.add_working_days(today, 12), note=text("Ringer til tovholderen først."),
    )  # fmt: skip
    reports.record(solveig, case, said)
    orders.record(solveig, case, _decided(today, OrderKind.TILHOLD, None, text))


def _decided(today: date, kind: OrderKind, area: str | None, text: Text) -> orders.Decided:
    return orders.Decided(kind, today, today + timedelta(days=365), area, text("4200-00000-01"))


def _children(cast: Cast, case_ref: str, text: Text) -> None:
    """One who has reported her concern, and one who has yet to assess his."""
    solveig = cast["solveig"]
    child = children.Child(text("B. P."), "2019", text("Skiftevis hos begge forældre"), text("Solsikken"))
    children.register(solveig, _seen(solveig, case_ref), child)
    mine = children.duties_of(solveig, _seen(solveig, case_ref)).mine
    sent = children.Report(
        ReportOutcome.SENT, clock.today(clock.now()), text("Børn & Unge, modtagelsen"), ReportChannel.DIGITAL
    )
    if mine:
        children.record(solveig, policy.task_for(solveig, mine.ref, Action.CHILD_REPORT), sent)


def _network(cast: Cast, case_ref: str, text: Text) -> None:
    solveig, yesterday = cast["solveig"], clock.today(clock.now()) - timedelta(days=1)
    case = _seen(solveig, case_ref)
    sister = network.Someone(
        text("Karla"), text("søster"), text("Ring om aftenen"), text("Kan hente i daginstitutionen."),
        MayKnow.MAY_KNOW, yesterday, text("Fortæller intet videre og skriver ned, hvad hun ser."), True,
    )  # fmt: skip
    brother = network.Someone(text("Per"), text("bror til den tidligere partner"), None, None, MayKnow.MUST_NOT)
    neighbour = network.Someone(None, text("nabo"), None, text("Holder øje med porten."), MayKnow.UNCLEAR)
    for someone in (sister, brother, neighbour):
        network.add_person(solveig, case, someone)
    there = network.Place(
        InstitutionKind.DAYCARE, text("Solsikken"), text("Lederen"), children.of_case(solveig, case)[0].ref,
        instruction=text("Ring til mor, før nogen anden henter."),
    )  # fmt: skip
    network.add_place(solveig, case, there)


def _assessment(cast: Cast, case_ref: str, text: Text) -> None:
    """Two versions, the second of which knows more, and what an instrument said."""
    rikke, today = cast["rikke"], clock.today(clock.now())
    case = _seen(rikke, case_ref)
    known: dict[str, str | date | None] = {
        "acute_now": "no", "danger_threats": "no", "relation": "former-partner", "who": text("Den tidligere partner"),
        "what": text("Beskeder om natten."), "how_often": text("Ti om dagen"), "refused": "yes",
        "refused_how": text("På sms"), "refused_evidence": text("Skærmbillede i bilag 1"), "answered": "yes",
        "answered_why": text("Om aflevering af børnene"), "sign_calls": "yes", "criterion_pattern": "yes",
        "consequence_work": "unknown", "vulnerable_more": text("Bor alene."), "more": text("Borgeren sover dårligt."),
        "began_on": today - timedelta(days=30), "last_on": today - timedelta(days=1),
    }  # fmt: skip
    versions.write(rikke, case, known, 0)
    versions.write(rikke, case, known | {"sign_gifts": "yes", "consequence_work": "yes"}, 1)
    result = risk.Result(text("Politiets egen vurdering"), text("Betjent Bo Opdigtet"), today, RiskLevel.MEDIUM,
                         text("Vurderes igen ved nye trusler."), today + timedelta(days=90))  # fmt: skip
    risk.record(rikke, case, result)


def stop(cast: Cast, case_ref: str, text: Text) -> None:
    """What a case has when things went wrong: a consent that was taken back, an order that was broken and lifted."""
    signe, today = cast["signe"], clock.today(clock.now())
    case = _seen(signe, case_ref)
    said = consents.Given(text("Jobcentret må kende til profilerne."), ConsentWay.SPOKEN, today)
    draft = sending.Draft(
        department=Department.select().where(Department.key == "jobcenter").get(), named=None,
        ask=text("Har I set profilerne?"), who=text("L. T."), rings_with_name=False, basis=Basis.CONSENT,
        contact_rules=text("Ring til tovholderen."), party_works_there=Answer.NO, due_on=None,
        consent=consents.Chosen(None, said),
    )  # fmt: skip
    consent = sending.send(signe, case, draft).consent
    consents.withdraw(signe, consents.one(signe, case, consent.ref), today, text("Borgeren har ombestemt sig."), 1)
    made = orders.record(signe, case, _decided(today, OrderKind.OPHOLDSFORBUD, text("Omkring hjemmet."), text))
    order = orders.one(signe, case, made.ref)
    orders.record_breach(signe, order, orders.Happened(today, text("Stod ved døren."), Answer.YES))
    orders.end(signe, order, today, text("Ophævet af retten."), 1)


def link(actor: Person, case_ref: str, other_ref: str, text: Text) -> None:
    """Say that two cases are about the same parties."""
    code = policy.case_for(actor, other_ref, Action.CASE_READ).code
    links.make(actor, _seen(actor, case_ref, Action.CASE_LINK), code, LinkKind.SAME_PARTIES, text("Samme to naboer."))


def hand_on(actor: Person, case_ref: str, text: Text) -> None:
    """Hand a case to another municipality."""
    told = transfer.PassedOn(
        text("Odder Kommune"), text("Familieafdelingen"), text("At borgeren flytter, og hvad der er sikker kontakt."),
        Basis.NECESSARY, clock.today(clock.now()),
    )  # fmt: skip
    transfer.hand_on(actor, _seen(actor, case_ref), told)
