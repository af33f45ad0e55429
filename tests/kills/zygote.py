"""The process all lives come from: everything is imported, nothing is begun. It is told a life a line, and gives its number.

Python takes seconds to import all this; a fork takes milliseconds. It must not have begun a thread or an event loop.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import traceback
from importlib import import_module

from bot import speech, understanding
from tests.kills.life import life, read

# What ``assemble`` imports when it needs it.
_LATER = (
    "adapters.slack.connection", "adapters.slack.door", "adapters.telegram.connection", "adapters.telegram.door",
    "storage.postgres", "storage.sqlite",
)  # fmt: skip


def main() -> None:
    lifeline = int(sys.argv[1])
    for name in _LATER:
        import_module(name)
    speech.warm()
    understanding.warm()
    # Nobody waits for the dead here: whoever killed them looks at them by a descriptor.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _live(line, lifeline)
        print(child, flush=True)


def _live(line: str, lifeline: int) -> None:
    """In the child. Nothing of it may come back into the loop of the zygote."""
    try:
        birth = read(line)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(birth.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for number, name in ((0, os.devnull), (1, ""), (2, "")):
            os.dup2(os.open(name, os.O_RDONLY) if name else log, number)
        asyncio.run(life(birth, lifeline))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
