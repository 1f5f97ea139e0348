"""Rows: tables, encryption, the event chain and transactions. Knows nothing of who may do what."""
