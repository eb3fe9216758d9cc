"""Gives up a query of the command line after a time.

The embedded engine has one bound for all statements and does not heed that of a single one, and the driver waits as
long as the server works. So the command ends itself; its connections close with it, and the engine, if this was its
last client, ends too.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from api.output import complain
from graph_model.errors import UsageError

_INTERRUPTED = 130


@contextmanager
def given_up_after(seconds: float) -> Iterator[None]:
    """End the command with two lines and exit code 2 when the work inside takes longer, and at once on Ctrl-C."""

    def give_up(_number: int, _frame: FrameType | None) -> None:
        hint = "ask for less (a tighter pattern, a LIMIT), or raise PROVGRAPH_QUERY_TIMEOUT (seconds)"
        complain(UsageError(f"the query took longer than {seconds:g} s", hint=hint))
        sys.stderr.flush()
        os._exit(UsageError.exit_code)

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        print("error: interrupted", file=sys.stderr, flush=True)
        os._exit(_INTERRUPTED)

    before = signal.signal(signal.SIGALRM, give_up), signal.signal(signal.SIGINT, interrupted)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before[0])
        signal.signal(signal.SIGINT, before[1])
