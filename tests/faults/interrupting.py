"""`python -m tests.faults.interrupting STEP COMMAND [ARGUMENT ...]`: runs a management command and kills it (SIGKILL)
before its STEP-th statement to the database, then runs it again and kills it a step later, until it gets through.

Prints how often it was killed. Each run is a process of its own, forked from this one so that starting costs little.
With AFTER="command argument" in the environment that command must succeed after each kill.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback

import django
from django.core.management import call_command
from django.db import connection


def main() -> int:
    step, *command = sys.argv[1:]
    django.setup()
    kills = 0
    while run(command, (kills + 1) * int(step)) == -signal.SIGKILL:
        kills += 1
        if (after := os.environ.get("AFTER", "").split()) and run(after, 0):
            return 1
    print(kills)
    return 0


def run(command: list[str], kill_at: int) -> int:
    """The exit code of a process that runs this command, killed before that statement (0: never)."""
    child = os.fork()
    if not child:
        try:
            if kill_at:
                kill_before(kill_at)
            call_command(*command, verbosity=0) if command[0] == "migrate" else call_command(*command)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        sys.stdout.flush()
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in (0, -signal.SIGKILL):
        raise SystemExit(f"{command} ended with {code}")
    return code


def kill_before(statement: int) -> None:
    left = statement

    def count(execute, sql, params, many, context):
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    connection.execute_wrappers.append(count)


if __name__ == "__main__":
    sys.exit(main())
