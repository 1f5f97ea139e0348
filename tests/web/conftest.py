"""Pages on SQLite alone. What another database could answer otherwise stands below them, and runs on both there: the
verbs in tests/domain, what pages show in tests/pages, and every route in tests/test_access.py and tests/test_nasty.py.
"""

import pytest


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_database: str) -> str:
    """The address of an empty, migrated database of SQLite."""
    return sqlite_database
