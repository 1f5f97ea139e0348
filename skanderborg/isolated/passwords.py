"""How easily a password is guessed; runs in a child process, since its word lists are memory that nobody else needs.

JSON in: `spellings` of one password and the `words` that a guesser of it would try first. Out: how many guesses the
easiest of the spellings takes, as a power of ten.
"""

import json
import sys

from zxcvbn import zxcvbn


def main() -> None:
    """Standard input to standard output."""
    asked = json.load(sys.stdin.buffer)
    found = [zxcvbn(spelling, user_inputs=asked["words"]) for spelling in asked["spellings"]]
    sys.stdout.write(json.dumps(min(float(one["guesses_log10"]) for one in found)))


if __name__ == "__main__":
    main()
