"""A request and a worker, for the tests of the verbs, and what these hold of every lock."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from tests.made import a_request
from tests.rings import watched


@pytest.fixture(autouse=True)
def _never_in_a_ring() -> Iterator[None]:
    """Every verb that a test runs on PostgreSQL holds what it needs at first, and in one order."""
    with watched() as found:
        yield
    assert sorted(set(found)) == []


@pytest.fixture
def worker(settings, mail_server):
    """Settings of a worker whose mail server is the test's; a silent one counts as down after half a second."""
    return replace(settings, smtp_url=mail_server.url, defaults=replace(settings.defaults, smtp_timeout_seconds=0.5))


@pytest.fixture
def request_(cast, case):
    """Solveig asks Jobcenter, where Jonas works."""
    return a_request(cast["solveig"], case)
