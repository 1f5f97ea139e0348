"""Days that are known beforehand to raise danger: the shape of config/critical_dates.toml."""

from collections.abc import Callable

from ..settings import SettingError
from .incident_types import NAME
from .strict import Strict

POLICE_CONTACT, ORDER_ENDS = "police-contact", "order-ends"  # which the program makes by itself
LONGEST_ID, MOST_DAYS = 40, 60


class DateKind(Strict, frozen=True):
    """A kind of critical date; the head of config/critical_dates.toml says what each field is."""

    id: str
    label: str
    words: str
    working_days_before: int
    sources: tuple[str, ...]
    exposed_only: bool = False
    acute: bool = False
    retired: bool = False


class DateKinds(Strict, frozen=True):
    """config/critical_dates.toml."""

    kind: tuple[DateKind, ...]


def refuse_odd(found: DateKinds, are_sources: Callable[[tuple[str, ...]], bool]) -> None:
    """Raise SettingError, naming the line, for an id that rows could not hold, days that no calendar has, and a source
    that nobody could trace."""
    ids = [one.id for one in found.kind]
    if len(set(ids)) < len(ids) or not {POLICE_CONTACT, ORDER_ENDS} <= set(ids):
        raise SettingError(f"config/critical_dates.toml: et id findes to gange, eller {POLICE_CONTACT} mangler")
    for one in found.kind:
        for fault, is_so in (
            (f"skriv id med højst {LONGEST_ID} små bogstaver og -", not NAME.fullmatch(one.id)),
            (f"skriv id med højst {LONGEST_ID} små bogstaver og -", len(one.id) > LONGEST_ID),
            (f"working_days_before: skriv et tal fra 0 til {MOST_DAYS}", not 0 <= one.working_days_before <= MOST_DAYS),
            ("label eller words mangler", not (one.label.strip() and one.words.strip())),
            ("sources: skriv S1-25 eller navnet på en lov eller udgivelse",
             not one.sources or not are_sources(one.sources)),
        ):  # fmt: skip
            if is_so:
                raise SettingError(f"config/critical_dates.toml: {one.id}: {fault}")
