"""What the pattern page says: for each question one plain sentence, a table, and what its picture shows.

It describes what stands in the log. It never scores, ranks or concludes: that is for people (D-05).
"""

from collections.abc import Callable, Sequence
from datetime import date

from ... import clock, content
from ...danish.numbers import counted, number
from ...kinds import IncidentKind, Reaction
from . import counting
from .counting import CountedRow, Share
from .shapes import Ban, Cell, DrawnBar, Grid, Log, MarkedDay, PatternSection, Strip, WeekChart
from .wording import ago, answers_said, contacts, day, day_and_time, days, incidents_said, joined, moment, weeks

FEWEST_ROWS = 3  # with fewer there is nothing to draw
MOST_LINES = 40
MOST_DATES = 3  # critical dates in the picture: the latest of its time
BANS = "tilhold"  # the section that tells what the police decided


def log_of(rows: Sequence[CountedRow], bans: list[Ban], today: date, is_own_account: bool) -> Log:
    """The log that these rows make."""
    contacts = counting.of_kind(rows, IncidentKind.INCIDENT)
    refusals, answers = (
        counting.in_order(counting.of_kind(rows, kind)) for kind in (IncidentKind.REFUSAL, IncidentKind.ANSWER)
    )
    return Log(contacts, counting.by_type(contacts), refusals, answers, bans, today, is_own_account)


def of(log: Log) -> list[PatternSection]:
    """Every section; the first alone says so where nothing is counted."""
    if not log.contacts:
        return [
            PatternSection("i-alt", "I alt", "Der står ingen hændelser i loggen, så der er ikke noget mønster at vise.")
        ]
    found = [make(log) for make in SECTIONS if not (log.is_own_account and make in OF_THE_EXPOSED)]
    if len(log.contacts) < FEWEST_ROWS:
        return [_undrawn(one) for one in found]
    return found


def _undrawn(section: PatternSection) -> PatternSection:
    """Without pictures, which would say more than a few rows can."""
    plain = [tuple(cell.text if isinstance(cell, DrawnBar) else cell for cell in line) for line in section.lines]
    return section._replace(lines=plain, picture=None, key="")


def _overall(log: Log) -> PatternSection:
    span, count = counting.span(log.contacts), counting.total(log.contacts)
    by_whom = "Efter borgerens egen oplysning er der" if log.is_own_account else "Der er"
    long = " Det er over 14 dage." if span.is_long else ""
    few = f" Loggen har kun {incidents_said(len(log.contacts))}, så tallene siger ikke meget om et mønster."
    sentence = f"{by_whom} {contacts(count)} fra {day(span.first)} til {day(span.last)}, {days(span.days)} i alt.{long}"
    since = [ago((log.today - on).days) for on in (span.first, span.last)]
    quiet = f" Første dag er {since[0]}, seneste dag er {since[1]}."
    if span.days == 1:
        sentence, quiet = f"{by_whom} {contacts(count)}, alle {day(span.first)}.", f" Det er {since[0]}."
    with_contact = sum((last - first).days + 1 for first, last in counting.covered(log.contacts))
    lines: list[tuple[Cell, ...]] = [
        ("Kontakter i alt", number(count)), ("Hændelser i loggen, de hører til", number(len(log.contacts))),
        ("Første dag", f"{day(span.first)} ({since[0]})"), ("Seneste dag", f"{day(span.last)} ({since[1]})"),
        ("Dage fra første til seneste, begge talt med", number(span.days)),
        ("Over 14 dage", "Ja" if span.is_long else "Nej"),
        ("Dage, som en hændelse med kontakt dækker", DrawnBar(number(with_contact), 0, with_contact / span.days)),
    ]  # fmt: skip
    sentence += quiet + (few if len(log.contacts) < FEWEST_ROWS else "")
    return PatternSection(
        "i-alt", "I alt", sentence, "Det samlede omfang", ("Hvad", "Tal"), lines,
        key="Stregen viser, hvor mange af dagene fra første til seneste en hændelse med kontakt dækker.",
    )  # fmt: skip


def _weekly(log: Log) -> PatternSection:
    found = counting.per_week(log.contacts)
    highest = max(found.weeks, key=lambda week: week.total)
    sentence = f"Ugen med flest kontakter er uge {_iso(highest.monday)}: {number(highest.total)}."
    with_contact = sum(bool(week.total) for week in found.weeks) + bool(found.earlier)
    sentence += f" Der er kontakt i {with_contact} af {weeks(len(found.weeks))}." if not found.earlier else ""
    spread = f" {contacts(found.spread)} hører til hændelser, der dækker flere uger. De er fordelt jævnt på dagene."
    lines: list[tuple[Cell, ...]] = [
        (f"Uge {_iso(week.monday)}", clock.short_date_with_year(week.monday), week.known, week.spread, week.total)
        for week in found.weeks
    ]
    if found.earlier:
        lines.insert(0, ("Tidligere", "", "", "", found.earlier))
    return PatternSection(
        "uger", "Uge for uge", sentence + (spread if found.spread else ""), "Kontakter i hver uge",
        ("Uge", "Fra mandag", "Ugen kendes", "Fordelt jævnt", "I alt"), lines, _columns(log, found, highest.total),
    )  # fmt: skip


def _iso(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{week}, {year}"


def _columns(log: Log, found: counting.Weeks, highest: int) -> WeekChart | None:
    if len(found.weeks) < 2:
        return None
    first, length = found.weeks[0].monday, len(found.weeks) * 7
    days_to_know = [(row.from_on, "Tydelig afvisning") for row in log.refusals[:1]]
    days_to_know += [(ban.from_on, ban.kind.label) for ban in log.bans[:2]]
    days_to_know += [one for one in log.dates if one[0] >= first][-MOST_DATES:]
    shown = [(on, what) for on, what in sorted(days_to_know) if 0 <= (on - first).days < length]
    marks = [
        MarkedDay(letter, ((on - first).days + 0.5) / length, f"{what} {day(on)}")
        for letter, (on, what) in zip("ABCDEF", shown, strict=False)
    ]
    heights = [(week.known / highest, week.spread / highest) for week in found.weeks]
    return WeekChart(heights, number(highest), _iso(first), _iso(found.weeks[-1].monday), marks)


def _hourly(log: Log) -> PatternSection:
    found = counting.per_hour(log.contacts)
    sums = {label: sum(counts) for label, counts in found.cells.items()}
    on_days = [sum(counts[weekday] for counts in found.cells.values()) for weekday in range(7)]
    lines: list[tuple[Cell, ...]] = [
        ("Ukendt tidspunkt" if label == counting.UNKNOWN_HOURS else f"Kl. {label}", *counts, sums[label])
        for label, counts in found.cells.items()
    ]
    if found.in_periods:
        lines.append(("Periode, ugedag kendes ikke", *[""] * 7, found.in_periods))
    return PatternSection(
        "ugedag", "Ugedag og tidspunkt", _when_said(sums, on_days, found.in_periods),
        "Kontakter efter ugedag og tidspunkt", ("Tidspunkt", *(name.capitalize() for name in clock.WEEKDAYS), "I alt"),
        lines, _grid(found), "Tiderne er dem, uret på væggen viste.",
    )  # fmt: skip


def _when_said(sums: dict[str, int], on_days: list[int], in_periods: int) -> str:
    if not sum(on_days):
        return "Alle kontakter hører til hændelser over flere dage, så ugedag og tidspunkt kendes ikke."
    weekday = max(range(7), key=lambda one: on_days[one])
    said = f"Flest kontakter ligger på en {clock.WEEKDAYS[weekday]}: {number(on_days[weekday])}."
    timed = {label: count for label, count in sums.items() if label != counting.UNKNOWN_HOURS}
    if any(timed.values()):
        hours = max(timed, key=lambda label: timed[label])
        said += f" Hvor klokkeslættet kendes, er det oftest kl. {hours}: {number(timed[hours])}."
    if sums[counting.UNKNOWN_HOURS]:
        said += f" Klokkeslættet er ukendt for {contacts(sums[counting.UNKNOWN_HOURS])}."
    return said + (f" {_capital(contacts(in_periods))} i en periode har ingen ugedag." if in_periods else "")


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _grid(found: counting.Hours) -> Grid | None:
    highest = max(max(counts) for counts in found.cells.values())
    if not highest:
        return None
    return Grid([
        (label, [((count / highest) ** 0.5, number(count) if count else "") for count in counts])
        for label, counts in found.cells.items()
    ])  # fmt: skip


def _typed(log: Log) -> PatternSection:
    labels = {one.id: one.label for one in content.incidents().type}
    shares = log.types
    several = any(len(row.types) > 1 for row in log.contacts)
    sentence = f"Der er {len(shares)} typer: {_most(shares, labels)}." if len(shares) > 1 else _only(shares, labels)
    note = "En hændelse med flere typer tæller med i dem alle, så tallene kan give mere end det samlede."
    return PatternSection("typer", "Typer", sentence, "Kontakter efter type", HEADS, _lines(shares, labels), None,
                   note if several else "")  # fmt: skip


HEADS = ("Hvad", "Kontakter", "Hændelser", "Første dag", "Seneste dag")


def _lines(shares: list[Share], labels: dict[str, str]) -> list[tuple[Cell, ...]]:
    highest = max((one.contacts for one in shares), default=0) or 1  # of a log that does not open none are known
    return [
        (labels.get(one.id, one.id), DrawnBar(number(one.contacts), 0, one.contacts / highest), one.rows,
         day(one.first), day(one.last))
        for one in shares
    ]  # fmt: skip


def _most(shares: list[Share], labels: dict[str, str]) -> str:
    return joined([f"{labels.get(one.id, one.id)} ({number(one.contacts)})" for one in shares[:3]], len(shares) - 3)


def _only(shares: list[Share], labels: dict[str, str]) -> str:
    return f"Alle kontakter er af samme slags: {labels.get(shares[0].id, shares[0].id)}."


def _channelled(log: Log) -> PatternSection:
    labels = {one.id: one.label for one in content.incidents().channel} | {"": "Ikke oplyst"}
    shares = counting.by_channel(log.contacts)
    sentence = f"Kontakterne kom gennem {_most(shares, labels)}."
    if [one.id for one in shares] == [""]:
        sentence = "Loggen siger ikke, hvilke kanaler kontakterne kom gennem."
    return PatternSection("kanaler", "Kanaler", sentence, "Kontakter efter kanal", HEADS, _lines(shares, labels))


def _refused(log: Log) -> PatternSection:
    refusals = log.refusals
    title = "Før og efter tydelig afvisning"
    if not refusals:
        return PatternSection("afvisning", title, "Der står ingen tydelig afvisning i loggen.")
    found = counting.split(log.contacts, refusals)
    names = [f"Før {moment(refusals[0])}"]
    names += [f"Efter {moment(one)}, afvisning nr. {place}" for place, one in enumerate(refusals, 1)]
    parts = list(zip(names, found.parts, strict=True))
    unknown = [
        ("Samme dag som en af afvisningerne, rækkefølgen kendes ikke", found.same_day),
        ("I en periode, som en af afvisningerne ligger i", found.across),
    ]
    lines = _barred(parts[:MOST_LINES], [one for one in unknown if one[1]])
    return PatternSection(
        "afvisning", title, _first_refused(log), "Kontakter før og efter afvisning", ("Hvornår", "Kontakter"), lines
    )


def _first_refused(log: Log) -> str:
    """Of the first refusal alone: what came around a later one came after it."""
    found = counting.split(log.contacts, log.refusals[:1])
    before, after = found.parts
    said = (
        f"Den første tydelige afvisning er fra {moment(log.refusals[0])}. "
        f"Før den er der {contacts(before)}, efter den {number(after)}."
    )
    unsure = found.same_day + found.across
    return f"{said} For {contacts(unsure)} kan man ikke se, om de kom før eller efter." if unsure else said


def _barred(known: list[tuple[str, int]], unknown: list[tuple[str, int]]) -> list[tuple[Cell, ...]]:
    highest = max((count for _, count in (*known, *unknown)), default=0) or 1
    lines: list[tuple[Cell, ...]] = [(name, DrawnBar(number(count), 0, count / highest)) for name, count in known]
    return lines + [(name, DrawnBar(number(count), 0, count / highest, True)) for name, count in unknown]


def _banned(log: Log) -> PatternSection:
    title = "Før og efter tilhold eller forbud"
    if not log.bans:
        return PatternSection(BANS, title, "Der er ikke registreret tilhold, strakstilhold eller opholdsforbud.")
    said: list[str] = []
    lines: list[tuple[Cell, ...]] = []
    for ban in log.bans[:MOST_LINES]:
        found = counting.standing(log.contacts, ban.from_on, ban.to_on)
        name, period = ban.kind.label, _period(ban, log)
        said.append(f"{name} fra {period}: {_around(found)} {_breaches(ban.breaches)}")
        known = [("før", found.before), ("i perioden", found.during), ("efter", found.after)]
        unknown = [("den dag, det blev givet", found.on_day), ("i en hændelse på tværs", found.across)]
        around = _barred(known, [one for one in unknown if one[1]])
        lines += [(f"{name}, {period}", *line) for line in around]
    return PatternSection(
        BANS, title, " ".join(said), "Kontakter før og efter, hvad politiet har besluttet",
        ("Hvad", "Hvornår", "Kontakter"), lines,
    )  # fmt: skip


def _period(ban: Ban, log: Log) -> str:
    """From when to when; in what is handed over never a day to come."""
    if log.leaves and ban.to_on > log.today:
        return f"{day(ban.from_on)}, gælder endnu"
    return f"{day(ban.from_on)} til {day(ban.to_on)}"


def _around(found: counting.AroundOrder) -> str:
    said = f"{contacts(found.before)} før, {number(found.during)} i perioden og {number(found.after)} efter."
    unsure = found.on_day + found.across
    return f"{said} For {number(unsure)} kan man ikke se, om de kom før eller efter." if unsure else said


def _breaches(count: int) -> str:
    if not count:
        return "Ingen overtrædelser er skrevet ned."
    return counted(count, "overtrædelse er skrevet ned.", "overtrædelser er skrevet ned.")


def _new_ways(log: Log) -> PatternSection:
    labels = {one.id: one.label for one in content.incidents().type}
    shares = sorted(log.types, key=lambda one: (one.first, one.id))
    span = counting.span(log.contacts)
    new = [one for one in shares if one.first > span.first]
    newest = joined([f"{labels.get(one.id, one.id)} ({day(one.first)})" for one in new[-3:]], 0)
    sentence = (
        f"Nye typer er kommet til undervejs, senest {newest}." if new else "Alle typer er der fra den første dag."
    )
    lines: list[tuple[Cell, ...]] = [
        (labels.get(one.id, one.id), f"Dag {(one.first - span.first).days + 1}",
         DrawnBar(day(one.first), *_stretch(span, one.first, one.last)))
        for one in shares
    ]  # fmt: skip
    return PatternSection(
        "nye-metoder", "Nye metoder", sentence, "Hvornår hver type første gang står i loggen",
        ("Type", "Dag i forløbet", "Første gang"), lines,
        key="Stregen går fra typens første dag til dens seneste; hele bredden er hele forløbet.",
    )  # fmt: skip


def _stretch(span: counting.Span, first: date, last: date) -> tuple[float, float]:
    return (first - span.first).days / span.days, ((last - first).days + 1) / span.days


def _through(log: Log) -> PatternSection:
    labels = {"child": "Gennem børn", "others": "Gennem andre"}
    ways: dict[str, str] = {one.id: one.via for one in content.incidents().type}
    shares = counting.by_way(log.contacts, ways)
    title = "Gennem børn eller andre"
    if not shares:
        return PatternSection("gennem-andre", title, "Ingen hændelser i loggen går gennem børn eller andre.")
    said = joined([f"{contacts(one.contacts)} {labels[one.id].lower()}" for one in shares], 0)
    return PatternSection(
        "gennem-andre", title, f"Der er {said}.", "Kontakter gennem børn eller andre", HEADS, _lines(shares, labels)
    )


def _quiet(log: Log) -> PatternSection:
    span, stretches = counting.span(log.contacts), counting.covered(log.contacts)
    found = counting.gaps(stretches)
    title = "Perioder uden kontakt"
    if not found:
        least = counting.SHORTEST_GAP_DAYS
        return PatternSection("pauser", title, f"Der er ingen periode på mindst {least} dage uden kontakt i loggen.")
    longest = found[0]
    sentence = (
        f"Den længste periode uden kontakt er {days(longest.days)}: {day(longest.first)} til {day(longest.last)}."
    )
    lines: list[tuple[Cell, ...]] = [(day(gap.first), day(gap.last), gap.days) for gap in found]
    strip = Strip([_stretch(span, *stretch) for stretch in stretches], day(span.first), day(span.last))
    return PatternSection(
        "pauser", title, sentence, "De længste perioder uden kontakt", ("Fra", "Til og med", "Dage"), lines, strip,
        key="Felterne er dage med kontakt, mellemrummene er dage uden.",
    )  # fmt: skip


STILL = "En pludselig ændring, også at der bliver stille, er noget at være opmærksom på: spørg, hvad der er sket."


def _lately(log: Log) -> PatternSection:
    labels = {one.id: one.label for one in content.incidents().type}
    found = counting.recent(log.contacts, log.types, log.today)
    sentence = f"De seneste fire uger er der {contacts(found.now)}, de fire uger før {number(found.before)}."
    if found.new_types:
        sentence += f" Nyt er {joined([labels.get(name, name) for name in found.new_types[:3]], 0)}."
    if found.dangers:
        sentence += f" {_capital(incidents_said(found.dangers))} fra de seneste fire uger er markeret som faresignal."
    if not found.now:
        sentence += f" Der er gået {days(found.quiet_days)} siden den seneste hændelse i loggen."
    lines = _barred([("De seneste fire uger", found.now), ("De fire uger før", found.before)], [])
    per_week = [_per_week(found.now), _per_week(found.before)]
    return PatternSection(
        "seneste", "Den seneste tid", sentence, "De seneste fire uger og de fire uger før",
        ("Periode", "Kontakter", "Kontakter om ugen"),
        [(*line, said) for line, said in zip(lines, per_week, strict=True)], None,
        f"Til og med i dag. Det er en beskrivelse og ikke en vurdering.{'' if log.is_own_account else f' {STILL}'}",
    )  # fmt: skip


def _per_week(count: int) -> str:
    return f"{count / 4:.1f}".replace(".", ",")


def _answered(log: Log) -> PatternSection:
    answers = log.answers
    noted = sum(row.reaction == Reaction.ANSWER for row in log.contacts)
    if not answers and not noted:
        return PatternSection("svar", "Svar", "Loggen fortæller ikke om svar.")
    said = answers_said(len(answers), noted)
    lines: list[tuple[Cell, ...]] = [
        (f"Nr. {row.number}", day_and_time(row.from_on, row.at)) for row in answers[:MOST_LINES]
    ]
    return PatternSection(
        "svar", "Svar", f"{said} Svar er ikke talt med som kontakter, og et enkelt svar ændrer ikke i sig selv noget.",
        "Svar i loggen" if lines else "", ("Nr.", "Hvornår"), lines,
    )  # fmt: skip


SECTIONS: tuple[Callable[[Log], PatternSection], ...] = (
    _overall, _weekly, _hourly, _typed, _channelled, _refused, _banned, _new_ways, _through, _quiet, _lately, _answered,
)  # fmt: skip
OF_THE_EXPOSED = (_refused, _answered)  # their acts: a case of an udøver asks nothing of them (D-14)
