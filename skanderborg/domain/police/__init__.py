"""What the police know and decided: reports (reports.py), orders and breaches of them (orders.py; lov om tilhold)."""
