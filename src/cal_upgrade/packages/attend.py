"""Runs `cal-run` for another process, and ends when that one ends, however it ended: nobody would hear of the run.

`python -m cal_upgrade.packages.attend PIPE ARGUMENTS…`: PIPE is the number of a file descriptor of which the other
process holds the writing end. A run that is cut off is put right by the next one.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from cal_upgrade.run.main import main


def _watch(pipe: int) -> None:
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=_watch, args=(int(sys.argv[1]),), daemon=True).start()
    sys.exit(main(sys.argv[2:]))
