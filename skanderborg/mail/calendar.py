"""The calendar part of a meeting's letters (iMIP, RFC 6047), neutral in content (SEC-45).

Only the worker imports this: icalendar costs memory that the web processes do not need (decision 17).
"""

from datetime import datetime

from icalendar import Calendar, Event, vCalAddress

from ..store.outbox import OutboxLetter


def part(letter: OutboxLetter, method: str, words: dict, attendee: str, organizer: str, uid: str) -> str:
    """The calendar text: one appointment called «Aftale», in UTC, for one attendee; no place, no description.

    The appointment keeps its UID, and a later letter about it has a higher SEQUENCE, so that calendars follow it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Koordinering//DA")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(letter, method, words, attendee, organizer, uid))
    return calendar.to_ical().decode()


def _event(letter: OutboxLetter, method: str, words: dict, attendee: str, organizer: str, uid: str) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("sequence", int(words["sequence"]))
    event.add("dtstamp", letter.due_at)
    event.add("dtstart", datetime.fromisoformat(words["starts"]))
    event.add("dtend", datetime.fromisoformat(words["ends"]))
    event.add("summary", "Aftale")
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    invited = vCalAddress(f"mailto:{attendee}")
    invited.params["ROLE"] = "REQ-PARTICIPANT"
    invited.params["PARTSTAT"] = "NEEDS-ACTION"
    invited.params["RSVP"] = "FALSE"  # answers would go to a mailbox that nobody reads
    event.add("attendee", invited)
    return event
