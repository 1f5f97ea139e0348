"""What is too long for every run. `make proof` runs what is marked `proof`, before a version.

SKB_PROOF_STEPS says how many steps a random walk takes there.
"""

import os

import pytest

STEPS = int(os.environ.get("SKB_PROOF_STEPS", "10000"))
walks = pytest.mark.parametrize(
    "steps", [150, pytest.param(STEPS, marks=pytest.mark.proof)], ids=["short walk", "long walk"]
)
