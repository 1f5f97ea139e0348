"""Closed lists about what is handed over from the log of incidents (D-09, SEC-50)."""

from .base import Kind


class PackOrder(Kind):
    """In which order the rows stand."""

    NEWEST = "nyeste", "Nyeste først"
    OLDEST = "aeldste", "Ældste først, som en tidslinje"


class PackPart(Kind):
    """What can be put in or left out; the value stands in the address of the preview."""

    NAME = "navn", "Borgerens navn"
    PLACES = "steder", "Hvor det skete"
    WITNESSES = "vidner", "Vidnernes navne"
    WITNESS_CONTACTS = "vidnekontakt", "Hvordan vidnerne kan kontaktes"
    FEAR = "frygt", "Oplevet frygt, og hvorfor borgeren reagerede, som borgeren gjorde"
    PATTERN = "moenster", "Mønstret i sætninger"
    REPORTS = "anmeldelser", "Politianmeldelser med journalnummer"
    TOLD_BY = "anmelder", "Ved underretning og anmeldelse: hvem den kom fra, bevis, bilag og sagsnummer"
    FILES = "filer", "Bilagenes filer i ZIP-filen"
    INFECTED = "virus", "Filer i ZIP-filen, som der er fundet virus i"
    WITHHELD = "tilbageholdt", "Hændelser og bilag, der er mærket «må ikke udleveres»"
