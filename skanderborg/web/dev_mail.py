"""The mails that the mail catcher kept: a page that exists in development mode only."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, current_app

from ..danish import signs
from ..policy import Action
from . import answers
from .guard import asks

bp = Blueprint("dev_mail", __name__)
SHOWN = 100


class Mail(NamedTuple):
    """A mail as the page shows it."""

    subject: str
    to: str
    date: str
    text: str
    has_calendar: bool


@bp.get("/dev/mail")
@asks(Action.PROFILE)
def index() -> Response:
    """The newest mails, newest first."""
    folder = current_app.config["SKB"].data_dir / "mail"
    newest = sorted(folder.glob("*.eml"), reverse=True)[:SHOWN]
    return answers.page("dev_mail/index.html", mails=[_read(path) for path in newest])


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 the policy makes them so
    body = message.get_body(("plain",))
    return Mail(
        str(message["Subject"]), str(message["To"]), str(message["Date"]),
        signs.LINE_END.sub("\n", body.get_content()) if body else "",
        any(part.get_content_type() == "text/calendar" for part in message.walk()),
    )  # fmt: skip
