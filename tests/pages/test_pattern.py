"""The pattern: what is counted of the log, and the plain words for it (D-09, S1-20)."""

from datetime import date, time, timedelta

import pytest

from skanderborg.domain import incidents
from skanderborg.domain.incidents import Account, corrections
from skanderborg.domain.packs import choosing
from skanderborg.domain.police import orders
from skanderborg.errors import NotAllowed
from skanderborg.kinds import Answer, IncidentKind, OrderKind, PackPart, PackRecipient
from skanderborg.pages import packs as extracts
from skanderborg.pages import pattern
from skanderborg.pages.pattern import counting, sections
from skanderborg.pages.pattern.shapes import Ban, DrawnBar
from skanderborg.store.db import begin
from tests.made import a_case, opened

TODAY = date(2026, 11, 20)


def row(day, contacts=1, *, to=None, at=None, second=None, types=("message",), kind="incident", number=1, **more):
    values = {"channel": None, "reaction": "none", "is_danger": False} | more
    return counting.CountedRow(number, kind, day, to or day, at, second, types, contacts, **values)


SC01 = [
    row(date(2026, 8, 17), 14, at="07:42"),
    row(date(2026, 8, 20), types=("watch",)),
    row(date(2026, 8, 24), 0, at="18:05", kind="refusal"),
    row(date(2026, 8, 29), types=("gift",)),
    row(date(2026, 9, 2), 31),
    row(date(2026, 9, 2), 0, at="20:11", kind="answer", number=6),
    row(date(2026, 9, 7), types=("institution",), channel="others"),
    row(date(2026, 9, 11), types=("watch",)),
]


def contacts(rows):
    return counting.of_kind(rows, IncidentKind.INCIDENT)


def said(rows, bans=(), today=TODAY, own=False):
    return {one.id: one for one in sections.of(sections.log_of(rows, list(bans), today, own))}


def test_contacts_are_counted_and_not_rows_from_the_first_day_to_the_last():
    """SC-01: 46 texts and four other acts but one, in 26 days, which is over 14."""
    found = said(SC01)["i-alt"].sentence

    assert found == (
        "Der er 49 kontakter fra 17. aug. 2026 til 11. sep. 2026, 26 dage i alt. Det er over 14 dage. "
        "Første dag er for 95 dage siden, seneste dag er for 70 dage siden."
    )


@pytest.mark.parametrize(("later", "ago"), [(0, "i dag"), (1, "i går"), (2312, "for 2.312 dage siden")])
def test_contacts_of_one_day_say_how_long_ago_it_is(later, ago):
    found = said([row(TODAY, 2)], today=TODAY + timedelta(days=later))["i-alt"].sentence

    assert found.startswith(f"Der er 2 kontakter, alle 20. nov. 2026. Det er {ago}.")


@pytest.mark.parametrize(("days", "is_long"), [(13, False), (14, True)])
def test_fourteen_days_after_the_first_is_long(days, is_long):
    """S1-20."""
    rows = [row(date(2026, 8, 1)), row(date(2026, 8, 1) + timedelta(days=days))]

    assert counting.span(rows).is_long == is_long


@pytest.mark.parametrize("count", [1, 7, 2312])
def test_a_period_is_spread_over_its_weeks_to_the_last_contact(count):
    """SC-09: 2,312 messages in a period."""
    found = counting.per_week([row(date(2026, 4, 14), count, to=date(2026, 11, 12)), row(date(2026, 5, 1), 3)])

    assert sum(week.total for week in found.weeks) == count + 3
    assert found.spread == sum(week.spread for week in found.weeks) == count
    assert max(week.spread for week in found.weeks) - min(week.spread for week in found.weeks[1:-1]) <= 1


def test_a_period_within_one_week_is_known():
    found = counting.per_week([row(date(2026, 8, 17), 5, to=date(2026, 8, 23))])

    assert (found.weeks, found.spread) == ([counting.Week(date(2026, 8, 17), 5, 0)], 0)


def test_weeks_go_on_over_new_year_and_empty_ones_are_there():
    found = said([row(date(2026, 12, 27)), row(date(2026, 12, 31)), row(date(2027, 1, 12))])["uger"]

    assert [(line[0], line[-1]) for line in found.lines] == [
        ("Uge 52, 2026", 1), ("Uge 53, 2026", 1), ("Uge 1, 2027", 0), ("Uge 2, 2027", 1),
    ]  # fmt: skip


def test_a_very_long_log_shows_three_years_and_sums_what_lies_before():
    found = counting.per_week([row(date(1970, 1, 1), 40_000, to=TODAY), row(date(1990, 1, 1), 2)])

    assert len(found.weeks) == counting.MOST_WEEKS
    assert found.earlier + sum(week.total for week in found.weeks) == 40_002


def test_both_hours_of_the_night_when_summer_time_ends_count_in_the_same_cell():
    """SC-09: 25 October 2026, 02.30."""
    night = date(2026, 10, 25)
    rows = [row(night, at="02:30", second=which) for which in (None, False, True)]

    cells = counting.per_hour([*rows, row(night, 4), row(night, 9, to=TODAY)])

    assert (cells.cells["0–6"][6], cells.cells["ukendt"][6], cells.in_periods) == (3, 4, 9)


def test_before_and_after_the_first_clear_no_and_the_later_ones():
    refusals = [row(date(2026, 8, 24), 0, at="18:05"), row(date(2026, 9, 5), 0)]

    found = counting.split(contacts(SC01), refusals)

    assert found == counting.Split([15, 32, 2], 0, 0)


def test_what_is_uncertain_of_a_later_refusal_is_after_the_first_all_the_same():
    rows = [row(date(2026, 8, 1)), row(date(2026, 9, 5), 10), row(date(2026, 9, 1), 100, to=date(2026, 9, 9)),
            row(date(2026, 8, 24), 0, kind="refusal"), row(date(2026, 9, 5), 0, kind="refusal")]  # fmt: skip

    found = said(rows)["afvisning"]

    assert found.sentence.endswith("Før den er der 1 kontakt, efter den 110.")
    assert [(line[0], line[1].text) for line in found.lines][-2:] == [
        ("Samme dag som en af afvisningerne, rækkefølgen kendes ikke", "10"),
        ("I en periode, som en af afvisningerne ligger i", "100"),
    ]


@pytest.mark.parametrize(
    ("one", "where"),
    [
        (row(date(2026, 8, 24), 3, at="09:00"), ([3, 0], 0, 0)),
        (row(date(2026, 8, 24), 3, at="18:06"), ([0, 3], 0, 0)),
        (row(date(2026, 8, 24), 3), ([0, 0], 3, 0)),
        (row(date(2026, 8, 20), 3, to=date(2026, 8, 30)), ([0, 0], 0, 3)),
        (row(date(2026, 8, 20), 3, to=date(2026, 8, 23)), ([3, 0], 0, 0)),
    ],
)
def test_what_cannot_be_placed_before_or_after_is_counted_by_itself(one, where):
    assert counting.split([one], [row(date(2026, 8, 24), 0, at="18:05")]) == counting.Split(*where)


@pytest.mark.parametrize(
    ("second", "refused", "where"),
    [
        (True, False, ([0, 1], 0, 0)),
        (False, False, ([1, 0], 0, 0)),
        (None, False, ([0, 0], 1, 0)),
        (None, None, ([0, 0], 1, 0)),
    ],
)
def test_in_the_hour_that_comes_twice_the_order_is_known_only_if_someone_said_which(second, refused, where):
    night = date(2026, 10, 25)
    refusal = row(night, 0, at="02:40", second=refused)

    found = counting.split([row(night, at="02:30", second=second)], [refusal])

    assert found == counting.Split(*where)


def test_before_during_and_after_an_order():
    rows = [row(date(2026, 9, day), 10**place) for place, day in enumerate((1, 10, 15, 25))]
    rows.append(row(date(2026, 9, 1), 5, to=date(2026, 9, 12)))

    found = counting.standing(rows, date(2026, 9, 10), date(2026, 9, 20))

    assert found == counting.AroundOrder(before=1, on_day=10, during=100, after=1000, across=5)


def test_the_longest_time_without_contact_lies_between_periods_that_touch():
    rows = [row(date(2026, 8, 1), to=date(2026, 8, 9)), row(date(2026, 8, 5)), row(date(2026, 8, 10)),
            row(date(2026, 9, 1))]  # fmt: skip

    found = counting.gaps(counting.covered(rows))

    assert [(gap.first, gap.last, gap.days) for gap in found] == [(date(2026, 8, 11), date(2026, 8, 31), 21)]


def test_a_row_of_two_types_counts_in_both_and_the_page_says_so():
    found = said([row(date(2026, 8, 1), 5, types=("message", "threat")), row(date(2026, 8, 2)), row(TODAY)])["typer"]

    assert [(line[0], line[1].text) for line in found.lines] == [("Sms eller besked", "7"), ("Trussel", "5")]
    assert "flere typer" in found.note


def test_a_new_way_is_named_with_its_day():
    found = said(SC01)["nye-metoder"]

    assert found.sentence.endswith("(29. aug. 2026) og Opsøger barns skole eller institution (7. sep. 2026).")
    assert found.lines[-1] == (
        "Opsøger barns skole eller institution",
        "Dag 22",
        DrawnBar("7. sep. 2026", 21 / 26, 1 / 26),
    )


def test_what_goes_through_a_child_or_others_is_named_by_type_and_else_by_channel():
    rows = [*SC01, row(date(2026, 9, 8), 2, channel="others")]

    assert said(rows)["gennem-andre"].sentence == "Der er 2 kontakter gennem andre og 1 kontakt gennem børn."


def test_the_last_four_weeks_are_set_beside_the_four_before_without_a_verdict():
    rows = [row(TODAY - timedelta(days=60)), row(TODAY - timedelta(days=30), 3),
            row(TODAY - timedelta(days=1), 20, types=("threat",), is_danger=True)]  # fmt: skip

    found = said(rows)["seneste"].sentence

    assert found == (
        "De seneste fire uger er der 20 kontakter, de fire uger før 3. Nyt er Trussel. "
        "1 hændelse fra de seneste fire uger er markeret som faresignal."
    )


def test_that_it_went_quiet_is_something_to_be_aware_of():
    """Domain 3.8."""
    found = said(SC01)["seneste"]

    assert "Der er gået 70 dage siden" in found.sentence
    assert "bliver stille" in found.note


def test_an_answer_is_a_fact_beside_and_no_contact():
    """SC-01's trap."""
    found = said([*SC01, row(date(2026, 9, 12), reaction="answer")])

    assert found["svar"].lines == [("Nr. 6", "2. sep. 2026 kl. 20.11")]
    assert "Ved 1 hændelse står, at der blev svaret." in found["svar"].sentence
    assert found["i-alt"].sentence.startswith("Der er 50 kontakter")


def test_orders_are_told_with_their_breaches():
    found = said(SC01, [Ban(OrderKind.TILHOLD, date(2026, 9, 1), date(2027, 9, 1), 1)])["tilhold"]

    assert found.sentence == (
        "Tilhold fra 1. sep. 2026 til 1. sep. 2027: 16 kontakter før, 33 i perioden og 0 efter. "
        "1 overtrædelse er skrevet ned."
    )
    assert [line[1:] for line in found.lines] == [
        ("før", DrawnBar("16", 0, 16 / 33)), ("i perioden", DrawnBar("33", 0, 1)), ("efter", DrawnBar("0", 0, 0)),
    ]  # fmt: skip


def test_nothing_is_said_of_an_empty_log_and_nothing_drawn_of_two_rows():
    few = said(SC01[:2])

    assert list(said([])) == ["i-alt"]
    assert "kun 2 hændelser" in few["i-alt"].sentence
    assert not [
        one for one in few.values() if one.picture or any(isinstance(c, DrawnBar) for ln in one.lines for c in ln)
    ]


def test_the_log_of_an_udoever_is_their_own_account_and_asks_nothing_of_the_exposed():
    """D-14."""
    found = said(SC01, own=True)

    assert found["i-alt"].sentence.startswith("Efter borgerens egen oplysning")
    assert not found.keys() & {"afvisning", "svar"}


@pytest.mark.parametrize("word", ["risiko", "score", "procent", "%", "stalker", "offer"])
def test_no_sentence_scores_or_judges(word):
    told = [text for one in said(SC01).values() for text in (one.title, one.sentence, one.caption)]

    assert not [text for text in told if word in text.lower()]


# ── read from the log ───────────────────────────────────────────────────────────────────────────────


def a_row(cast, case, number, day, count=1, **columns):
    told = Account(IncidentKind.INCIDENT, day, at_time=time(9), types=("call",), contact_count=count, what="Opkald")
    with begin():
        written = incidents.write(cast["rikke"], case, told, number, **columns)
    return incidents.one(cast["rikke"], case, written.ref) if not columns else written


def test_only_rows_that_count_are_read_and_no_text_is_opened(cast, queries):
    case = opened(cast["rikke"], a_case(cast))
    a_row(cast, case, 1, date(2026, 11, 1))
    a_row(cast, case, 2, date(2026, 11, 2), status="pending")
    a_row(cast, case, 3, date(2026, 11, 3), status="undone")
    corrections.strike(cast["rikke"], a_row(cast, case, 4, date(2026, 11, 4)), "Skrevet to gange", 1)
    queries.clear()

    found = pattern.read(cast["rikke"], case)

    assert found[0].sentence.startswith("Der er 1 kontakt, alle 1. nov. 2026.")
    assert len(queries) == 3
    assert not [sql for sql in queries if '"what"' in sql]


def test_what_is_handed_over_says_the_same_as_the_page_and_of_some_rows_only_what_they_say(cast):
    case = opened(cast["rikke"], a_case(cast, people=[("rikke", "primary-contact")]))
    for number in (1, 2, 3):
        a_row(cast, case, number, date(2026, 11, number), number)
    order = orders.record(
        cast["rikke"],
        case,
        kind=OrderKind.TILHOLD,
        from_on=date(2026, 11, 2),
        to_on=TODAY,
        area=None,
        journal_number=None,
    )
    broken = {"on": date(2026, 11, 3), "what": "Han ringede", "reported": Answer.NO}
    orders.record_breach(cast["rikke"], orders.one(cast["rikke"], case, order.ref), **broken)
    whole = choosing.Choice(PackRecipient.JOURNAL, parts=tuple(PackPart))

    every, first = (
        extracts.preview(cast["rikke"], case, whole._replace(to_on=until)).sentences
        for until in (None, date(2026, 11, 1))
    )

    assert every == [section.sentence for section in pattern.read(cast["rikke"], case)]
    assert any("1 overtrædelse er skrevet ned." in said for said in every)
    assert first[0].startswith("Der er 1 kontakt, alle 1. nov. 2026.")


def test_nobody_reads_the_pattern_of_a_case_they_do_not_see(cast):
    case = opened(cast["rikke"], a_case(cast))

    with pytest.raises(NotAllowed):
        pattern.read(cast["ulla"], case)
