"""Closed lists about reminders and letters."""

from typing import NamedTuple

from .base import Kind


class Traits(NamedTuple):
    """What is special about a letter."""

    thing: str = ""  # what of the things in a digest it tells of (domain/due/things.py)
    method: str = ""  # of its calendar part (RFC 5546)
    is_alarm: bool = False  # is not withdrawn by what someone does next (D-02)
    outlives_case: bool = False  # someone waits for it, though the case is closed (REL-23)
    calls: bool = False  # for someone to act on a request


class LetterKind(Kind):
    """Every letter there is; its text is `templates/mail/<value>.txt`."""

    traits: Traits

    def __new__(cls, value: str, label: str, traits: Traits = Traits()) -> "LetterKind":  # noqa: B008 is immutable
        member = str.__new__(cls, value)
        member._value_, member.label, member.traits = value, label, traits
        return member

    SUSPICION_NEW = "suspicion-new", "Ny henvendelse", Traits(thing="suspicion")
    SUSPICION_UNCLAIMED = "suspicion-unclaimed", "Henvendelse ikke modtaget", Traits(thing="suspicion")
    SUSPICION_MANAGER = "suspicion-manager", "Henvendelse ikke modtaget: til lederen"
    CONTACT_OFFERED = "contact-offered", "Forespørgsel om tovholder", Traits(thing="offer")
    CONTACT_INHERITED = "contact-inherited", "Overtaget som tovholder"
    TASK_ASSIGNED = "task-assigned", "Opgave tildelt", Traits(thing="task")
    REQUEST_NEW = "request-new", "Ny anmodning", Traits(thing="request", calls=True)
    REQUEST_TAKEN = "request-taken", "Anmodning taget"
    REQUEST_QUESTION = "request-question", "Spørgsmål til anmodning", Traits(thing="request", outlives_case=True)
    REQUEST_REPLY = "request-reply", "Svar på spørgsmål", Traits(thing="request", outlives_case=True)
    REQUEST_ANSWERED = "request-answered", "Anmodning besvaret", Traits(thing="request", outlives_case=True)
    REQUEST_RETURNED = "request-returned", "Anmodning sendt tilbage", Traits(thing="request", outlives_case=True)
    REQUEST_WITHDRAWN = "request-withdrawn", "Anmodning trukket tilbage", Traits(outlives_case=True)
    REQUEST_REMINDER = "request-reminder", "Påmindelse om anmodning", Traits(thing="request", calls=True)
    REQUEST_OVERDUE = "request-overdue", "Svarfrist overskredet", Traits(thing="request", calls=True)
    REQUEST_HELD = "request-held", "Anmodning til vurdering", Traits(thing="request", calls=True)
    MEETING_INVITATION = "meeting-invitation", "Mødeindkaldelse", Traits(method="REQUEST")
    MEETING_REMINDER = "meeting-reminder", "Påmindelse om møde"
    MEETING_MOVED = "meeting-moved", "Møde flyttet", Traits(method="REQUEST")
    MEETING_ENDS_OTHERWISE = "meeting-ends-otherwise", "Møde slutter på et andet tidspunkt", Traits(method="REQUEST")
    MEETING_CANCELLED = "meeting-cancelled", "Møde aflyst", Traits(method="CANCEL", outlives_case=True)
    CONTACT_RULES = "contact-rules", "Læs kontaktreglerne"
    MINUTES_MISSING = "minutes-missing", "Referat mangler", Traits(thing="meeting")
    CASE_URGENT = "case-urgent", "En sag skal ses i dag", Traits(thing="task", is_alarm=True)
    CASE_DEADLINE = "case-deadline", "Noget på en sag udløber snart"
    DATE_AHEAD = "date-ahead", "En dag på en sag nærmer sig"
    DATE_PASSED = "date-passed", "Et spørgsmål efter en dag på en sag", Traits(thing="task")
    ANSWER_OVERDUE = "answer-overdue", "En svarfrist er passeret", Traits(thing="insight", outlives_case=True)
    REQUEST_FROZEN = "request-frozen", "Anmodning sat på pause", Traits(thing="request", outlives_case=True)
    IMPARTIALITY = "impartiality", "Inhabilitet skal afgøres", Traits(thing="exclusion")
    SAFETY_UNTOUCHED = "safety-untouched", "Noget haster, og ingen har vurderet det", Traits(thing="task")
    SAFETY_OVERDUE = "safety-overdue", "Noget skulle være vurderet igen", Traits(thing="task")
    TASK_OVERDUE = "task-overdue", "En opgave har passeret sin frist", Traits(thing="task")
    DEPARTMENT_OVERDUE = "department-overdue", "En opgave i en afdeling har passeret sin frist"
    QUEUE_UNTAKEN = "queue-untaken", "En opgave i en afdeling er ikke taget"
    DUTIES_MISSING = "duties-missing", "Nogle mangler at svare"
    RESOURCE_AWAY = "resource-away", "En ressourceperson er fraværende"
    NOBODY_PRESENT = "nobody-present", "Ingen til stede til at se på noget"
    TASK_REMINDER = "task-reminder", "Påmindelse om en opgave", Traits(thing="task")
    ACCESS_CLOSED = "access-closed", "Der er lukket for en adgang"
    EXCLUSION_LIFTED = "exclusion-lifted", "Noget, du har sat, er ophævet"
    DELIVERY_FAILED = "delivery-failed", "En besked kunne ikke leveres", Traits(is_alarm=True)
    LOG_ANCHOR = "log-anchor", "Dagens anker over hændelsesloggen"
    LOG_BROKEN = "log-broken", "Hændelsesloggen er ikke hel"
    ACCOUNT_CHANGED = "account-changed", "Din bruger er ændret"
    NEW_DEVICE = "new-device", "Din bruger er brugt i en ny browser"
    PASSWORD_CHANGED = "password-changed", "Din adgangskode er ændret"
    ACCOUNT_UNUSED = "account-unused", "Din bruger bliver snart låst"
    ACCOUNT_LOCKED = "account-locked", "Din bruger er låst"
    ACCOUNT_ENDS = "account-ends", "Din sidste dag nærmer sig"
    STAFF_ENDS = "staff-ends", "En medarbejders sidste dag nærmer sig"
    ROLES_ENDED = "roles-ended", "En leder har afsluttet en medarbejders roller"
    ACCOUNT_STAYS = "account-stays", "En bruger kan ikke lukkes"
    OVERSIGHT_ALARM = "oversight-alarm", "Noget i adgangsloggen skal ses på", Traits(is_alarm=True)
    OVERSIGHT_SAMPLES = "oversight-samples", "Månedens stikprøver er klar"
    FACTOR_CHANGED = "factor-changed", "Din bekræftelse er ændret"
    FACTOR_RESET = "factor-reset", "En nulstilling skal bekræftes"
    BREACH_NEW = "breach-new", "Brud på sikkerheden", Traits(is_alarm=True)
    BREACH_DUE = "breach-due", "Et døgn til fristen for et brud på sikkerheden"
    SECRET_ENDS = "secret-ends", "Hemmeligheden til kommunens login udløber"
    ONE_TIME_LINK = "one-time-link", "Engangslink til en ny adgangskode"
    DATABASE_DAMAGED = "database-damaged", "Databasen er beskadiget"
    STORED_WRONGLY = "stored-wrongly", "Noget gemt kan ikke læses"
    RETENTION_AHEAD = "retention-ahead", "Noget kan snart slettes", Traits(outlives_case=True)
    RETENTION_DECIDE = "retention-decide", "Sletning skal besluttes", Traits(outlives_case=True)
    RETENTION_DECIDED = "retention-decided", "Sletning er besluttet", Traits(outlives_case=True)
    EMERGENCY_USED = "emergency-used", "Nødadgang er brugt", Traits(is_alarm=True, outlives_case=True)
    EMERGENCY_SIGN = "emergency-sign", "Nødadgang skal gennemgås", Traits(thing="emergency_use", outlives_case=True)
    EMERGENCY_UNSIGNED = "emergency-unsigned", "Nødadgang er ikke gennemgået", Traits(outlives_case=True)
    EMERGENCY_ALARM = "emergency-alarm", "Alarm om nødadgang", Traits(is_alarm=True, outlives_case=True)
    DIGEST = "digest", "Dagens overblik"


class ReminderKind(Kind):
    """Rows that fall due; a tick turns each that still holds into letters."""

    letter: LetterKind

    def __new__(cls, value: str, label: str, letter: LetterKind) -> "ReminderKind":
        member = str.__new__(cls, value)
        member._value_, member.label, member.letter = value, label, letter
        return member

    SUSPICION_UNCLAIMED = (
        "suspicion-unclaimed",
        "Mistanken er ikke modtaget: alle ressourcepersoner",
        LetterKind.SUSPICION_UNCLAIMED,
    )
    SUSPICION_MANAGER = "suspicion-manager", "Mistanken er ikke modtaget: lederen", LetterKind.SUSPICION_MANAGER
    REQUEST_SOON = "request-soon", "En arbejdsdag før svarfristen", LetterKind.REQUEST_REMINDER
    REQUEST_OVERDUE = "request-overdue", "Svarfristen er overskredet", LetterKind.REQUEST_OVERDUE
    REQUEST_ESCALATED = "request-escalated", "To arbejdsdage efter svarfristen", LetterKind.REQUEST_OVERDUE
    MEETING_AHEAD = "meeting-ahead", "To arbejdsdage før kl. 8", LetterKind.MEETING_REMINDER
    MEETING_TODAY = "meeting-today", "Samme dag kl. 7", LetterKind.MEETING_REMINDER
    MINUTES_MISSING = "minutes-missing", "En arbejdsdag efter: referat mangler", LetterKind.MINUTES_MISSING


class EscalationKind(Kind):
    """What waits too long, and who else is told of it (docs/domain.md «What falls due»)."""

    SAFETY_UNTOUCHED = "safety-untouched", "Ikke vurderet efter to arbejdstimer: ressourcepersoner og leder"
    SAFETY_OVERDUE = "safety-overdue", "Sikkerhed skal vurderes igen: tovholder og ressourcepersoner"
    MUST_OVERDUE = "must-overdue", "En opgave, actioncardet kræver: ressourcepersonerne"
    MUST_MANAGER = "must-manager", "En opgave, actioncardet kræver: lederen"
    QUEUE_UNTAKEN = "queue-untaken", "Ingen i afdelingen har taget opgaven: lederen"
    DUTIES_MISSING = "duties-missing", "Underretningspligten mangler at blive vurderet: kun hvor mange"
    EMERGENCY_UNSIGNED = "emergency-unsigned", "Ingen leder har gennemgået en nødadgang: alle ledere og tilsynet"
    RESOURCE_AWAY = "resource-away", "En ressourceperson er fraværende: tovholder spørges, hvem der tager over"
    INSIGHT_OVERDUE = "insight-overdue", "Fristen for indsigt er passeret: ressourcepersonerne"
    INSIGHT_MANAGER = "insight-manager", "Fristen for indsigt er passeret: lederen"


class ReminderState(Kind):
    """What became of a reminder, for the page of a meeting; derived from its row and its letters."""

    PLANNED = "planned", "Planlagt"
    ON_ITS_WAY = "waiting", "På vej"
    SENT = "sent", "Sendt"
    FAILED = "failed", "Mislykket"
