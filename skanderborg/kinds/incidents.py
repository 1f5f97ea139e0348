"""Closed lists about the log of incidents, its evidence, and what is handed over from it (D-09)."""

from .base import Kind


class IncidentKind(Kind):
    """What a row of the log tells of. A refusal and an answer are the exposed person's own acts, and no contacts."""

    INCIDENT = "incident", "Hændelse"
    REFUSAL = "refusal", "Tydelig afvisning"
    ANSWER = "answer", "Svar fra borgeren"


class IncidentStatus(Kind):
    """Whether a row counts. It is never deleted, and its number is never used again."""

    LIVE = "live", "Gælder"
    STRUCK = "struck", "Overstreget"
    PENDING = "pending", "Under import"
    UNDONE = "undone", "Fortrudt import"


class Reaction(Kind):
    """What the exposed person did, as far as the row tells (D-09)."""

    UNKNOWN = "unknown", "Ikke oplyst"
    NONE = "none", "Reagerede ikke"
    REFUSAL = "refusal", "Sagde tydeligt nej"
    ANSWER = "answer", "Svarede"


class IncidentSource(Kind):
    """Who told of it."""

    CITIZEN = "citizen", "Borgeren"
    PROFESSIONAL = "professional", "Fagperson"
    NETWORK = "network", "Netværket"
    IMPORT = "import", "Borgerens egen log (import)"


class Scan(Kind):
    """What a look through a file for viruses came to; one that was not looked at yet has none."""

    CLEAN = "clean", "Ingen virus fundet"
    FOUND = "found", "Virus fundet"
    NOT_SCANNED = "not-scanned", "Kunne ikke undersøges for virus"


class ImportStatus(Kind):
    """How far an import has come. Rows are in the log only when it is done."""

    READ = "read", "Læst, ikke importeret"
    QUEUED = "queued", "Sat i gang"
    DONE = "done", "Importeret"
    UNDONE = "undone", "Fortrudt"
    DISCARDED = "discarded", "Kasseret"
    FAILED = "failed", "Mislykkedes"


class PackRecipient(Kind):
    """Who is handed an extract of the log."""

    POLICE = "police", "Politiet"
    STALKING_CENTER = "stalking-center", "Dansk Stalking Center"
    JOURNAL = "journal", "Kommunens journalsystem (ESDH)"
    MUNICIPALITY = "municipality", "En anden kommune"
    INSIGHT = "insight", "Den, der har bedt om indsigt"  # not of the log alone: domain/insight/ makes it
