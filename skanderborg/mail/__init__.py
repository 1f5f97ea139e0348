"""Letters: owed inside a transaction, claimed, sent and marked by the worker."""
