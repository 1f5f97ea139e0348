"""What each piece of speed machinery gives: board, case page, write and letter with and without it, in turn.

Promise: what stays gives at least 15 % of one of them (decision 30). Processor time of this process, the median of the
rounds' ratios, so that whatever else the machine does falls on both alike.
"""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from _house import Case, Task, begin, clock, db, fill_case, house, load, make_cases, new_ref, people, report, sign_in

from skanderborg.domain.letters import delivery
from skanderborg.kinds import LetterKind
from skanderborg.mail import outbox, smtp
from skanderborg.pages import board as rows
from skanderborg.store import db as store
from skanderborg.store.prepared import Prepared
from skanderborg.web import board as pages

ROUNDS, EACH = 15, 5
AT = {"when": "torsdag 26. november kl. 10.00", "starts": "2026-11-26T09:00:00+00:00",
      "ends": "2026-11-26T10:00:00+00:00", "sequence": 0}  # fmt: skip


@contextmanager
def instead(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    """The program with other things in these places."""
    before = [(place, name, getattr(place, name)) for place, name, _ in changes]
    for place, name, other in changes:
        setattr(place, name, other)
    try:
        yield
    finally:
        for place, name, one in before:
            setattr(place, name, one)


def forgetting(method: Callable[..., Any], kept: str) -> Callable[..., Any]:
    """A method of a prepared query that finds nothing kept."""

    def anew(self: Prepared, *args: Any) -> Any:
        getattr(self, kept).clear()
        return method(self, *args)

    return anew


def inserted(model: Any, values: dict[str, Any], conflict: str) -> list[Any]:
    """An insert as peewee spells it."""
    query = model.insert(**store.sealed(model, values)).returning(model)
    found = list((query.on_conflict(action="nothing") if conflict else query).execute())
    for row in found:
        store.binding.note(model, row.__data__, row.__data__)
    return found


def insertion(model: Any, values: list[dict[str, Any]]) -> Any:
    """The SQL of an insert that is not read back, as peewee spells it."""
    return model.insert_many(values).as_rowcount().sql()


def returned(model: Any, sql: str, params: list[Any]) -> list[Any]:
    """A change as peewee spells it: what it costs to spell comes on top of the one that is run."""
    version, ref = params[-1], params[-2]
    names = re.findall(r'"(\w+)" = ', sql.partition(" SET ")[2].partition(" WHERE ")[0])
    fields = [model._meta.combined[name] for name in names]
    given = dict(zip(fields, params, strict=False))
    seen = (model.ref == ref) & (model.version == version)
    return list(model.update(given).where(seen).returning(model).execute())


SWITCHED_OFF = {
    "prepared queries": lambda: instead(
        (Prepared, "_sql_for", forgetting(Prepared._sql_for, "_compiled")),
        (Prepared, "_reader_for", forgetting(Prepared._reader_for, "_readers")),
    ),
    "rows of the board": lambda: instead((rows, "KEPT_ROWS", 0)),
    "their HTML": lambda: instead((pages, "_body", lambda found: b"".join(map(pages._row.__wrapped__, found)))),
    "SQL by hand": lambda: instead(
        (store, "_inserted", inserted), (store, "_insertion", insertion), (store, "_returned", returned)
    ),
}


class Nowhere:
    """A connection to a mail server that takes everything at once."""

    is_open = True

    def __init__(self, *_: Any):
        pass

    def __enter__(self) -> "Nowhere":
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def send(self, *_: Any) -> None:
        """Take it."""


def work(app: Any, settings: Any) -> dict[str, Callable[[], None]]:
    """The four things that are measured, each as what does it once."""
    refs = make_cases(50, 12)
    make_cases(400, 0, closed=True)
    fill_case(refs[0], 30, 30, 30)
    rikke, solveig = sign_in(app, "rikke"), sign_in(app, "solveig")
    token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', solveig.get("/profil").text)[1]
    tasks, postman, case = _tasks(refs[1]), delivery.Postman(settings), Case.get(Case.ref == refs[2])
    asked = {"HX-Request": "true", "HX-Current-URL": f"http://localhost/sager/{refs[1]}/opgaver"}

    def get(path: str) -> None:
        assert rikke.get(path, headers={"Accept-Encoding": "gzip"}).status_code == 200

    def write() -> None:
        form = {"csrf_token": token, "version": "1"}
        assert solveig.post(f"/o/{tasks.pop()}/udfoert", data=form, headers=asked).status_code == 200

    def letter() -> None:
        with begin():
            for kind in (LetterKind.MEETING_INVITATION, LetterKind.TASK_ASSIGNED):
                outbox.put(kind, people.by_username("rikke"), key=new_ref(), about=case, **AT)
        assert postman.deliver() == 2

    return {"board": lambda: get("/tavle"), "case": lambda: get(f"/sager/{refs[0]}"), "write": write, "letter": letter}


def _tasks(case: str) -> list[str]:
    made, solveig = (
        [new_ref() for _ in range(len(SWITCHED_OFF) * 2 * (ROUNDS + 1) * EACH)],
        people.by_username("solveig"),
    )
    with begin():
        for ref in made:
            title = Task.title.seal({"ref": ref, "case": case, "title": "Opgave"})
            Task.insert(ref=ref, case=case, kind="plain", box="network", title=title, status="not-started",
                        assignee=solveig, created_at=clock.now(), version=1).execute()  # fmt: skip
    return made


def cost(do: Callable[[], None]) -> float:
    """Processor seconds for doing it once."""
    before = time.process_time()
    for _ in range(EACH):
        do()
    return (time.process_time() - before) / EACH


def main() -> None:
    """Measure and print."""
    smtp.Line = Nowhere  # type: ignore[misc,assignment]
    with house() as (app, _, settings), db.connection_context():
        for thing, do in work(app, load(settings)).items():
            gives = {}
            for piece, off in SWITCHED_OFF.items():
                pairs = []
                for _ in range(ROUNDS + 1):
                    on = cost(do)
                    with off():
                        pairs.append((on, cost(do)))
                gives[piece] = round(100 - 100 * statistics.median(on / without for on, without in pairs[1:]))
            report(of=thing, gives_percent=gives)


if __name__ == "__main__":
    main()
