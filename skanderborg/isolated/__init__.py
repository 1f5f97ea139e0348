"""Work on what strangers made, and heavy libraries, in a child process of its own with limits (SEC-47; decision 18).

A script of this folder reads bytes from its standard input and writes bytes to its standard output. It imports nothing
of the program and is given no secrets: neither environment nor open files. The processor time and the memory that it
may take are limited before its first line runs; a bomb ends the child and nothing else.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
REFUSED = 3  # exit code of a script that says, in one word on standard error, why it will not
LIMITED = """
import resource, runpy, sys
script, seconds, megabytes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024,) * 2)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
sys.argv = [script, *sys.argv[4:]]
runpy.run_path(script, run_name="__main__")
"""


class Refused(Exception):
    """The script will not; `reason` is its one word, such as «bomb», or «failed» where it broke or ran into a limit."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def run(script: str, given: bytes, *words: str, seconds: int, megabytes: int) -> bytes:
    """What the script of that name answers to `given`; `words` are its arguments and hold no personal data.

    `seconds` of processor time, `megabytes` of address space. Raises Refused.
    """
    command = [sys.executable, "-I", "-c", LIMITED, str(FOLDER / f"{script}.py"), str(seconds), str(megabytes), *words]
    try:
        done = subprocess.run(command, input=given, capture_output=True, env={}, timeout=seconds * 4, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Refused("failed") from None
    if done.returncode == REFUSED:
        raise Refused(done.stderr.decode(errors="replace").strip() or "failed")
    if done.returncode:
        raise Refused("failed")
    return done.stdout
