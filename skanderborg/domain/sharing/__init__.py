"""What was told to whom, and on which basis: consents (consents.py) and the ledger of disclosures (ledger.py).

A child report is never in the ledger: it is no sharing, and who was reported to is nobody else's business (D-15, D-25).
"""
