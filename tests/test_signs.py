"""What nobody sees is shown, and not obeyed; what people write stays as it is (SEC-54)."""

import pytest

from skanderborg.danish import signs

WRITTEN = ["Blåbærgrød på café", "日本語", "עברית", "العربية", "می\u200cخواهم", "क्\u200dष",
           "👨\u200d👩\u200d👧\u200d👦", "❤\ufe0f\u200d🔥", "👍🏽", "1\ufe0f\u20e3",
           "🏴\U000e0067\U000e0062\U000e007f", "葛\U000e0100", "to\nlinjer"]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_what_people_write_is_kept_and_shown_as_it_is(text):
    assert signs.cleaned(text) == text
    assert signs.visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("faktura\u202egpj.exe", "faktura⟦U+202E⟧gpj.exe"),
        ("\u2066isoleret\u2069", "⟦U+2066⟧isoleret⟦U+2069⟧"),
        ("Al\u200dma", "Al⟦U+200D⟧ma"),
        ("Al\u200bma", "Al⟦U+200B⟧ma"),
        ("a\x07b", "a⟦U+0007⟧b"),
        ("venstre\u200f", "venstre⟦U+200F⟧"),
        ("skjult\U000e0041", "skjult⟦U+E0041⟧"),
    ],
)
def test_what_nobody_sees_is_shown_as_a_mark(text, shown):
    assert signs.visible(text) == shown


@pytest.mark.parametrize("text", ["", " \n", "\u2800", "\u3164 \u2800", "\u200b\u200d", "\ufe0f", "\u202e"])
def test_text_in_which_there_is_nothing_to_see_is_none(text):
    assert signs.cleaned(text) == ""


def test_a_template_shows_it_wherever_it_prints(house):
    page = house.jinja_env.from_string("<b title='{{ text }}'>{{ text }}</b>{{ text|paragraphs }}")

    assert page.render(text="Eva\u202e<i>") == (
        "<b title='Eva⟦U+202E⟧&lt;i&gt;'>Eva⟦U+202E⟧&lt;i&gt;</b>Eva⟦U+202E⟧&lt;i&gt;"
    )
