"""The access matrix: what every route asks for, read from its own declaration."""

import json
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from .guard import OPEN
from .tokens import UNSAFE

# What a part of a path names: the kind of row, or None where it is no row's name. `ref` is what the route asks about.
PARTS: dict[str, str | None] = {
    "absence_ref": "Absence", "child_ref": "Party", "colleague_ref": "Person", "consent_ref": "Consent",
    "contact_key": "Edition", "date_ref": "CriticalDate",
    "department_ref": "Department", "disposal_ref": "Disposal", "draft_ref": "Draft", "half_year": "HalfYear",
    "exclusion_ref": "Exclusion", "exhibit_ref": "Exhibit", "factor_ref": "Factor",
    "found_ref": "Finding", "review_ref": "AccessReview",
    "import_ref": "LogImport", "incident_ref": "Incident", "item_ref": "SafetyItem", "letter_ref": "OutboxLetter",
    "insight_ref": "Insight",
    "likeness_ref": "Likeness",
    "link_ref": "CaseLink", "mailbox_ref": "Person", "note_ref": "Note", "number": "Assessment",
    "order_ref": "Order", "pack_ref": "Pack", "party_ref": "Party", "person_ref": "NetworkPerson",
    "place_ref": "Institution", "relation_ref": "Relation", "report_ref": "PoliceReport", "role_ref": "RoleShare",
    "secret": "OneTimeLink", "template_id": "Edition", "session_ref": "Session", "sheet_ref": "PrintedSheet",
    "text_key": "Edition", "use_ref": "EmergencyUse", "warning_ref": "WarningNote", "slug": None,
    "area": None, "box": None, "cast": None, "ending": None, "mark": None, "part": None, "path": None, "place": None,
    "state": None, "topic": None,
}  # fmt: skip


def lines(app: Flask, as_json: bool) -> Iterator[str]:
    """One row a rule, as JSON or as text."""
    found = list(rows(app))
    if as_json:
        yield json.dumps(found, indent=1)
    else:
        yield from (f"{'/'.join(row['methods']):<6} {row['rule']:<50} {row['action'] or 'åben'}" for row in found)


def rows(app: Flask) -> Iterator[dict[str, Any]]:
    """Rule, methods, endpoint, action (None: open), the kind of row in its path, mutates?, personal data?"""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        action, on, personal = getattr(app.view_functions[rule.endpoint], "asks", (None, None, False))
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        yield {
            "rule": rule.rule, "methods": methods, "endpoint": rule.endpoint, "action": action,
            "objects": objects(rule, on), "mutates": bool(set(methods) & UNSAFE),
            "personal": personal, "open": rule.endpoint in OPEN,
        }  # fmt: skip


def objects(rule: Rule, on: type | None) -> list[str]:
    """The kinds of the rows that a path names, in its order. Raises KeyError for a part that none is said of."""
    names = re.findall(r"<(?:[a-z]+:)?([a-z_]+)>", rule.rule)
    kinds = [on.__name__ if name == "ref" and on else PARTS[name] for name in names]
    return [kind for kind in kinds if kind]
