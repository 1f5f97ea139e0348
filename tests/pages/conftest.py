"""What the tests of the verbs hold of every lock holds here: a page that writes down its look locks too."""

from tests.domain.conftest import _never_in_a_ring  # noqa: F401 fixture
