"""Closed lists about contacts, and about what an administrator changes."""

from .base import Kind


class ContactScope(Kind):
    """Whom a contact is for. An udøver's line never stands where an udsat is helped, nor the other way round."""

    EXPOSED = "exposed", "Til udsatte"
    PERPETRATOR = "perpetrator", "Til udøvere"
    PROFESSIONALS = "professionals", "Sparring til fagpersoner"
    STAFF = "staff", "Kollega i kommunen"
    OTHER_MUNICIPALITY = "other-municipality", "Kun for borgere i en anden kommune"


class ContactGroup(Kind):
    """Where a contact stands on the page of contacts, in this order."""

    DANGER = "danger", "Fare og politi"
    STAFF = "staff", "Ressourcepersoner"
    ORGANISATIONS = "organisations", "Dansk Stalking Center og organisationer"
    DEPARTMENTS = "departments", "Afdelinger"
    MUNICIPALITIES = "municipalities", "Andre kommuner"


class TextPlace(Kind):
    """Where a text that an administrator can change is read; the value stands in its address."""

    CARD = "actioncard", "Actioncard"
    GUIDE = "vejledning", "Vejledning"


class FirstTime(Kind):
    """A page that says what it is for, the first time: the value stands in rows and in the address at which it is put
    away; `endpoint` is where it is shown."""

    endpoint: str
    lines: tuple[str, ...]

    def __new__(cls, value: str, label: str, endpoint: str, *lines: str) -> "FirstTime":
        member = str.__new__(cls, value)
        member._value_, member.label, member.endpoint, member.lines = value, label, endpoint, lines
        return member

    MY_DAY = (
        "min-dag", "Min dag", "my_day.show",
        "Øverst står de næste fem dage. Under dem det, der er over fristen, og det, der skal gøres i dag.",
        "Knappen til venstre gør opgaven færdig. Pilen til højre viser resten: udskyd, tildel, sæt på vent.",
        "Ved siden af står det, som venter på dig, og det, som andre har gjort, siden du var her sidst.",
    )  # fmt: skip
    BOARD = (
        "tavle", "Tavle", "board.show",
        "Hver linje er en sag, og hver kolonne er en del af indsatsen. Tryk på et felt for at se opgaverne i det.",
    )  # fmt: skip
    CASE = (
        "sag", "Sag", "cases.show",
        "Kontaktreglerne øverst følger med på alle sagens sider. Læs dem, før du ringer eller skriver.",
    )  # fmt: skip

    @classmethod
    def of_endpoint(cls, endpoint: str) -> "FirstTime | None":
        """The one that is shown there, if any."""
        return next((one for one in cls if one.endpoint == endpoint), None)
