"""ALL access: who may do what (kinds/actions.py) to which row, and the only ways to load one.

Two things give sight of a case: a relation to it, and, while nobody has taken a suspicion, being a resource person.
A helper, who owns a task or request or takes part in a meeting, sees that one thing while it lasts, and never the case;
who is asked to be tovholder sees the offer. Exclusion (spærring), and a role that keeps the house or its log, beat all
of it. Hidden and missing are the same answer (SEC-08).

actors.py says who asks, grants.py what roles and ties allow, exclusion.py who is shut out, sight.py what is seen,
departments.py what a manager is told of, lookups.py loads it, emergency.py opens one sheet for a while, and slower.py
tells who saw it and came too late.
"""

from ..kinds import Action
from .actors import (
    SYSTEM,
    Actor,
    Asker,
    System,
    are_at_odds,
    is_kept_from_cases,
    kind_on_case,
    may_work_on_cases,
    roles,
    shape_of,
)
from .departments import (
    allow_in_department,
    department_request_for,
    department_task_for,
    departments_headed_by,
    heads,
    is_over,
    is_told_by_role,
    may_be_given,
    requests_of_department,
    tasks_of_department,
)
from .emergency import (
    emergencies_open,
    emergencies_to_sign,
    emergency_by_code,
    emergency_by_name,
    emergency_for,
    let_in,
    to_open,
)
from .exclusion import is_department_excluded, is_excluded, may_have_part
from .grants import BY_RELATION, NOTHING, READ, Row, allow, carry, may, personal, require
from .lookups import (
    allow_part,
    breach_for,
    case_for,
    meeting_for,
    opens,
    part_of,
    parts,
    request_for,
    task_for,
)
from .practice import practice_for
from .sight import (
    away,
    helps,
    is_asked_to_coordinate,
    is_for_named_only,
    my_departments,
    no_duty_of_others,
    sees_case,
    sees_case_in,
    stands_in_for,
    visible_cases,
)
from .slower import was_slower

__all__ = [
    "BY_RELATION",
    "NOTHING",
    "READ",
    "SYSTEM",
    "Action",
    "Actor",
    "Asker",
    "Row",
    "System",
    "allow",
    "allow_in_department",
    "allow_part",
    "are_at_odds",
    "away",
    "breach_for",
    "carry",
    "case_for",
    "department_request_for",
    "department_task_for",
    "departments_headed_by",
    "emergencies_open",
    "emergencies_to_sign",
    "emergency_by_code",
    "emergency_by_name",
    "emergency_for",
    "heads",
    "helps",
    "is_asked_to_coordinate",
    "is_department_excluded",
    "is_excluded",
    "is_for_named_only",
    "is_kept_from_cases",
    "is_over",
    "is_told_by_role",
    "kind_on_case",
    "let_in",
    "may",
    "may_be_given",
    "may_have_part",
    "may_work_on_cases",
    "meeting_for",
    "my_departments",
    "no_duty_of_others",
    "opens",
    "part_of",
    "parts",
    "personal",
    "practice_for",
    "request_for",
    "requests_of_department",
    "require",
    "roles",
    "sees_case",
    "sees_case_in",
    "shape_of",
    "stands_in_for",
    "task_for",
    "tasks_of_department",
    "to_open",
    "visible_cases",
    "was_slower",
]
