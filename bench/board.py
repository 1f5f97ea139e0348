"""The board: queries, processor time beside an empty signed-in page, and with an archive of 20,000 cases.

Promise: at most 8 queries; 50 open cases × 12 tasks cost at most 3 × an empty page; with 20,000 closed cases at least
0.95 of the throughput with 400; a case page with 300 tasks, notes and events within 3 × the board.

`board_to_empty` asks for one page again and again. The empty page has the frame alone (session, counts, heartbeat) and
no event, since it shows nothing of anyone: with no commit in between it finds all it needs in the processor's caches.
`in_turn` is what browsers do: pages in turn, compressed. `to_empty_board` stands beside the board of someone who sees
no case: a signed-in page with its event, as nearly all are.
"""

import statistics
from collections.abc import Iterable

from _house import cpu_in_turn, cpu_per_page, db, fill_case, house, make_cases, queries_of, report, sign_in

EMPTY, BOARD = "/tilgaengelighed", "/tavle"
ROUNDS = 7


def main() -> None:
    """Measure and print."""
    with house() as (app, _, _), db.connection_context():
        refs = make_cases(50, 12)
        make_cases(400, 0, closed=True)
        fill_case(refs[0], 300, 300, 300)
        rikke, nobody = sign_in(app, "rikke"), sign_in(app, "jonas")
        again = [(cpu_per_page(rikke, EMPTY), cpu_per_page(rikke, BOARD)) for _ in range(ROUNDS)]
        turns = [cpu_in_turn([(rikke, EMPTY), (rikke, BOARD), (nobody, BOARD)]) for _ in range(ROUNDS)]
        empty, board = (statistics.median(page) for page in zip(*again, strict=True))
        case = cpu_per_page(rikke, f"/sager/{refs[0]}", 20)
        report(
            board_queries=queries_of(rikke, BOARD), case_queries=queries_of(rikke, f"/sager/{refs[0]}"),
            board_to_empty=ratios((board, empty) for empty, board in again),
            in_turn=ratios((board, empty) for empty, board, _ in turns),
            to_empty_board=ratios((board, unseen) for _, board, unseen in turns),
            case_to_board=round(case / board, 2),
            milliseconds={"empty": round(empty * 1e3, 1), "board": round(board * 1e3, 1), "case": round(case * 1e3, 1)},
        )  # fmt: skip
        make_cases(19_600, 0, closed=True)
        archived = statistics.median(cpu_per_page(rikke, BOARD) for _ in range(ROUNDS))
        report(archive_20000_throughput_to_400=round(board / archived, 2), board_queries=queries_of(rikke, BOARD))


def ratios(pairs: Iterable[tuple[float, float]]) -> dict[str, object]:
    """The median of some ratios, and each of them."""
    each = [round(one / other, 2) for one, other in pairs]
    return {"median": statistics.median(each), "each": each}


if __name__ == "__main__":
    main()
