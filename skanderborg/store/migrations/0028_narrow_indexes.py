"""Keep in an index of references only the rows that refer to something, and drop the indexes that nobody looks up by.

Each index in which a row stands costs a write of that row a page of the log that is made durable: a letter that was
owed stood in nine, six of them for nothing.
"""

from typing import Any

# What another index begins with, or who signed a row, by whom no row is sought.
UNUSED = """
    assessment_case_id conclusion_case_id firstresult_person_id membership_person_id participant_meeting_id
    outboxletter_person_id
    conclusion_by_id exclusion_by_id meeting_by_id meetingmove_by_id note_by_id phasemove_by_id referral_by_id
    relation_by_id requestmessage_by_id sparring_by_id
"""
OF_A_LINK = """
    case.addressed_to_id case.offered_to_id closing_period.department_id decision.task_id department.manager_id
    department.substitute_id disclosure.consent_id exclusion.department_id exclusion.person_id exhibit.incident_id
    incident.log_import_id outbox_letter.case_id outbox_letter.meeting_id outbox_letter.reminder_id referral.task_id
    reminder.meeting_id reminder.person_id reminder.request_id request.consent_id request.handler_id request.named_id
    sparring.person_id task.assignee_id task.department_id task.meeting_id
"""
OF_OPEN_TASKS = (
    ("task_open_assignee", "INDEX", '"assignee_id"', "assignee_id"),
    ("task_open_department", "INDEX", '"department_id"', "department_id"),
    ("task_open_duty", "UNIQUE INDEX", '"case_id", "duty_of_id"', "duty_of_id"),
)


def up(migrator: Any, db: Any) -> None:
    """No row is touched."""
    for name in UNUSED.split():
        db.execute_sql(f'DROP INDEX "{name}"')
    for place in OF_A_LINK.split():
        table, _, column = place.partition(".")
        db.execute_sql(f'DROP INDEX "{table.replace("_", "")}_{column}"')
        db.execute_sql(f'CREATE INDEX "{table}_{column}" ON "{table}" ("{column}") WHERE ("{column}" IS NOT NULL)')
    for name, kind, columns, column in OF_OPEN_TASKS:
        db.execute_sql(f'DROP INDEX "{name}"')
        db.execute_sql(
            f'CREATE {kind} "{name}" ON "task" ({columns}) WHERE (("closed_at" IS NULL) AND ("{column}" IS NOT NULL))'
        )
