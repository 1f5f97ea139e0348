"""The municipality's deadlines and limits, for the verbs that reckon with them."""

from .. import policy
from ..settings import Defaults

_rules: Defaults | None = None


def configure(defaults: Defaults) -> None:
    """Set the rules once, at the start of the process."""
    global _rules
    _rules = defaults
    policy.let_in(defaults.emergency_roles)


def current() -> Defaults:
    """The rules in force (config/defaults.toml and what overrides it). Raises RuntimeError before `configure`."""
    if _rules is None:
        raise RuntimeError("the rules are not configured")
    return _rules
