"""Closed lists about what the auditor looks after beside the log."""

from .base import Kind


class BreachKind(Kind):
    """What happened to data that someone was not to have (GDPR art. 4, no. 12)."""

    SEEN = "seen", "Nogen har set noget, de ikke skulle se"
    SENT = "sent", "Noget er sendt eller sagt til en forkert"
    LOST = "lost", "Noget er tabt eller stjålet: papirer, telefon, computer"
    OTHER = "other", "Andet"


class BreachStep(Kind):
    """What must be done about it, in this order (GDPR art. 33 and 34)."""

    SAFETY = "safety", "Er nogen i fare? Tovholder har fået besked, og sikkerheden er vurderet igen"
    STOPPED = "stopped", "Bruddet er standset: adgangen lukket, modtageren bedt om at slette"
    SCOPE = "scope", "Omfanget er fundet, også i adgangsloggen: hvem, hvad, hvornår"
    RISK = "risk", "Risikoen for dem, det angår, er vurderet"
    CITIZENS = (
        "citizens",
        "De, det angår, er underrettet ad en sikker vej (art. 34), eller det er begrundet hvorfor ikke",
    )
    RECORD = "record", "Bruddet er skrevet i fortegnelsen (art. 33, stk. 5)"


class BreachDecision(Kind):
    """Whether Datatilsynet was told, within 72 hours (GDPR art. 33)."""

    REPORTED = "reported", "Anmeldt til Datatilsynet"
    NOT_REPORTED = "not-reported", "Ikke anmeldt: det er usandsynligt, at det er en risiko for nogen"


class OversightKind(Kind):
    """What the auditor is to judge: alarms that the log gave by itself, and looks that were drawn by lot."""

    DENIALS = "denials", "Mange afvisninger på kort tid"
    CASES = "cases", "Mange sager på kort tid"
    NIGHT = "night", "Opslag i sager om natten"
    WALL = "wall", "Forsøg på at åbne noget, som personen er spærret fra"
    EMERGENCY = "emergency", "Nødadgang, som ingen leder har set på"
    SAMPLE = "sample", "Stikprøve"


class OversightVerdict(Kind):
    """What the auditor found."""

    IN_ORDER = "in-order", "Undersøgt: i orden"
    MANAGER = "manager", "Taget op med personens leder"
    BREACH = "breach", "Ikke i orden: meldt som brud på sikkerheden"


class ReviewAnswer(Kind):
    """What a manager says of what a person has."""

    KEEP = "keep", "Bekræftet"
    END = "end", "Afsluttet"
