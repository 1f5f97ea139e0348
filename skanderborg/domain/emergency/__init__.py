"""Nødadgang: who is not on a case sees its emergency sheet for a while, under everyone's eyes (SEC-07).

opening.py lets someone in, telling.py says so to those whose case it is, signing.py has a manager look at it, sheets.py
keeps account of the sheets on paper. What a sheet shows stands in pages/emergency.py, who may see it in
policy/emergency.py.
"""
