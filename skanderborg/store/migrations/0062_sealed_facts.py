"""What of a case was readable without a key and is read with its row alone is sealed as its text is: days, kinds and
answers by which one who knows a case would know it again."""

from skanderborg.store.resealing import seal_columns

COLUMNS = {
    "risk_record": "made_on level valid_until",
    "child_report": "outcome sent_on channel",
    "child_step": "outcome called_at look_on",
    "network_person": "may_know told_on is_witness",
    "institution": "kind custody_clear instructed_on",
    "safety_item": "area status due_on closed_on",
    "informed": "way ground on look_on",
    "consent": "way given_on expires_on withdrawn_on",
    "disclosure": "basis",
    "transfer": "basis on",
    "role_share": "side since_on",
    "assessment": "has_danger",
    "exhibit": "source is_withheld",
    "pack": "basis row_count exhibit_count",
}


def up(migrator, db):
    """Rows keep all that they say; without a key nobody reads it any more."""
    for table, columns in COLUMNS.items():
        seal_columns(db, table, "case_id", columns)
    seal_columns(db, "case", "ref", "danger_now")
