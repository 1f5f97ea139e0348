"""What can be asked for; who gets it stands in policy/grants.py."""

from enum import StrEnum


class Action(StrEnum):
    """Everything that can be asked for. A route declares one; a verb requires one."""

    # what any member of staff does
    MY_DAY = "my-day:read"
    BOARD_READ = "board:read"
    CASE_LIST = "case:list"
    REQUEST_LIST = "request:list"
    PROFILE = "profile:own"
    SUSPICION_REPORT = "suspicion:report"
    SUSPICION_LIST = "suspicion:list"
    # a case
    SUSPICION_TAKE = "suspicion:take"
    CASE_KNOW = "case:know"
    CASE_READ = "case:read"
    CASE_WORK = "case:work"
    CASE_DESCRIBE = "case:describe"
    CASE_CONCLUDE = "case:conclude"
    CASE_MOVE = "case:move"
    CASE_CLOSE = "case:close"
    CASE_GRANT = "case:grant"
    CASE_EXCLUDE = "case:exclude"
    CASE_ACCEPT = "case:accept"
    CASE_HAND_OVER = "case:hand-over"
    SPARRING_RECORD = "sparring:record"
    NOTE_WRITE = "note:write"
    CASE_ASSESS = "case:assess"
    CASE_REVEAL = "case:reveal"
    CASE_SHARE = "case:share"
    CASE_LINK = "case:link"
    CASE_TRANSFER = "case:transfer"
    # a task
    TASK_READ = "task:read"
    TASK_WORK = "task:work"
    TASK_CREATE = "task:create"
    TASK_ASSIGN = "task:assign"
    CHILD_REPORT = "child-report:record"
    # the log of incidents
    INCIDENT_RECORD = "incident:record"
    EVIDENCE_READ = "evidence:read"
    CASE_EXPORT = "case:export"
    # a request
    REQUEST_SEND = "request:send"
    REQUEST_READ = "request:read"
    REQUEST_HANDLE = "request:handle"
    REQUEST_OWN = "request:own"
    REQUEST_RELEASE = "request:release"
    # a referral, a meeting
    REFERRAL_RECORD = "referral:record"
    MEETING_READ = "meeting:read"
    MEETING_PLAN = "meeting:plan"
    MEETING_HOLD = "meeting:hold"
    # what has nothing to do with cases
    GUIDE_READ = "guide:read"
    CONTACT_READ = "contact:read"
    DEPARTMENT_READ = "department:read"
    DEPARTMENT_REMIND = "department:remind"
    DEPARTMENT_GIVE = "department:give"
    LOG_READ = "log:read"
    IMPARTIALITY_DECIDE = "impartiality:decide"
    PEOPLE_MANAGE = "people:manage"
    CONTENT_MANAGE = "content:manage"
