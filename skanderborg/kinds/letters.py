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
    CASE_URGENT = "case-urgent", "En sag skal ses i dag"
    CASE_DEADLINE = "case-deadline", "Noget på en sag udløber snart"
    REQUEST_FROZEN = "request-frozen", "Anmodning sat på pause"
    IMPARTIALITY = "impartiality", "Inhabilitet skal afgøres"
    DELIVERY_FAILED = "delivery-failed", "En besked kunne ikke leveres"
    LOG_ANCHOR = "log-anchor", "Dagens anker over hændelsesloggen"
    LOG_BROKEN = "log-broken", "Hændelsesloggen er ikke hel"
    ACCOUNT_CHANGED = "account-changed", "Din bruger er ændret"
    DATABASE_DAMAGED = "database-damaged", "Databasen er beskadiget"
    DIGEST = "digest", "Dagens overblik"
