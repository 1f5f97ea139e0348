"""Mediation can be right in a conflict only, and makes stalking worse (docs/domain.md «What it refuses to be»)."""

from ...errors import Invalid
from ...kinds import ConclusionKind, TaskKind
from ...store.cases import Case
from ...store.record import Conclusion


def is_conflict(case: Case) -> bool:
    """Whether the latest conclusion of a case is that it is a conflict."""
    latest = Conclusion.select().where(Conclusion.case == case.ref).order_by(Conclusion.number.desc()).first()
    return latest is not None and latest.conclusion == ConclusionKind.CONFLICT


def refuse_unless_conflict(case: Case, kind: TaskKind) -> None:
    """Raise Invalid, naming the field, for a task about mediation in anything but a conflict."""
    if kind == TaskKind.MEDIATION and not is_conflict(case):
        raise Invalid("Mægling kan kun være rigtigt, når konklusionen er Konflikt. Ved stalking gør den det værre.",
                      "is_mediation")  # fmt: skip
