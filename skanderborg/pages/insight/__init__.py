"""The package of insight as it is seen and drawn (D-24); domain/insight/ keeps what came of a request.

items.py says what there is, uses.py who used it, paper.py draws the papers. As with an extract of the log, what is seen
before is what goes: a hash of it tells whether anything moved in between.
"""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from ... import clock, policy
from ...danish import numbers
from ...domain import insight, packs
from ...domain.evidence import sniffing
from ...domain.packs import Contents, Drawn, Handed
from ...domain.packs.choosing import Choice
from ...domain.verbs import reads
from ...kinds import Basis, InsightChoice, InsightGround, PackRecipient
from ...policy import Action
from ...store import keys
from ...store.cases import Case
from ...store.idempotency import is_sent_before
from ...store.incidents import Pack
from ...store.insight import Insight
from ...store.people import Person
from ...store.record import Disclosure
from . import items, paper
from .items import InsightItem


class WithheldLine(NamedTuple):
    """How many of what are withheld by which rule: never which."""

    what: str
    rows: int
    ground: InsightGround


class Package(NamedTuple):
    """All that goes, what does not, and how much nobody has decided."""

    request: Insight
    going: list[InsightItem]
    withheld: list[WithheldLine]
    undecided: int
    recipients: list[str]
    mark: str

    @property
    def in_words(self) -> str:
        """How much goes and how much does not."""
        held = sum(line.rows for line in self.withheld)
        return f"{numbers.counted(len(self.going), 'oplysning', 'oplysninger')}. {held} er undtaget."

    def by_kind(self) -> list[tuple[str, list[InsightItem]]]:
        """What goes, under the name of its kind."""
        return [(kind.several, list(found)) for kind, found in groupby(self.going, key=lambda item: item.kind)]


class ChoicesLeft(NamedTuple):
    """How far the choices of one kind of item are."""

    kind: items.ItemKind
    rows: int
    undecided: int


@reads(Action.CASE_EXPORT)
def preview(actor: Person, request: Insight) -> Package:
    """Exactly what would go."""
    return _of(request)


@reads(Action.CASE_EXPORT)
def progress(actor: Person, request: Insight) -> list[ChoicesLeft]:
    """How many of each kind of item there are, and how many of these nobody has decided."""
    found = items.of_request(request)
    everything, left = (
        Counter(item.kind for item in some) for some in (found, [one for one in found if not one.chosen])
    )
    return [ChoicesLeft(kind, everything[kind], left[kind]) for kind in items.KINDS if everything[kind]]


@reads(Action.CASE_EXPORT)
def of_kind(actor: Person, request: Insight, kind: items.ItemKind) -> list[InsightItem]:
    """The items of one kind."""
    return items.of_request(request, kind)


@reads(Action.CASE_EXPORT)
def hand_over(actor: Person, request: Insight, to_whom: str, seen: str, seen_version: int, key: str | None) -> Pack:
    """Draw the package that was seen and have it kept, which ends the request; who is asked to prove who he or she is
    is asked before. Raises Invalid, naming the field, TooLate and Conflict as `insight.give` does."""
    at, case = clock.now(), request.case
    reason = f"Anmodning {request.number}: {request.kind.label}, modtaget {clock.numeric_date(request.received_on)}"
    handed = Handed(Choice(PackRecipient.INSIGHT), to_whom, reason, Basis.NECESSARY, None, seen)
    packs.check(handed)
    found = _of(request)
    drawn = Drawn(seen, at, lambda fresh: _contents(_of(policy.part_of(fresh, Insight, request.ref)), case, at))
    if not is_sent_before(actor, insight.give, key):
        insight.refuse_unready(request, found.undecided)
        drawn = replace(drawn, files=(("pdf", "application/pdf", paper.of_package(found, case, to_whom, at)),))
    return insight.give(actor, request, handed, drawn, seen_version, key=key)


def _of(request: Insight) -> Package:
    found = items.of_request(request)
    going = [item for item in found if item.chosen and item.chosen.choice != InsightChoice.WITHHELD]
    undecided = sum(item.chosen is None for item in found)
    told = [[item.name, item.mark, item.chosen] for item in found]
    recipients = _recipients(request)
    said = [request.kind, request.asker, request.is_granted, request.decision, told, recipients]
    return Package(request, going, _withheld(found), undecided, recipients, keys.hidden(json.dumps(said, default=str)))


def _withheld(found: list[InsightItem]) -> list[WithheldLine]:
    out = [item for item in found if item.chosen and item.chosen.choice == InsightChoice.WITHHELD]
    counted = Counter((item.kind.withheld or item.kind.several, item.chosen.ground) for item in out if item.chosen)
    return [WithheldLine(what, count, ground) for (what, ground), count in counted.items() if ground]


def _recipients(request: Insight) -> list[str]:
    """To whom something of the case was told that is itself given (GDPR article 15(1) c)."""
    rows = Disclosure.select().where(Disclosure.case == request.case_id).order_by(Disclosure.on, Disclosure.ref)
    given = {name for name, one in insight.choosing.standing(request).items() if one.choice == InsightChoice.WHOLE}
    return [f"{clock.numeric_date(row.on)}: {row.to_whom}" for row in rows if f"disclosure:{row.ref}" in given]


def _contents(found: Package, case: Case, at: datetime) -> Contents:
    files = [
        item.file for item in found.going if item.file and item.chosen and item.chosen.choice == InsightChoice.WHOLE
    ]
    exhibits = [
        {"ref": one.ref, "path": f"bilag/bilag-{one.number:03}.{sniffing.TYPES[one.file.media_type].extension}"}
        for one in files
    ]
    left_out = [f"{line.what}: {line.rows}. {line.ground.label}: {line.ground.why}" for line in found.withheld]
    choices: dict[str, object] = {
        "order": None, "parts": [], "numbers": "", "period": "", "exhibits": exhibits, "left_out": left_out,
        "warning": ["Pakken er lavet til den, der har bedt om indsigt."],
        "watermark": f"Sag {case.code} · indsigt · {clock.numeric_date(clock.local(at).date())}",
    }  # fmt: skip
    what = f"Indsigt ({found.request.kind.label}): {found.in_words}"
    return Contents(found.mark, what, len(found.going) + len(found.withheld), len(exhibits), choices)
