"""Pages on SQLite alone. What another database could answer otherwise stands below them, and runs on both there: the
verbs in tests/domain, what pages show in tests/pages, and every route in tests/test_access.py and tests/test_nasty.py.
"""

import pytest

from skanderborg.domain import rules
from skanderborg.domain.sso import arriving
from skanderborg.domain.sso import provider as known_provider
from skanderborg.policy import SYSTEM
from tests.servers.provider import Provider
from tests.sso import SUBJECT, with_provider


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_database: str) -> str:
    """The address of an empty, migrated database of SQLite."""
    return sqlite_database


# ── single sign-on ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def listening_provider():
    with Provider() as provider:
        yield provider


@pytest.fixture
def provider(listening_provider):
    listening_provider.reset()
    known_provider.forget()
    return listening_provider


@pytest.fixture
def municipality(app, cast, settings, provider):
    """`municipality(sso_unknown="professional")`: the program of one that has this provider; Rikke is known there."""

    def set_up(**said):
        app.config["SKB"] = with_provider(settings, provider, **said)
        rules.configure(app.config["SKB"].defaults)

    before = app.config["SKB"]
    set_up()
    arriving.identify(SYSTEM, cast["rikke"], provider.issuer, SUBJECT)
    yield set_up
    app.config["SKB"] = before
    rules.configure(before.defaults)
