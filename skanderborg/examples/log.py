"""The log of the example case: what happened to it, day by day, through the verbs of the log.

`text` puts the mark of the set before every free text, as in casework.py.
"""

from collections.abc import Callable
from datetime import date, time, timedelta

from .. import clock, policy
from ..domain import incidents
from ..domain.incidents import corrections
from ..kinds import Answer, IncidentKind, IncidentSource, Reaction
from ..policy import Action
from ..store.cases import Case
from ..store.people import Person

Cast = dict[str, Person]
Text = Callable[[str], str]
SINGLE_ANSWER = "Nødvendig kontakt om fælles børn."


def fill(cast: Cast, case_ref: str, text: Text) -> None:
    """A month of it, with a refusal, the single answer, a correction, and a row that is struck out."""
    solveig, today = cast["solveig"], clock.today(clock.now())
    for said in _story(today - timedelta(days=38), text):
        incidents.record(solveig, _seen(solveig, case_ref), said)
    _put_right(solveig, case_ref, text)


def by_udoever(cast: Cast, case_ref: str, text: Text) -> None:
    """What one who stalks tells of it himself or herself."""
    solveig, today = cast["solveig"], clock.today(clock.now())
    called = incidents.Said(
        IncidentKind.INCIDENT, today - timedelta(days=79), today - timedelta(days=8), types=("call",),
        contact_count=200, what=text("Ringer, når det er svært at være alene."), channel="phone",
    )  # fmt: skip
    incidents.record(solveig, _seen(solveig, case_ref), called)


def one(actor: Person, case_ref: str, text: Text) -> None:
    """A single row."""
    said = incidents.Said(
        IncidentKind.INCIDENT, clock.today(clock.now()), types=("gift",), what=text("Blomster på arbejdet."),
        place=text("Arbejdspladsen"),
    )  # fmt: skip
    incidents.record(actor, _seen(actor, case_ref), said)


def _seen(actor: Person, case_ref: str) -> Case:
    return policy.case_for(actor, case_ref, Action.INCIDENT_RECORD)


def _story(first: date, text: Text) -> list[incidents.Said]:
    said, incident = incidents.Said, IncidentKind.INCIDENT

    def day(number: int) -> date:
        return first + timedelta(days=number)

    return [
        said(incident, day(0), None, time(7, 42), types=("message",), contact_count=14,
             what=text("Beskeder om at mødes."), channel="sms", sender=text("Skjult nummer"),
             evidence=text("Skærmbilleder"), reaction=Reaction.NONE),
        said(incident, day(3), types=("watch",), what=text("Holder i bilen over for opgangen."),
             place=text("Ved hjemmet")),
        said(IncidentKind.REFUSAL, day(7), None, time(18, 5), contact_count=0,
             what=text("Skriver, at der ikke skal være mere kontakt."), channel="sms"),
        said(incident, day(12), types=("gift", "other"), type_text=text("Et gammelt billede"),
             what=text("Blomster ved døren."), witness=text("Naboen"),
             witness_contact=text("Ring til tovholderen"), source=IncidentSource.NETWORK),
        said(incident, day(16), types=("message",), contact_count=31, what=text("Skiftevis søde og vrede beskeder."),
             channel="sms", fear=7, reported=Answer.YES, journal_number=text("4200-00000-00")),
        said(IncidentKind.ANSWER, day(16), None, time(20, 11), contact_count=0,
             what=text("Svarer på, hvornår barnet skal til lægen."), reaction_reason=text(SINGLE_ANSWER)),
        said(incident, day(21), types=("institution",), what=text("Vil hente barnet og bliver afvist."),
             place=text("Daginstitutionen"), witness=text("En pædagog"), children_present=Answer.YES, is_withheld=True),
        said(incident, day(25), types=("watch",), what=text("Holder ved arbejdspladsen i tre timer."),
             source=IncidentSource.PROFESSIONAL),
        said(incident, day(25), types=("watch",), what=text("Holder ved arbejdspladsen.")),
    ]  # fmt: skip


def _put_right(solveig: Person, case_ref: str, text: Text) -> None:
    """The newest row tells of the same as the one before it; the gift came an hour that a neighbour remembers; two rows
    are typical."""
    rows = {row.number: row for row in incidents.Incident.select().where(incidents.Incident.case == case_ref)}

    def one(number: int) -> incidents.Incident:
        return incidents.one(solveig, _seen(solveig, case_ref), rows[number].ref)

    corrections.strike(solveig, one(9), text("Skrevet to gange."), 1)
    gift = incidents.said_of(one(4))._replace(at_time=time(16, 30))
    corrections.correct(solveig, one(4), gift, text("Naboen husker klokkeslættet."), 1)
    for number in (1, 5):
        corrections.mark_example(solveig, one(number), True, 1)
