"""What every line of the content files is: exactly what its class says."""

import msgspec


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Frozen, and unknown keys are refused."""
