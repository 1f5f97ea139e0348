"""The access matrix: what every route asks for, read from its own declaration."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Flask

from .guard import OPEN, UNSAFE


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
            "objects": [on.__name__] if on else [], "mutates": bool(set(methods) & UNSAFE),
            "personal": personal, "open": rule.endpoint in OPEN,
        }  # fmt: skip
