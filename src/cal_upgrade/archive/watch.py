"""Runs `cal-run` for another process, and ends it when that one ends, however it ended: nobody would hear of the run.

`python -m cal_upgrade.archive.watch PIPE ARGUMENTS…`: PIPE is the number of a file descriptor of which the other
process holds the writing end. A process of its own, as CASA's tasks let no other thread work beside them. A run that
is cut off is put right by the next one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main(pipe: int, arguments: list[str]) -> int:
    """Run; give the exit code. Has to be started as the leader of a group of processes, which it may end."""
    # a handler that does nothing, and not SIG_IGN, which cal-run would inherit
    signal.signal(signal.SIGINT, lambda *_: None)
    run = subprocess.Popen([sys.executable, "-m", "cal_upgrade.cli.run", *arguments])
    threading.Thread(target=_watch, args=(pipe,), daemon=True).start()
    return run.wait()


def _watch(pipe: int) -> None:
    os.read(pipe, 1)
    os.killpg(os.getpgid(0), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
