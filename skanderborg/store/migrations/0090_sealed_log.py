"""When it happened, what it was and how often, what the police decided, and what was concluded are sealed as text is.

After 0070, which reads when orders end.
"""

from skanderborg.store.resealing import seal_columns

COLUMNS = {
    "conclusion": "conclusion",
    "police_report": "reported_on receipt tell_us_first agreed_on",
    "order": "kind from_on to_on ended_on",
    "breach": "on reported",
    "incident": "from_on to_on at_time is_second_hour types contact_count channel reaction fear children_present "
    "reported is_danger",
}


def up(migrator, db):
    """Rows keep all that they say. The log is found by what stands in it alone: its order is worked out by who opens
    it."""
    for table, columns in COLUMNS.items():
        seal_columns(db, table, "case_id", columns)
    db.execute_sql('CREATE INDEX "incident_case_id_status" ON "incident" ("case_id", "status")')
