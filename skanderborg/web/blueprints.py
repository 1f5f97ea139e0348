"""Every blueprint there is, one a resource."""

from . import (
    access,
    assessment,
    board,
    card,
    cases,
    dev_mail,
    files,
    health,
    history,
    letters,
    meetings,
    my_day,
    notes,
    profile,
    referrals,
    requests,
    signing,
    sparring,
    suspicions,
    tasks,
)

ALL = [
    module.bp
    for module in (
        files,
        health,
        signing,
        card,
        profile,
        tasks,
        my_day,
        board,
        requests,
        referrals,
        suspicions,
        cases,
        sparring,
        assessment,
        notes,
        access,
        history,
        meetings,
        letters,
    )
]
DEVELOPMENT = [dev_mail.bp]  # pages that exist in development mode only
