"""Work on what strangers made, and heavy libraries, in a child process of its own with limits (SEC-47; decision 18).

A script of this folder reads bytes from its standard input and writes bytes to its standard output. It imports nothing
of the program but its neighbours, and is given no secrets: neither environment nor open files. The processor time, the
memory and the bytes that it may write are limited before its first line runs; a bomb ends the child and nothing else.
What a library puts down on its way lies in a folder of the child's own, which is gone when it ends, however it ends.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import Unavailable

FOLDER = Path(__file__).parent
IN_MEMORY = Path("/dev/shm")  # noqa: S108 where there is one: a folder of the child's own is made in it
PREFIX, LOCK = "skb-isolated-", "lock"
LARGEST_MEGABYTES = 40
AT_ONCE, WAIT_SECONDS = 2, 30
REFUSED = 3  # exit code of a script that says, in one word on standard error, why it will not
LIMITED = """
import resource, runpy, sys, types
folder, script = sys.argv[1].rsplit("/", 1)
seconds, megabytes = int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024,) * 2)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]) * 1024 * 1024,) * 2)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
sys.argv = [script, *sys.argv[5:]]
sys.modules["isolated"] = isolated = types.ModuleType("isolated")  # this folder alone: nothing of the program
isolated.__path__ = [folder]
runpy.run_module(f"isolated.{script}", run_name="__main__")
"""


class Refused(Exception):
    """The script will not; `reason` is its one word, such as «bomb», or «failed» where it broke or ran into a limit."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


_free = threading.BoundedSemaphore(AT_ONCE)  # more at once would take the machine's memory from everyone


def run(script: str, given: bytes, *words: str, seconds: int, megabytes: int) -> bytes:
    """What the script of that name answers to `given`; `words` are its arguments and hold no personal data.

    `seconds` of processor time, `megabytes` of address space; the answer is LARGEST_MEGABYTES at most. Raises Refused,
    Unavailable when as many as may run at once keep running.
    """
    limits = (str(seconds), str(megabytes), str(LARGEST_MEGABYTES))
    command = [sys.executable, "-I", "-c", LIMITED, f"{FOLDER}/{script}", *limits, *words]
    if not _free.acquire(timeout=WAIT_SECONDS):
        raise Unavailable()
    try:
        sweep()
        return _answer(command, given, seconds * 4)
    finally:
        _free.release()


def sweep() -> int:
    """Take away what lies in clear text where a process was killed before it could: folders of ours, of this system's
    user, whose lock nobody holds. Returns how many."""
    swept = 0
    for folder in _place().glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.stat().st_uid == os.geteuid() and _is_left(folder):
                shutil.rmtree(folder)
                swept += 1
    return swept


def _place() -> Path:
    return IN_MEMORY if IN_MEMORY.is_dir() else Path(tempfile.gettempdir())


def _is_left(folder: Path) -> bool:
    """Whether whoever made the folder is gone: a lock ends with its process. One that is just being made has none."""
    descriptor = os.open(folder / LOCK, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


@contextmanager
def _folder() -> Iterator[str]:
    """A folder of one's own, which is gone at the end; `sweep` takes it away where there is no end."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=_place()) as folder:
        made = Path(folder) / f"{LOCK}.new"
        with made.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            made.rename(made.with_suffix(""))
            yield folder


def _answer(command: list[str], given: bytes, seconds: int) -> bytes:
    with _folder() as folder:
        answer = Path(folder) / "answer"
        with answer.open("wb") as out:
            try:
                done = subprocess.run(  # noqa: S603
                    command, input=given, stdout=out, stderr=subprocess.PIPE, env={"TMPDIR": folder}, timeout=seconds,
                    check=False,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                raise Refused("failed") from None
        if done.returncode == REFUSED:
            raise Refused(done.stderr.decode(errors="replace").strip() or "failed")
        if done.returncode:
            raise Refused("failed")
        return answer.read_bytes()
