"""The page of the mails that the mail catcher kept."""

from skanderborg.web import dev_mail

MAIL = b"Subject: Besked\r\nTo: rikke@example.invalid\r\n\r\nDu har en aftale.\r\nSe den her.\r\n"


def test_a_mail_is_shown_with_plain_line_ends(tmp_path):
    """Else each would be shown as a sign that cannot be seen."""
    (tmp_path / "1.eml").write_bytes(MAIL)

    assert dev_mail._read(tmp_path / "1.eml").text == "Du har en aftale.\nSe den her.\n"
