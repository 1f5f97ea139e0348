"""What is sent lies in no file while it is received, and sealed when it was: whoever takes the disk takes nothing."""

import os
import re
import socket
import stat
from pathlib import Path

import pytest

from tests.servers import Served

MEGABYTE = 1024 * 1024
MARK = b"ZQXKANARIE "
IN_MEMORY = "/dev/shm"

# Nothing here differs between databases.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def solveig(visit):
    visitor = visit("solveig")
    visitor.get("/profil")
    return visitor


@pytest.fixture
def served(case, solveig, settings, tmp_path):
    """The program of this test's database in a process of its own, which has its own temporary folder."""
    (tmp_path / "tmp").mkdir()
    with Served(
        tmp_path, SKB_DATABASE_URL=settings.database_url, SKB_KEYS_FILE=str(settings.keys_file),
        SKB_TEST_CLOCK_FILE=str(settings.test_clock_file), TMPDIR=str(tmp_path / "tmp"),
    ) as house:  # fmt: skip
        yield house


def descendants(pid: int) -> set[int]:
    """A process and all that it started."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, size = {pid}, 0
    while len(found) != size:
        size = len(found)
        found |= {child for child, parent in parents.items() if parent in found}
    return found


def written_files(house: Served) -> set[str]:
    """Files on a disk that the house has open to write into, but for its database and its log."""
    found, memory = set(), os.stat(IN_MEMORY).st_dev
    for pid in descendants(house._process.pid):
        for place in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                told, name = place.stat(), os.readlink(place)
                flags = re.search(r"flags:\s*(\d+)", Path(f"/proc/{pid}/fdinfo/{place.name}").read_text())[1]
            except OSError:
                continue
            if stat.S_ISREG(told.st_mode) and told.st_dev != memory and int(flags, 8) & os.O_ACCMODE:
                found.add(name)
    ours = re.compile(rf"{re.escape(str(house.folder))}/(koordinering\.db.*|log)")
    return {name for name in found if not ours.fullmatch(name)}


def form(token: str, name: str, body: bytes, **fields: str) -> bytes:
    """A form with one file, as a browser sends it."""
    parts = [f'--x\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
             for field, value in (fields | {"csrf_token": token}).items()]  # fmt: skip
    file = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="a.txt"\r\n'.encode()
    return b"".join(parts) + file + b"Content-Type: text/plain\r\n\r\n" + body + b"\r\n--x--\r\n"


def send_slowly(house: Served, path: str, visitor, body: bytes) -> tuple[int, set[str]]:
    """The answer's status, and every file that was written while the body came, looked for at each megabyte."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
        f"Cookie: skb={visitor.client.get_cookie('skb').value}\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    seen = set()
    with socket.create_connection(("127.0.0.1", house.port), timeout=30) as line:
        line.sendall(head.encode())
        for start in range(0, len(body), MEGABYTE):
            line.sendall(body[start : start + MEGABYTE])
            seen |= written_files(house)
        answer = line.recv(100)
    return int(answer.split()[1]), seen


def plain_files(folder: Path) -> list[Path]:
    """Files in which what was sent can be read."""
    return [path for path in folder.rglob("*") if path.is_file() and MARK in path.read_bytes()]


RECORDING = MARK * (24 * MEGABYTE // len(MARK))
TABLE = b"Dato;Hvad skete der\n" + (b"19-11-2026;" + MARK * 35 + b"\n") * 9_000


@pytest.mark.parametrize(
    ("page", "name", "file", "fields"),
    [("bilag", "files", RECORDING, {"source": "citizen", "key": "k"}), ("import", "file", TABLE, {"key": "k"})],
    ids=["exhibit", "import"],
)
def test_a_file_that_is_received_lies_in_memory_and_then_sealed(
    served, case, solveig, tmp_path, page, name, file, fields
):
    body = form(solveig.token, name, file, **fields)

    status, seen = send_slowly(served, f"/sager/{case.ref}/{page}", solveig, body)

    assert status == 303
    assert seen == set()
    assert list((tmp_path / "tmp").iterdir()) == []
    assert plain_files(tmp_path) == []


def test_a_page_that_takes_no_files_refuses_one_before_it_is_held(served, case, solveig):
    body = form(solveig.token, "files", MARK * (3 * MEGABYTE // len(MARK)))

    assert send_slowly(served, f"/sager/{case.ref}/noter", solveig, body[: 3 * MEGABYTE])[0] == 413
