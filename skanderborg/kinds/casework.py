"""Closed lists about safety, network, children, sharing, police and roles."""

from .base import Kind

# ── contact with the citizen ────────────────────────────────────────────────────────────────────────


class Talk(Kind):
    """How one talked with the citizen."""

    CALL = "call", "Ja, i telefon"
    MET = "met", "Ja, vi mødtes"
    WROTE = "wrote", "Ja, skriftligt"


# ── safety and network ──────────────────────────────────────────────────────────────────────────────


class SafetyArea(Kind):
    """The headings of the safety plan (D-16)."""

    HOME = "home", "Hjemmet"
    WORK = "work", "Arbejde og vejen derhen"
    RELATIVES = "relatives", "Pårørende og børn"
    DIGITAL = "digital", "Digitalt"
    ESCAPE = "escape", "Flugtveje"


class SafetyStatus(Kind):
    """Where a point of the safety plan stands."""

    PLANNED = "planned", "Aftalt"
    IN_PLACE = "in-place", "På plads"
    DROPPED = "dropped", "Droppet"


class Protection(Kind):
    """Address protection (D-22; CPR-loven §§ 6 and 28)."""

    NONE = "none", "Ingen"
    ORDINARY = "ordinary", "Navne- og adressebeskyttelse (højst et år ad gangen)"
    SPECIAL = "special", "Særlig adressebeskyttelse (efter besked fra politiet)"


class MayKnow(Kind):
    """Whether someone in the network may know of the case."""

    MAY_KNOW = "may-know", "Må vide det"
    MUST_NOT = "must-not", "Må ikke få det at vide"
    UNCLEAR = "unclear", "Ikke afklaret"


class InstitutionKind(Kind):
    """Places that must know what to do, and whose name tells where someone is."""

    DAYCARE = "daycare", "Daginstitution"
    SCHOOL = "school", "Skole"
    WORK = "work", "Arbejdsplads"
    HOUSING = "housing", "Boligforening"
    OTHER = "other", "Andet sted"


# ── children ────────────────────────────────────────────────────────────────────────────────────────


class ReportOutcome(Kind):
    """What a professional did with the duty to report concern for a child (D-15). Where nobody knows yet whom it is
    about, it is told by phone, and stays open until it is sent."""

    SENT = "sent", "Underretning er sendt"
    NECESSARY = "necessary", "Nødvendig: jeg har ringet til dem, der modtager underretninger, i dag"
    NOT_YET = "not-yet", "Nødvendig, men kan ikke sendes endnu"
    NOT_NEEDED = "not-needed", "Vurderet ikke nødvendig"


class ReportChannel(Kind):
    """How the report was sent."""

    DIGITAL = "digital", "Digitalt"
    PHONE = "phone", "Telefon"
    LETTER = "letter", "Brev"
    IN_PERSON = "in-person", "Personligt"


# ── sharing and authorities ─────────────────────────────────────────────────────────────────────────


class ConsentWay(Kind):
    """How the citizen said yes."""

    SPOKEN = "spoken", "Mundtligt"
    WRITTEN = "written", "Skriftligt"


class Validity(Kind):
    """Whether a consent or an order holds today; derived from its dates, never stored."""

    VALID = "valid", "Gælder"
    TO_COME = "to-come", "Gælder senere"
    EXPIRED = "expired", "Udløbet"
    ENDED = "ended", "Ophævet"
    WITHDRAWN = "withdrawn", "Trukket tilbage"


class Relationship(Kind):
    """What the two are to each other; says nothing of what kind of person anyone is (D-27)."""

    PARTNER = "partner", "Ægtefælle eller samlever"
    FORMER_PARTNER = "former-partner", "Tidligere partner"
    FAMILY = "family", "Familie"
    FRIEND = "friend", "Ven eller bekendt"
    NEIGHBOUR = "neighbour", "Nabo"
    COLLEAGUE = "colleague", "Kollega"
    PROFESSIONAL = "professional", "Fagperson og borger"
    STRANGER = "stranger", "Fremmed"
    UNKNOWN = "unknown", "Ukendt"
    OTHER = "other", "Andet"


class RiskLevel(Kind):
    """The level that a risk instrument came to, as its trained user says."""

    LOW = "low", "Lav"
    MEDIUM = "medium", "Mellem"
    HIGH = "high", "Høj"
    OTHER = "other", "Andet"


class OrderKind(Kind):
    """What the police decided (tilholdsloven)."""

    TILHOLD = "tilhold", "Tilhold"
    STRAKSTILHOLD = "strakstilhold", "Strakstilhold"
    OPHOLDSFORBUD = "opholdsforbud", "Opholdsforbud"


class DeadlineKind(Kind):
    """What of a case runs out; the tovholder is reminded before."""

    ADDRESS_EXPIRES = "address-expires", "Adressebeskyttelsen udløber"
    CONSENT_EXPIRES = "consent-expires", "Samtykket udløber"
    WARNING_REVIEW = "warning-review", "Advarslen skal gennemgås"
    INFORM_AGAIN = "inform-again", "Det skal afgøres igen, om en på sagen kan informeres"
    DATE_AHEAD = "date-ahead", "En kritisk dato nærmer sig"
    DATE_PASSED = "date-passed", "Dagen efter en kritisk dato"
    INSIGHT_DUE = "insight-due", "En anmodning om indsigt skal besvares"


# ── who does what ───────────────────────────────────────────────────────────────────────────────────


class RoleSide(Kind):
    """On which side of the town hall's door someone stands."""

    INSIDE = "inside", "I kommunen"
    OUTSIDE = "outside", "Uden for kommunen"


class LinkKind(Kind):
    """How two cases have to do with each other."""

    OPPOSING_PARTY = "opposing-party", "Modpart i anden sag"
    SAME_PERSON = "same-person", "Samme borger"
    SAME_PARTIES = "same-parties", "De samme parter tidligere"


class HandoverOutcome(Kind):
    """What came of asking someone to be tovholder."""

    ACCEPTED = "accepted", "Sagde ja"
    DECLINED = "declined", "Sagde nej"
    WITHDRAWN = "withdrawn", "Spørgsmålet blev trukket tilbage"


class EditionKind(Kind):
    """What an administrator can change."""

    CONTACT = "contact", "Kontakt"
    TEXT = "text", "Tekst"
    CLOSING_DAYS = "closing-days", "Lukkedage"
    DEPARTMENT = "department", "Afdeling"
    TASK = "task", "Opgave"
