"""The verbs: each asks the policy, writes its rows, its event and its letters in one transaction."""

# Looks at the end of every transaction whether it named a colleague: loaded with whichever verb comes first.
from .access import same_person as same_person
