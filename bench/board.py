"""The board: queries, processor time beside an empty signed-in page, and with an archive of 20,000 cases.

Promise: at most 8 queries; 50 open cases × 12 tasks cost at most 3 × an empty page; with 20,000 closed cases at least
0.95 of the throughput with 400; a case page with 300 tasks, notes and events within 3 × the board.
"""

from _house import cpu_per_page, db, fill_case, house, make_cases, queries_of, report, sign_in

EMPTY = "/tilgaengelighed"


def main() -> None:
    """Measure and print."""
    with house() as (app, _, _), db.connection_context():
        refs = make_cases(50, 12)
        make_cases(400, 0, closed=True)
        fill_case(refs[0], 300, 300, 300)
        client = sign_in(app, "rikke")
        empty, board = cpu_per_page(client, EMPTY), cpu_per_page(client, "/tavle")
        case = cpu_per_page(client, f"/sager/{refs[0]}", 20)
        report(
            board_queries=queries_of(client, "/tavle"), case_queries=queries_of(client, f"/sager/{refs[0]}"),
            board_to_empty=round(board / empty, 2), case_to_board=round(case / board, 2),
            milliseconds={"empty": round(empty * 1e3, 1), "board": round(board * 1e3, 1), "case": round(case * 1e3, 1)},
        )  # fmt: skip
        make_cases(19_600, 0, closed=True)
        archived = cpu_per_page(client, "/tavle")
        report(archive_20000_throughput_to_400=round(board / archived, 2), board_queries=queries_of(client, "/tavle"))


if __name__ == "__main__":
    main()
