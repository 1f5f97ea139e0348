"""What a row says, column by column: for the pages that show all of it. A new column shows itself."""

from typing import Any

from ..domain import protection
from ..store import columns
from ..store.db import Table
from .history import wording

NOT_SAID = (None, "", False, "unknown")


def of_row(row: Table, is_masked: bool, *but: str) -> list[tuple[str, str]]:
    """Each column that has a Danish name and says something, but for those that the page shows in its own way. What
    tells where someone is stays hidden while an address is protected."""
    kind, found = row._meta.table_name, []
    for name, field in row._meta.fields.items():
        value: Any = None if columns.names_someone(kind, name) or name in but else getattr(row, name)
        if field.verbose_name and value not in NOT_SAID:
            is_hidden = is_masked and protection.hides(kind, name)
            found.append(
                (field.verbose_name, protection.HIDDEN if is_hidden else wording.value_of(kind, name, value, {}))
            )
    return found
