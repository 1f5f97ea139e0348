"""Closed lists about staff."""

from .base import Kind


class Role(Kind):
    """Global roles (docs/domain.md «Who»). Every signed-in person is a professional; the others are narrow."""

    PROFESSIONAL = "professional", "Fagperson"
    RESOURCE_PERSON = "resource-person", "Ressourceperson"
    NIGHT_DUTY = "night-duty", "Døgnvagt"
    MANAGER = "manager", "Leder"
    AUDITOR = "auditor", "Databeskyttelse"
    ADMINISTRATOR = "administrator", "Administrator"


class RelationKind(Kind):
    """What ties a person to a case. A helper has no row: owning a task or request is the tie."""

    PRIMARY_CONTACT = "primary-contact", "Tovholder"
    RESOURCE = "resource", "Ressourceperson på sagen"
    PARTICIPANT = "participant", "Deltager"


class Proof(Kind):
    """How someone who is signed in has shown anew who he or she is (domain/step_up.py)."""

    PASSWORD = "password", "Adgangskode"
    SECOND_FACTOR = "second-factor", "Adgangskode og anden faktor"
    PROVIDER = "provider", "Kommunens login"


class FactorKind(Kind):
    """What someone has, and shows beside the password when signing in (SEC-13)."""

    PASSKEY = "passkey", "Adgangsnøgle"
    APP = "app", "Kode fra en app"


class Theme(Kind):
    """Colours of the screen, chosen by each person."""

    AUTO = "auto", "Som computeren"
    LIGHT = "light", "Lys"
    DARK = "dark", "Mørk"
