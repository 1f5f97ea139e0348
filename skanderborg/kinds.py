"""Every closed list of the product: the value lies in the database, the Danish label is what the screen shows."""

from enum import StrEnum


class Kind(StrEnum):
    """A closed list whose members are written `NAME = "value", "Dansk tekst"`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Kind":
        member = str.__new__(cls, value)
        member._value_, member.label = value, label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Value and label of every member, as a form field wants them."""
        return [(member.value, member.label) for member in cls]


# ── people ──────────────────────────────────────────────────────────────────────────────────────────


class Role(Kind):
    """Global roles (PRODUCT 1). Every signed-in person is a professional; the others are narrow."""

    PROFESSIONAL = "professional", "Fagperson"
    RESOURCE_PERSON = "resource-person", "Ressourceperson"
    MANAGER = "manager", "Leder"
    AUDITOR = "auditor", "Databeskyttelse"
    ADMINISTRATOR = "administrator", "Administrator"


class RelationKind(Kind):
    """What ties a person to a case. A helper has no row: owning a task or request is the tie."""

    PRIMARY_CONTACT = "primary-contact", "Tovholder"
    RESOURCE = "resource", "Ressourceperson på sagen"
    PARTICIPANT = "participant", "Deltager"


class Theme(Kind):
    """Colours of the screen, chosen by each person."""

    AUTO = "auto", "Som computeren"
    LIGHT = "light", "Lys"
    DARK = "dark", "Mørk"


# ── cases ───────────────────────────────────────────────────────────────────────────────────────────


class Answer(Kind):
    """The three honest answers to a question on the phone."""

    YES = "yes", "Ja"
    NO = "no", "Nej"
    UNKNOWN = "unknown", "Ved ikke"


class CitizenRole(Kind):
    """Whom the case is about (seed 0, «Mistanke»)."""

    EXPOSED = "exposed", "Udsat"
    PERPETRATOR = "perpetrator", "Udøver"
    UNKNOWN = "unknown", "Ved ikke"

    @property
    def long_label(self) -> str:
        """The word that stands behind a name (never «offer» or «stalker»)."""
        return {"exposed": "stalkingudsat", "perpetrator": "formodet udøver"}.get(self.value, "rolle ikke afklaret")


class CaseKind(Kind):
    """A full case, or advice to a professional only."""

    FULL = "full", "Sag"
    SPARRING_ONLY = "sparring-only", "Kun sparring"


class Phase(Kind):
    """The action card's phases, in order (seed 0)."""

    SUSPICION = "suspicion", "Mistanke"
    SPARRING = "sparring", "Sparring"
    ACTION = "action", "Handling"
    FURTHER_ACTION = "further-action", "Videre handling"
    FOLLOW_UP = "follow-up", "Opfølgning"
    CLOSED = "closed", "Afsluttet"


class PartyRole(Kind):
    """Who a named person is in a case."""

    CITIZEN = "citizen", "Borgeren"
    OPPOSING = "opposing", "Modparten"
    CHILD = "child", "Barn"
    RELATIVE = "relative", "Pårørende"


class SparringWay(Kind):
    """Where advice was sought (seed 0, «Sparring» and «Handling»)."""

    INTERNAL = "internal", "Intern ressourceperson"
    DANSK_STALKING_CENTER = "dsc", "Dansk Stalking Center"
    POLICE = "police", "Politi"


class ConclusionKind(Kind):
    """The outcome of the assessment, chosen by a person with a reason (domain 2.1: no scoring)."""

    STALKING = "stalking", "Tegn på stalking"
    UNCLEAR = "unclear", "Uafklaret"
    HARASSMENT = "harassment", "Chikane"
    CONFLICT = "conflict", "Konflikt"
    NOT_STALKING = "not-stalking", "Ikke stalking"


# ── work ────────────────────────────────────────────────────────────────────────────────────────────


class Box(Kind):
    """The board's columns (seed 0, «Videre handling», and PRODUCT 2)."""

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
    UNOWNED = "unowned", "Uden ansvarlig"
    ASSESSED = "assessed", "Vurderet"
    EMPTY = "empty", "Ingen opgaver"


OPEN_TASK = (TaskStatus.NOT_STARTED, TaskStatus.ACTIVE, TaskStatus.WAITING)


class Basis(Kind):
    """Why something may be shared with a department (domain 2.5). A child report is never a basis."""

    CONSENT = "consent", "Borgeren har sagt ja"
    NECESSARY = "necessary", "Nødvendigt for afdelingens opgave"
    ACUTE = "acute", "Akut fare"
    SECTION_115 = "section-115", "Samarbejde efter retsplejelovens § 115 (kun SSP, PSP og KSP)"
    UNSURE = "unsure", "Ved ikke – spørg ressourceperson"


class RequestStatus(Kind):
    """The course of a coordination request (PRODUCT 2)."""

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


class MessageKind(Kind):
    """What was said in the course of a request."""

    QUESTION = "question", "Spørgsmål"
    REPLY = "reply", "Svar på spørgsmål"


class ReferralWay(Kind):
    """How a citizen was pointed to an organisation. Giving a number needs no consent (domain 2.5)."""

    NUMBER_GIVEN = "number-given", "Oplyst nummer"
    CALLED_TOGETHER = "called-together", "Ringede sammen"
    PASSED_ON = "passed-on", "Sendt videre med samtykke"
    DECLINED = "declined", "Borgeren ønsker det ikke"


class MeetingKind(Kind):
    """Meetings; always with one party only (domain 0, finding 4)."""

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


# ── letters ─────────────────────────────────────────────────────────────────────────────────────────


class ReminderKind(Kind):
    """Rows that fall due; a tick turns each that still holds into letters."""

    SUSPICION_UNCLAIMED = "suspicion-unclaimed", "Mistanken er ikke modtaget: alle ressourcepersoner"
    SUSPICION_MANAGER = "suspicion-manager", "Mistanken er ikke modtaget: lederen"
    REQUEST_SOON = "request-soon", "En arbejdsdag før svarfristen"
    REQUEST_OVERDUE = "request-overdue", "Svarfristen er overskredet"
    REQUEST_ESCALATED = "request-escalated", "To arbejdsdage efter svarfristen"
    MEETING_AHEAD = "meeting-ahead", "To arbejdsdage før kl. 8"
    MEETING_TODAY = "meeting-today", "Samme dag kl. 7"
    MINUTES_MISSING = "minutes-missing", "En arbejdsdag efter: referat mangler"


class ReminderState(Kind):
    """What became of a reminder, for the page of a meeting; derived from its row and its letters."""

    PLANNED = "planned", "Planlagt"
    ON_ITS_WAY = "waiting", "På vej"
    SENT = "sent", "Sendt"
    FAILED = "failed", "Mislykket"


class LetterKind(Kind):
    """Every letter there is; its text is `templates/mail/<value>.txt`."""

    SUSPICION_NEW = "suspicion-new", "Ny henvendelse"
    SUSPICION_UNCLAIMED = "suspicion-unclaimed", "Henvendelse ikke modtaget"
    SUSPICION_MANAGER = "suspicion-manager", "Henvendelse ikke modtaget: til lederen"
    CONTACT_OFFERED = "contact-offered", "Forespørgsel om tovholder"
    TASK_ASSIGNED = "task-assigned", "Opgave tildelt"
    REQUEST_NEW = "request-new", "Ny anmodning"
    REQUEST_TAKEN = "request-taken", "Anmodning taget"
    REQUEST_QUESTION = "request-question", "Spørgsmål til anmodning"
    REQUEST_REPLY = "request-reply", "Svar på spørgsmål"
    REQUEST_ANSWERED = "request-answered", "Anmodning besvaret"
    REQUEST_RETURNED = "request-returned", "Anmodning sendt tilbage"
    REQUEST_WITHDRAWN = "request-withdrawn", "Anmodning trukket tilbage"
    REQUEST_REMINDER = "request-reminder", "Påmindelse om anmodning"
    REQUEST_OVERDUE = "request-overdue", "Svarfrist overskredet"
    REQUEST_HELD = "request-held", "Anmodning til vurdering"
    MEETING_INVITATION = "meeting-invitation", "Mødeindkaldelse"
    MEETING_REMINDER = "meeting-reminder", "Påmindelse om møde"
    MEETING_MOVED = "meeting-moved", "Møde flyttet"
    MEETING_CANCELLED = "meeting-cancelled", "Møde aflyst"
    MINUTES_MISSING = "minutes-missing", "Referat mangler"
    DELIVERY_FAILED = "delivery-failed", "En besked kunne ikke leveres"
