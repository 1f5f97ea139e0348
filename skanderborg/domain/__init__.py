"""The verbs: each asks the policy, writes its rows, its event and its letters in one transaction."""
