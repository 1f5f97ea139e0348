"""Closed lists about reminders and letters."""

from .base import Kind


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


class EscalationKind(Kind):
    """What waits too long, and who else is told of it (docs/domain.md «What falls due»)."""

    SAFETY_UNTOUCHED = "safety-untouched", "Ikke vurderet efter to arbejdstimer: ressourcepersoner og leder"
    SAFETY_OVERDUE = "safety-overdue", "Sikkerhed skal vurderes igen: tovholder og ressourcepersoner"
    MUST_OVERDUE = "must-overdue", "En opgave, actioncardet kræver: ressourcepersonerne"
    MUST_MANAGER = "must-manager", "En opgave, actioncardet kræver: lederen"
    QUEUE_UNTAKEN = "queue-untaken", "Ingen i afdelingen har taget opgaven: lederen"
    DUTIES_MISSING = "duties-missing", "Underretningspligten mangler at blive vurderet: kun hvor mange"
    RESOURCE_AWAY = "resource-away", "En ressourceperson er fraværende: tovholder spørges, hvem der tager over"


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
    CONTACT_INHERITED = "contact-inherited", "Overtaget som tovholder"
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
    CASE_URGENT = "case-urgent", "En sag skal ses i dag"
    CASE_DEADLINE = "case-deadline", "Noget på en sag udløber snart"
    REQUEST_FROZEN = "request-frozen", "Anmodning sat på pause"
    IMPARTIALITY = "impartiality", "Inhabilitet skal afgøres"
    SAFETY_UNTOUCHED = "safety-untouched", "Noget haster, og ingen har vurderet det"
    SAFETY_OVERDUE = "safety-overdue", "Noget skulle være vurderet igen"
    TASK_OVERDUE = "task-overdue", "En opgave har passeret sin frist"
    DEPARTMENT_OVERDUE = "department-overdue", "En opgave i en afdeling har passeret sin frist"
    QUEUE_UNTAKEN = "queue-untaken", "En opgave i en afdeling er ikke taget"
    DUTIES_MISSING = "duties-missing", "Nogle mangler at svare"
    RESOURCE_AWAY = "resource-away", "En ressourceperson er fraværende"
    NOBODY_PRESENT = "nobody-present", "Ingen til stede til at se på noget"
    TASK_REMINDER = "task-reminder", "Påmindelse om en opgave"
    EXCLUSION_LIFTED = "exclusion-lifted", "Noget, du har sat, er ophævet"
    DELIVERY_FAILED = "delivery-failed", "En besked kunne ikke leveres"
    LOG_ANCHOR = "log-anchor", "Dagens anker over hændelsesloggen"
    LOG_BROKEN = "log-broken", "Hændelsesloggen er ikke hel"
    ACCOUNT_CHANGED = "account-changed", "Din bruger er ændret"
    DATABASE_DAMAGED = "database-damaged", "Databasen er beskadiget"
    DIGEST = "digest", "Dagens overblik"
