"""Numbers as Danes write them."""

import pytest

from skanderborg.danish import numbers


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 sager"), (1, "1 sag"), (999, "999 sager"), (1_002_312, "1.002.312 sager")]
)
def test_thousands_are_parted_by_points_and_only_one_is_one(count, said):
    assert numbers.counted(count, "sag", "sager") == said
