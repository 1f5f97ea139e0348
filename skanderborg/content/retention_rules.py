"""The rules of config/retention.toml: how long a closed case is kept, and the log of it."""

from typing import Annotated

import msgspec

from ..kinds import Answer, CaseKind, ConclusionKind
from ..settings import SettingError
from .strict import Strict

Years = Annotated[int, msgspec.Meta(ge=1, le=200)]
Some = Annotated[int, msgspec.Meta(ge=1, le=3_650)]


class RetentionRule(Strict, frozen=True):
    """Cases like this are kept so many `years` after they were closed; what is left out fits every case. `archive` says
    what the archive wants of them, `source` where that stands."""

    id: str
    title: str
    years: Years
    source: str
    archive: str
    kind: CaseKind | None = None
    conclusion: ConclusionKind | None = None
    children: Answer | None = None

    def fits(self, kind: str, conclusion: str | None, children: str) -> bool:
        """Whether the rule is for a case of this kind, with this last conclusion and answer about children."""
        said = {"kind": kind, "conclusion": conclusion, "children": children}
        return all(getattr(self, name) in (None, value) for name, value in said.items())


class Retention(Strict, frozen=True):
    """The file. `warn_days`: before the day on which a case may go; `regret_days`: from the decision to the erasure;
    `log_months`: that events are kept after the end of their case, `breach_years` the text of a breach of security
    after it was decided."""

    warn_days: Some
    regret_days: Annotated[int, msgspec.Meta(ge=14, le=365)]
    log_months: Annotated[int, msgspec.Meta(ge=6, le=600)]
    breach_years: Years
    rule: tuple[RetentionRule, ...]

    def rule_for(self, kind: str, conclusion: str | None, children: str) -> RetentionRule:
        """The first rule that fits."""
        return next(rule for rule in self.rule if rule.fits(kind, conclusion, children))


def refuse_odd(found: Retention) -> None:
    """Raises SettingError naming a rule whose id stands twice, or where the last does not fit every case."""
    ids = [rule.id for rule in found.rule]
    for one in ids:
        if ids.count(one) > 1:
            raise SettingError(f"config/retention.toml: {one}: id findes to gange")
    last = found.rule[-1:]
    if not last or (last[0].kind, last[0].conclusion, last[0].children) != (None, None, None):
        raise SettingError("config/retention.toml: den sidste regel skal passe på alle sager")
