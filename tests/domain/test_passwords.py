"""A password holds no name of its person's, and takes more guesses than anyone has (SEC-14)."""

import pytest

from skanderborg import isolated
from skanderborg.domain import passwords, sessions
from skanderborg.errors import Invalid
from skanderborg.examples import PASSWORD
from skanderborg.policy import SYSTEM
from skanderborg.store.people import OneTimeLink, Person

# Nothing here differs between databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SOEREN = {"username": "sabo", "name": "Søren Åberg Kjær Bo", "email": "s.vestergaard@example.invalid"}
NAMED = [
    "søren-cykler-hjem", "SØREN cykler hjem", "soeren cykler hjem", "soren cykler hjem", "s0ren cykler hjem",
    "sørencyklerhjem", "$oeren cykler hjem", "cykler-nerøs-hjem", "her er åberg igen", "her er aaberg igen",
    "her er aberg igen", "4berg drikker te", "kjær drikker the", "kjaer drikker the", "kjar drikker the",
    "min-hest-hedder-bo", "sabo drikker the", "5ab0 drikker the", "vestergaard har en hest", "vestergård har en hest",
    "ve5tergaard har hest", "so\u0308ren cykler hjem", "a\u030aberg drikker te",
]  # fmt: skip
EASY = [
    "password1234", "P@ssw0rd1234!", "Passw0rd2026", "adgangskode1!", "Adg4ngskode12", "iloveyou1234", "letmeinletmein",
    "football1234", "fodbold12345", "Sommer2026!!", "Efterår2026!", "efteraar2026", "Vinter-2026!", "Velkommen123!",
    "hejmeddig123", "jegelskerdig1", "skattemus123", "mormor123456", "Skanderborg12!", "Koordinering1", "stalking2026",
    "mette1234567", "rasmus-2012!", "aaaaaaaaaaaa", "abcabcabcabc", "123412341234", "hejhejhejhej", "æbleæbleæble",
    "123456789012", "098765432109", "qwertyuiop12", "qwertyuiopå¨", "asdfghjklæøå", "åpoiuytrewqæ", "asdfghjklæø'",
    "QWERTYUIOPÅ1",
    "1qaz2wsx3edc", "zxcvbnm,.-zx", "111111222222", "abcdefghijkl", "brøndby12345", "brondby12345", "håndbold2026",
    "1q2w3e4r5t6y",
]  # fmt: skip
GOOD = [
    PASSWORD, "en helt ny lang kode", "korrekt hest batteri hæfteklamme", "x7Kq2mPz9wLt", "fire kolde gulerødder",
    "vi ses ved fyrtårnet", "grøn-lampe-under-broen", "æblegrød uden låg", "regnvejr på taget kl 7",
]  # fmt: skip


def person(**said):
    return Person(ref="x" * 26, **(SOEREN | said))


def refusal(settings, password, whose=None):
    """What is said of a password, or nothing."""
    try:
        passwords.check(password, whose or person(), settings.defaults)
    except Invalid as refused:
        return refused.message if refused.field == "password" else "at another field"
    return None


@pytest.fixture
def fast(monkeypatch):
    """Nothing is looked up: every password takes guesses enough."""
    monkeypatch.setattr(passwords, "_guesses", lambda *_: passwords.FEWEST_GUESSES)


def test_a_name_is_found_however_it_is_spelled(settings, fast):
    assert [password for password in NAMED if refusal(settings, password) != passwords.NAMED] == []


def test_what_only_looks_like_a_short_name_is_none(settings, fast):
    assert refusal(settings, "bogen ligger i boblebadet") is None


def test_what_is_guessed_first_is_refused(house, settings):
    assert [password for password in EASY if refusal(settings, password) != passwords.EASY] == []


def test_what_nobody_guesses_is_accepted(house, settings):
    assert [password for password in GOOD if refusal(settings, password) is not None] == []


def test_the_length_counts_in_characters(settings, fast):
    assert "mindst 12" in refusal(settings, "kort kode 1")
    assert "højst 128" in refusal(settings, "x7Kq2mPz9wLt" * 11)


def test_what_cannot_be_judged_is_refused(settings, monkeypatch):
    def failed(*_, **__):
        raise isolated.Refused("failed")

    monkeypatch.setattr(isolated, "run", failed)

    assert refusal(settings, PASSWORD) == passwords.EASY


def test_a_refused_password_uses_no_link_up(house, cast, settings):
    secret = sessions.offer_link(SYSTEM, cast["jonas"], settings.defaults)

    with pytest.raises(Invalid):
        sessions.set_password_by_link(secret, "Jonas Jensen 2026", settings.defaults)

    assert OneTimeLink.get().used_at is None
    assert sessions.set_password_by_link(secret, "grøn-lampe-under-broen", settings.defaults)
