"""A case and a request, for the tests of the verbs; a file that wants another case makes its own."""

import pytest

from tests.made import a_case, a_request


@pytest.fixture
def case(cast):
    return a_case(cast)


@pytest.fixture
def request_(cast, case):
    """Solveig asks Jobcenter, where Jonas works."""
    return a_request(cast["solveig"], case)
