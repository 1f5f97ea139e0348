"""Closed lists about tasks, requests, referrals and meetings."""

from .base import Kind


class Box(Kind):
    """The board's columns (S0-37)."""

    CLARIFICATION = "clarification", "Afklaring"
    SAFETY = "safety", "Sikkerhed og børn"
    OWN_OPTIONS = "own-options", "Egne handlemuligheder"
    NETWORK = "network", "Netværk"
    DEPARTMENTS = "departments", "Andre afdelinger"
    REFERRAL = "referral", "Henvisning"


class TaskKind(Kind):
    """What a task stands for; a referral or request is the fact, and only it closes its task."""

    PLAIN = "plain", "Opgave"
    SAFETY = "safety", "Sikkerhedsvurdering"
    NETWORK_REVIEW = "network-review", "Gennemgang af netværk"
    REFERRAL = "referral", "Henvisning"
    REQUEST = "request", "Anmodning"
    MEDIATION = "mediation", "Konfliktmægling"
    CHILD_REPORT = "child-report", "Vurdering af underretningspligt"
    SAFE_AFTER = "safe-after", "Er borgeren i sikkerhed?"
    SHEET_BACK = "sheet-back", "Nødark tilbage fra døgnvagten"


class TaskStatus(Kind):
    """Where a task stands. Overdue and without owner are derived, never stored."""

    NOT_STARTED = "not-started", "Ikke startet"
    ACTIVE = "active", "I gang"
    WAITING = "waiting", "Afventer"
    DONE = "done", "Udført"
    NOT_RELEVANT = "not-relevant", "Ikke relevant"


class Mark(Kind):
    """Statuses that are derived for the screen, worst first where a box is summed up."""

    OVERDUE = "overdue", "Overskredet"
    TODAY = "today", "I dag"
    UNOWNED = "unowned", "Uden ansvarlig"
    ASSESSED = "assessed", "Vurderet"
    EMPTY = "empty", "Ingen opgaver"
    PAUSED = "paused", "Sat på pause"
    SILENT = "silent", "Stille"
    DANGER_NOW = "danger-now", "Fare nu"
    ACUTE = "acute", "Akut"
    TO_ASSESS = "to-assess", "Skal vurderes"


class TaskStep(Kind):
    """What is done next with an open task: the button that stands first in its row."""

    TAKE = "take", "Jeg tager den"
    COMPLETE = "complete", "Udfør"
    ASSESS = "assess", "Vurdér"
    ASSESS_AGAIN = "assess-again", "Vurdér igen"
    DUTY = "duty", "Vurdér"
    REQUEST = "request", "Åbn"
    REFERRAL = "referral", "Registrér"
    ANSWER = "answer", "Svar"
    TAKE_BACK = "take-back", "Registrér"


class Basis(Kind):
    """Why something may be shared with a department (forvaltningsloven § 28). A child report is never a basis."""

    CONSENT = "consent", "Borgeren har sagt ja"
    NECESSARY = "necessary", "Nødvendigt for afdelingens opgave"
    ACUTE = "acute", "Akut fare"
    SECTION_115 = "section-115", "Samarbejde efter retsplejelovens § 115 (kun SSP, PSP og KSP)"
    UNSURE = "unsure", "Ved ikke – spørg ressourceperson"


class RequestStatus(Kind):
    """The course of a coordination request (docs/domain.md «The flow»)."""

    HELD = "held-back", "Holdt tilbage"
    SENT = "sent", "Sendt"
    TAKEN = "taken", "Taget"
    QUESTION = "question", "Spørgsmål"
    ANSWERED = "answered", "Besvaret"
    READ = "read", "Læst"
    RETURNED = "returned", "Sendt tilbage"
    WITHDRAWN = "withdrawn", "Trukket tilbage"


OWED_REQUEST = (RequestStatus.SENT, RequestStatus.TAKEN)
OPEN_REQUEST = (RequestStatus.HELD, *OWED_REQUEST, RequestStatus.QUESTION, RequestStatus.RETURNED)
WITH_DEPARTMENT = (*OWED_REQUEST, RequestStatus.QUESTION)  # an open question stops nobody's reminders


class RequestSide(Kind):
    """The two lists of requests; the value stands in the URL."""

    TO_US = "til-os", "Til os"
    MINE = "sendt", "Sendt af mig"


class RequestGroup(Kind):
    """The parts of each list of requests; the value stands in the URL."""

    NEW = "nye", "Nye"
    TAKEN = "taget", "Taget"
    QUESTION = "spoergsmaal", "Spørgsmål"
    WAITING = "afventer", "Afventer svar"
    YOURS = "venter-paa-mig", "Venter på mig"
    FINISHED = "afsluttede", "Afsluttede"


class Outcome(Kind):
    """What a department's answer came to."""

    DONE = "done", "Vi har gjort det, der blev bedt om"
    PARTLY = "partly", "Vi kan hjælpe med noget af det"
    CANNOT = "cannot", "Vi kan ikke hjælpe med det"


class Together(Kind):
    """What can be done with several tasks at once."""

    DONE = "done", "Udfør"
    POSTPONE = "postpone", "Udskyd"
    ASSIGN = "assign", "Tildel"


class MessageKind(Kind):
    """What was said in the course of a request."""

    QUESTION = "question", "Spørgsmål"
    REPLY = "reply", "Svar på spørgsmål"


class ReferralWay(Kind):
    """How a citizen was pointed to an organisation. Giving a number needs no consent (D-25)."""

    NUMBER_GIVEN = "number-given", "Oplyst nummer"
    CALLED_TOGETHER = "called-together", "Ringede sammen"
    PASSED_ON = "passed-on", "Sendt videre med samtykke"
    DECLINED = "declined", "Borgeren ønsker det ikke"


class MeetingKind(Kind):
    """Meetings; always with one party only (docs/domain.md «What it refuses to be»)."""

    FOLLOW_UP = "follow-up", "Opfølgende møde"
    SPARRING = "sparring", "Sparringsmøde"
    COORDINATION = "coordination", "Koordineringsmøde"


class MeetingWith(Kind):
    """The one party that takes part, if any."""

    STAFF = "staff", "Kun medarbejdere"
    CITIZEN = "citizen", "Medarbejdere og borgeren"


class MeetingStatus(Kind):
    """Where a meeting stands."""

    PLANNED = "planned", "Planlagt"
    HELD = "held", "Afholdt"
    CANCELLED = "cancelled", "Aflyst"
