"""The case of the tests of the verbs, and what they hold of every lock: a page that writes down its look locks too."""

from tests.domain.conftest import _never_in_a_ring, case, request_  # noqa: F401 fixtures
