"""A course that is played as people play it: links and forms of the pages, a clock, a worker, a mail server.

What is played is kept as plain values, so that the tests of a course need neither program nor database.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import icalendar
from flask import Flask

from skanderborg.domain import ticks
from skanderborg.domain.letters.delivery import Postman
from skanderborg.examples import PASSWORD
from skanderborg.store import chains, rows
from skanderborg.store.db import db
from tests.servers import COPENHAGEN, Letter, MailServer, TestClock

REF = "[a-z2-7]{26}"
SESSION_MINUTES = 10  # a browser that rested longer signs in anew
VOID = {"input", "br", "meta", "link", "img", "hr", "use", "path"}
GIVEN_AWAY = re.compile(  # no word of a letter begins so
    r"(?<!\w)(stalk|underret|udsat|udøver|offer(?!ed)|barn|børn|politi|trus[ls]|mægl)", re.IGNORECASE
)
JUST_A_TIME = re.compile(r"[\d .:-]+")


# ── reading a page ──────────────────────────────────────────────────────────────────────────────────


@dataclass
class Form:
    """A form as a browser would send it: what is filled in already, what can be chosen, its buttons."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # label, name, value

    def fill(self, **typed: Any) -> None:
        """Type or choose, by the names of the fields; a choice by its value or by how its label begins."""
        for name, given in typed.items():
            assert name in self.values, f"{self.action} has no field {name}, only {sorted(self.values)}"
            given = given if isinstance(given, list) else [given]
            self.values[name] = [self._choice(name, one) for one in given] if name in self.options else given

    def _choice(self, name: str, wanted: str) -> str:
        offered = self.options[name]
        found = [value for value, label in offered if value == wanted or (label and label.startswith(wanted))]
        assert found, f"{name} does not offer {wanted}, only {offered}"
        return found[0]


class Reader(HTMLParser):
    """The words, links and forms of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self._labels: dict[str, str] = {}
        self._boxes: list[tuple[Form, str, str, str]] = []  # form, name, value, id of a radio or checkbox
        self._form: Form | None = None
        self._open: list[tuple[str, dict[str, str], int]] = []  # tag, attributes, words before it
        self.feed(html)
        for form, name, value, at in self._boxes:
            form.options.setdefault(name, []).append((value, self._labels.get(at, "")))

    @property
    def text(self) -> str:
        """All that can be seen or heard."""
        return " ".join(self.words)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.words += [given[name] for name in ("aria-label", "title", "placeholder", "alt") if given.get(name)]
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._form)
        elif tag == "input" and self._form:
            self._input(self._form, given)
        elif tag in ("select", "textarea") and self._form:
            self._form.values[given["name"]] = []
            self._form.options |= {given["name"]: []} if tag == "select" else {}
        if tag not in VOID:
            self._open.append((tag, given, len(self.words)))

    def handle_data(self, data: str) -> None:
        inside = self._open[-1][0] if self._open else ""
        if inside not in ("script", "style") and data.strip():
            self.words.append(data.strip())

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while any(opened == tag for opened, _, _ in self._open):
            opened, given, before = self._open.pop()
            if opened == tag:
                self._close(tag, given, " ".join(self.words[before:]).replace(" :", ":"))
                return

    def _input(self, form: Form, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if kind in ("radio", "checkbox"):
            form.values.setdefault(name, [])
            self._boxes.append((form, name, given.get("value", ""), given.get("id", "")))
            if "checked" in given:
                form.values[name].append(given.get("value", ""))
        else:
            form.values[name] = [given.get("value", "")]

    def _close(self, tag: str, given: dict[str, str], text: str) -> None:
        if tag == "a" and "href" in given:
            self.links.append((text, given["href"]))
        elif tag == "label":
            self._labels[given.get("for", "")] = text
        elif tag == "form":
            self._form = None
        elif self._form and tag == "button" and given.get("type") != "button":
            self._form.buttons.append((text, given.get("name", ""), given.get("value", "")))
        elif self._form and tag == "textarea":
            self._form.values[given["name"]] = [text]
        elif self._form and tag == "option":
            self._offer(given, text)

    def _offer(self, given: dict[str, str], text: str) -> None:
        name = next(attributes["name"] for tag, attributes, _ in reversed(self._open) if tag == "select")
        assert self._form
        self._form.options[name].append((given.get("value", text), text))
        if "selected" in given or len(self._form.options[name]) == 1:
            self._form.values[name] = [given.get("value", text)]


@dataclass
class Seen:
    """A page as somebody saw it."""

    who: str
    path: str
    status: int
    html: str

    @cached_property
    def read(self) -> Reader:
        """Its words, links and forms."""
        return Reader(self.html)

    @property
    def text(self) -> str:
        """All that can be seen or heard on it."""
        return self.read.text

    @property
    def main(self) -> str:
        """The words of the page itself, without its frame."""
        inner = re.search(r'<main id="main".*</main>', self.html, re.DOTALL)
        return Reader(inner[0]).text if inner else ""

    @property
    def ref(self) -> str:
        """The ref in its address."""
        return re.search(REF, self.path)[0]

    def link(self, label: str) -> str:
        """Where the first link whose words begin so leads."""
        found = [href for text, href in self.read.links if text.startswith(label)]
        assert found, f"{self.path} has no link {label}"
        return found[0]

    def offers(self, label: str) -> bool:
        """Whether a button or link of the page says so."""
        words = [text for text, _ in self.read.links]
        words += [button[0] for form in self.read.forms for button in form.buttons]
        return any(is_called(text, label) for text in words)

    def form(self, button: str) -> tuple[Form, tuple[str, str, str]]:
        """The form that this button sends."""
        for form in self.read.forms:
            for one in form.buttons:
                if is_called(one[0], button):
                    return form, one
        raise AssertionError(f"{self.path} ({self.status}) has no button {button}")


def is_called(text: str, label: str) -> bool:
    """Whether a button's words are the label, perhaps with what it is about read aloud behind."""
    return text == label or text.startswith(f"{label}:")


# ── letters ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Arrived:
    """A letter, and what the clock said when it came."""

    at: datetime
    letter: Letter

    @property
    def kind(self) -> str:
        """Which letter it is."""
        return self.letter.message["X-Skb-Letter"]

    @property
    def to(self) -> str:
        """Who got it, by user name; always one."""
        (address,) = self.letter.recipients
        return address.removesuffix("@example.invalid")

    @property
    def wall(self) -> str:
        """When it came, as the wall shows it."""
        return f"{self.at.astimezone(COPENHAGEN):%Y-%m-%d %H:%M}"

    @property
    def path(self) -> str:
        """The page that it opens."""
        return re.search(r"http://localhost(/\S+)", self.letter.text)[1]

    @property
    def appointment(self) -> icalendar.Event:
        """The one appointment of its calendar part."""
        (event,) = self._calendar.walk("VEVENT")
        return event

    @property
    def method(self) -> str:
        """What the calendar part asks for, where its header says the same."""
        (part,) = [one for one in self.letter.message.walk() if one.get_content_type() == "text/calendar"]
        assert part.get_param("method") == str(self._calendar["METHOD"])
        return str(self._calendar["METHOD"])

    @property
    def _calendar(self) -> icalendar.Calendar:
        (part,) = [one for one in self.letter.message.walk() if one.get_content_type() == "text/calendar"]
        return icalendar.Calendar.from_ical(part.get_payload(decode=True))

    @property
    def every_text(self) -> str:
        """All bytes of the letter as they came, and decoded: headers, parts, unfolded lines."""
        message = self.letter.message
        parts = [one.get_payload(decode=True).decode() for one in message.walk() if not one.is_multipart()]
        unfolded = [re.sub(r"\r?\n[ \t]", "", part) for part in parts]
        headers = [f"{name}: {value}" for name, value in message.items()]
        return "\n".join([self.letter.raw.decode("latin-1"), *parts, *unfolded, *headers])


def tells(text: str, *secrets: str) -> list[str]:
    """Those of the secrets that stand in the text as words, in whatever case."""
    return [one for one in secrets if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text, re.IGNORECASE)]


# ── playing ─────────────────────────────────────────────────────────────────────────────────────────


class Course:
    """The house, the people in it, and all that was seen, typed and sent."""

    def __init__(self, app: Flask, mail: MailServer, clock: TestClock):
        self.app, self.mail, self.clock = app, mail, clock
        self.pages: list[Seen] = []
        self.letters: list[Arrived] = []
        self.typed: set[str] = set()
        self.activations = 0
        self.found = SimpleNamespace()  # what the acts want the tests to look at
        self._postman = Postman(app.config["SKB"])
        self._browsers: dict[str, tuple[Any, datetime]] = {}

    def at(self, month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> None:
        """Move the clock to a wall time."""
        self.clock.move_to(datetime(year, month, day, hour, minute))

    def work(self) -> list[Arrived]:
        """One round of the worker's ticks; returns the letters that came of it."""
        before = len(self.mail.letters)
        with db.connection_context():
            ticks.owe()
            self._postman.deliver()
        new = [Arrived(self.clock.now, letter) for letter in self.mail.letters[before:]]
        self.letters += new
        return new

    def get(self, who: str, path: str) -> Seen:
        """Open a page, and follow where it leads on."""
        answer = self._browser(who).get(path)
        if answer.status_code == 303:
            return self.get(who, answer.location)
        return self._saw(who, path, answer)

    def plan_meeting(self, page: Seen, **typed: Any) -> Seen:
        """Plan a meeting; asked whether the rules of contact were read, say so."""
        planned = self.send(page, "Aftal møde", **typed)
        asked = planned.status == 422 and 'name="has_read_rules"' in planned.html
        return self.send(planned, "Aftal møde", has_read_rules="y") if asked else planned

    def click(self, page: Seen, label: str) -> Seen:
        """Follow a link of the page."""
        self.activations += 1
        return self.get(page.who, page.link(label))

    def send(self, page: Seen, button: str, /, **typed: Any) -> Seen:
        """Fill in the form of the page that has this button, and press it; returns the page that answers."""
        self.activations += 1
        form, (_, name, value) = page.form(button)
        form.fill(**typed)
        self._remember(form, typed)
        values = form.values | ({name: [value]} if name else {})
        if form.method == "get":
            return self.get(page.who, f"{form.action}?{urlencode(values, doseq=True)}")
        return self._post(page.who, form.action, values)

    def force(self, page: Seen, path: str, /, **typed: str) -> Seen:
        """Send what the page offers no button for, with the marks of one of its forms."""
        marks = {"version": ["1"]}
        for form in page.read.forms:
            marks |= {name: form.values[name] for name in ("csrf_token", "version") if form.values.get(name)}
        return self._post(page.who, path, marks | {name: [value] for name, value in typed.items()})

    def statuses(self, who: str, *paths: str) -> set[int]:
        """What somebody gets for these addresses."""
        return {self.get(who, path).status for path in paths}

    def broken_chains(self) -> list[chains.Fault]:
        """What does not hold in the events of all that was played, and rows that none of them wrote."""
        with db.connection_context():
            return chains.walk(chains.cut()).faults + rows.faults()

    def _post(self, who: str, path: str, values: dict[str, list[str]]) -> Seen:
        answer = self._browser(who).post(path, data=values)
        return self.get(who, answer.location) if answer.status_code == 303 else self._saw(who, path, answer)

    def _saw(self, who: str, path: str, answer: Any) -> Seen:
        assert answer.status_code < 500, f"{who} {path}: {answer.status_code}"
        seen = Seen(who, path, answer.status_code, answer.text)
        self.pages.append(seen)
        return seen

    def _browser(self, who: str) -> Any:
        client, used = self._browsers.get(who, (None, None))
        if client is None or (self.clock.now - used).total_seconds() > SESSION_MINUTES * 60:
            client = self._signed_in(who, client or self.app.test_client())
        self._browsers[who] = client, self.clock.now
        return client

    def _signed_in(self, who: str, client: Any) -> Any:
        """In the browser that the person had, if there was one: by it he or she is known."""
        form, _ = Seen(who, "/log-ind", 200, client.get("/log-ind").text).form("Log ind")
        form.fill(username=who, password=PASSWORD)
        assert client.post(form.action, data=form.values).status_code == 303
        return client

    def _remember(self, form: Form, typed: dict[str, Any]) -> None:
        """Words that were typed, not chosen: none of them may be in a letter."""
        self.typed |= {
            text for name, text in typed.items() if name not in form.options and not JUST_A_TIME.fullmatch(text)
        }
