"""What comes in from outside: cleaned, bounded, asked about, or refused with words; never a 500."""

import re
from itertools import product
from pathlib import Path

import pytest
import wtforms
from werkzeug.datastructures import MultiDict

from skanderborg.kinds import Answer, Basis, IncidentSource, PackPart
from skanderborg.web import forms
from tests.test_nasty import KINDS, NASTY

ROOT = Path(__file__).parent.parent.parent


class Sample(forms.Form):
    """A form with one of each kind of field."""

    title = forms.line("Titel", "Skriv en titel.")
    story = forms.text("Hvad skete der?")
    on = forms.DateField("Dato", looks=forms.Looks.BACK)
    until = forms.DateField("Til", looks=forms.Looks.BACK, after="on")
    at = forms.TimeField("Klokken")
    pick = forms.choice("Valg", [("a", "A"), ("b", "B")], required="")


def filled(**fields: str) -> Sample:
    return Sample(MultiDict({"title": "t", **fields}))


def test_text_is_kept_in_one_form_without_characters_that_are_nothing(clock):
    form = filled(story="  A\u030a\u200b\x00 tekst\r\nny linje ")

    assert form.validate()
    assert form.story.data == "Å tekst\nny linje"


def test_what_turns_the_reading_direction_is_kept_as_it_came(clock):
    """SEC-54: it may be evidence, and every page shows it as a mark."""
    form = filled(story="faktura\u202egpj.exe")

    assert form.validate()
    assert form.story.data == "faktura\u202egpj.exe"


def test_what_people_really_write_survives(clock):
    text = "Æblegrød på «café» – 40 €, 日本語, עברית, می\u200cخواهم, 🙂, 👨\u200d👩\u200d👧, ❤\ufe0f"

    form = filled(story=text)

    assert form.validate()
    assert form.story.data == text


def test_text_that_is_too_long_says_how_long_it_may_be(clock):
    form = filled(title="x" * 201)

    assert not form.validate()
    assert form.title.errors == ["Teksten er for lang: højst 200 tegn."]


def test_no_browser_cuts_what_is_pasted(clock):
    assert "maxlength" not in filled().title() + filled().story()


def test_a_number_like_a_cpr_number_is_asked_about_and_kept(clock):
    form = filled(story="Han har 010190-1234 på papiret")

    assert not form.validate()
    assert form.story.errors == [forms.CPR_WARNING]
    assert "010190-1234" in form.story.data


def test_who_sends_it_again_has_been_asked(clock):
    assert filled(story="Sagsnummer 010190-1234", cpr_seen="1").validate()


@pytest.mark.parametrize("number", ["2517 7374", "123456789012", "999999-1234", "2026-11-20"])
def test_other_numbers_are_not_asked_about(clock, number):
    assert filled(story=f"Ring {number} i dag").validate()


def test_yesterday_is_understood_as_its_date(house):
    form = filled(on="i går")

    assert form.validate()
    assert str(form.on.data) == "2026-11-19"


def of_forms(base=forms.Form):
    for form in base.__subclasses__():
        yield form
        yield from of_forms(form)


def test_every_field_of_dates_says_which_way_it_looks(app):
    declared = [
        (f"{form.__module__}.{form.__name__}.{name}", field.kwargs)
        for form in of_forms()
        for name, field in vars(form).items()
        if issubclass(getattr(field, "field_class", object), forms.DateField)
    ]

    assert len(declared) > 30
    assert [name for name, said in declared if "looks" not in said] == []
    ends = [(name, said) for name, said in declared if name.rpartition(".")[2] in ("to_on", "til")]
    assert [name for name, said in ends if "after" not in said] == []


@pytest.mark.parametrize(
    ("on", "until", "shown"),
    [("1/4", "1/5", ["1.4.2026", "1.5.2026"]), ("tor. 1. okt.", "1/12", ["1.10.2026", "1.12.2026"]),
     ("1.4.26", "2.4.2026", ["1.4.26", "2.4.2026"]), ("26/11", "", ["26.11.2025", ""])],
)  # fmt: skip
def test_what_is_typed_without_its_year_is_shown_with_it_and_a_range_ends_after_it_begins(clock, on, until, shown):
    form = filled(on=on, until=until)

    assert form.validate()
    assert [form.on._value(), form.until._value()] == shown


@pytest.mark.parametrize("typed", ["31-11-2026", "25.13.2026", "snart", "1" * 500])
def test_a_date_that_does_not_exist_is_shown_back_with_words(clock, typed):
    form = filled(on=typed)

    assert not form.validate()
    assert "dag, måned og år" in form.on.errors[0]
    assert form.on._value() == typed[: forms.LONGEST_TYPED]


def test_a_choice_that_is_not_on_the_list_is_refused_in_danish(clock):
    form = filled(pick="c")

    assert not form.validate()
    assert form.pick.errors == ["Vælg en af mulighederne på listen."]


class TestOddRequests:
    def test_invalid_utf8_is_refused(self, visit):
        rikke = visit("rikke")
        rikke.get("/profil")
        body = f"csrf_token={rikke.token}&from_on=%ff%fe&to_on=2.1.2027".encode()

        answer = rikke.client.post("/profil/fravaer", data=body, content_type="application/x-www-form-urlencoded")

        assert answer.status_code == 400

    def test_a_field_sent_twice_is_refused(self, visit):
        rikke = visit("rikke")
        rikke.get("/profil")

        answer = rikke.client.post(
            "/profil/fravaer",
            data={"csrf_token": rikke.token, "from_on": ["1.12.2026", "2.12.2026"], "to_on": "3.12.2026"},
        )

        assert answer.status_code == 400

    def test_json_where_a_form_is_asked_for_is_refused(self, visit):
        rikke = visit("rikke")
        rikke.get("/profil")

        answer = rikke.client.post("/profil/fravaer", json={"from_on": "x"}, headers={"X-CSRF-Token": rikke.token})

        assert answer.status_code == 400

    def test_a_body_that_is_too_large_is_refused(self, visit):
        rikke = visit("rikke")

        answer = rikke.post("/profil/fravaer", from_on="x" * 3_000_000)

        assert answer.status_code == 413

    def test_a_form_of_very_many_fields_is_refused(self, visit):
        rikke = visit("rikke")

        answer = rikke.post("/profil/fravaer", **{f"x{number}": "1" for number in range(1_000)})

        assert answer.status_code == 413

    @pytest.mark.parametrize("path", ["/sager?vis=%ff", "/tavle?tovholder=%F0%28"])
    def test_an_address_with_words_that_are_no_text_is_refused(self, visit, path):
        assert visit("rikke").get(path).status_code == 400

    @pytest.mark.parametrize("origin", ["http://[", "https://elsewhere.invalid", "null"])
    def test_a_form_from_elsewhere_is_refused_whatever_its_origin_looks_like(self, visit, origin):
        rikke = visit("rikke")
        rikke.get("/profil")

        answer = rikke.client.post(
            "/profil/fravaer", data={"csrf_token": rikke.token, "from_on": "1.12.2026"}, headers={"Origin": origin}
        )

        assert answer.status_code == 403

    def test_a_method_that_a_page_does_not_know_is_no_500(self, visit):
        assert visit("rikke").client.put("/profil").status_code in (403, 405)

    @pytest.mark.parametrize(
        "path", ["/%ff%fe", "/profil/fravaer/%00/fjern", "/engangslink/" + "x" * 4000, "/static/../app.py"]
    )
    def test_an_odd_address_is_not_found(self, visit, path):
        assert visit("rikke").get(path).status_code in (400, 404, 405)

    def test_a_refused_form_keeps_what_was_typed(self, visit):
        answer = visit("rikke").post("/profil/fravaer", from_on="31.11.2026", to_on="3.12.2026")

        assert answer.status_code == 422
        assert 'value="31.11.2026"' in answer.text
        assert 'value="3.12.2026"' in answer.text

    def test_a_redirect_after_signing_in_leads_to_our_own_pages_only(self, visit):
        answer = visit(None).post("/log-ind", username="rikke", password="hvid-tavle-og-kaffe", naeste="//evil.example")

        assert answer.location == "/"


def test_a_cpr_number_in_one_line_is_asked_about_too(clock):
    form = filled(title="Mette 010190-1234")

    assert not form.validate()
    assert form.title.errors == [forms.CPR_WARNING]


def test_what_a_hidden_field_cannot_hold_is_said_in_danish(clock):
    form = filled(key="x" * 61)

    assert not form.validate()
    assert form.key.errors == [forms.OUTDATED]


def test_a_first_call_that_does_not_say_whether_anyone_is_in_danger_is_told_so(visit):
    answer = visit("solveig").post("/mistanke/ny", what_happened="Han står ved porten", danger_now="maybe")

    assert answer.status_code == 422
    assert "om nogen er i fare lige nu" in answer.text


class Answered(forms.Form):
    """A form in which one chooses of closed lists, one of them narrowed by its page."""

    children = forms.choice("Er der børn?", Answer)
    side = forms.select("Vis", choices=[("", "Alle"), *IncidentSource])
    basis = forms.choice("Hvorfor?", Basis)
    scope = forms.many("Hvad?", PackPart)


def answered(**sent):
    form = Answered(MultiDict({"children": "yes", "basis": "acute"} | sent))
    forms.fill(form, {"basis": [Basis.CONSENT, (Basis.ACUTE, "Fare")]})
    return form


def test_what_is_chosen_of_a_closed_list_is_its_member(clock):
    form = answered(side="network", scope="steder")

    assert form.validate()
    assert [form.children.data, form.side.data, form.basis.data] == [Answer.YES, IncidentSource.NETWORK, Basis.ACUTE]
    assert [type(one) for one in (form.children.data, form.side.data, *form.scope.data)] == [
        Answer, IncidentSource, PackPart,
    ]  # fmt: skip


def test_of_a_closed_list_nothing_else_can_be_chosen(clock):
    form = answered(children="maybe", basis="necessary", scope="alt")

    assert not form.validate()
    assert {name: said[0].split()[-2:] for name, said in form.errors.items()} == {
        name: ["på", "listen."] for name in ("children", "basis", "scope")
    }
    assert form.values()["side"] is None


def test_no_hint_writes_a_date_otherwise_than_the_fields_do():
    """A field that is filled in beforehand says «24.12.2026»."""
    hints = {str(path): path.read_text() for path in (ROOT / "templates").rglob("*.html")}

    assert not [name for name, text in hints.items() if re.search(r"[0-9]{1,2} [0-9]{1,2} 20[0-9]{2}", text)]


def test_the_days_of_an_absence_say_how_a_date_is_written(visit):
    assert "Skriv fx i dag eller 24.12.2026." in visit("rikke").get("/profil").text


def shown_with(kind, value):
    """A form that was sent with the value in every field, checked and shown again."""
    form = kind(MultiDict([(name, value) for name in kind(data={})._fields]))
    empty = [field.name for field in form if isinstance(field, wtforms.SelectField) and not field.choices]
    forms.fill(form, {name: [("a", "A")] for name in empty})
    form.validate()
    return "".join(str(field()) for field in form)


def test_no_field_fails_at_any_odd_value(app):
    failed = []
    with app.test_request_context():
        for kind, value in product(KINDS, NASTY):
            try:
                shown_with(kind, value)
            except Exception as error:
                failed.append((kind.__name__, value[:20], repr(error)[:200]))

    assert failed == []


def test_what_a_form_hides_is_written_by_its_opening_alone():
    """Written twice it is sent twice, which no page of ours does: the form would be refused whole (SEC-55)."""
    twice = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text()
        opened = set(re.findall(r"form_open\([^}]*\bform=(\w+)", text))
        twice += [f"{path.name}: {form}" for form in re.findall(r"\{\{ *(\w+)\.\w+\(\) *\}\}", text) if form in opened]

    assert twice == []


def test_a_refused_form_says_to_which_page_one_goes_back(visit, case):
    """POST answers are not kept: without it Back ends at ERR_CACHE_MISS."""
    solveig = visit("solveig")

    refused = solveig.post(f"/sager/{case.ref}/tovholder", contact="")

    assert refused.status_code == 422
    assert f'data-page="/sager/{case.ref}/adgang"' in refused.text
    assert "data-page" not in solveig.get(f"/sager/{case.ref}/adgang").text


def test_a_refused_form_whose_page_its_address_does_not_name_goes_back_to_the_page_above(visit, case):
    refused = visit("solveig").post(f"/sager/{case.ref}/sikkerhed/punkt", area="home", text="")

    assert refused.status_code == 422
    assert f'data-page="/sager/{case.ref}/sikkerhed"' in refused.text


def test_people_are_chosen_by_department_first_also_without_a_script(visit, case):
    solveig = visit("solveig")

    select, boxes = (
        solveig.get(f"/sager/{case.ref}/{page}").text.partition(f'id="{field}"')[2].partition(end)[0]
        for page, field, end in (("adgang", "person", "</select>"), ("moeder/nyt", "participants", "</fieldset>"))
    )

    assert re.search(r'<optgroup label="Jobcenter">(?:<option[^>]*>[^<]*</option>)*<option[^>]*>Jonas Jeppe', select)
    assert '<details class="sk-details" open><summary>På sagen</summary>' in boxes
    assert '<details class="sk-details"><summary>Jobcenter</summary>' in boxes
