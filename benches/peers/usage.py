"""What a whole process takes: CPU seconds, wall seconds, and peak memory. Used by the scripts beside this one."""

import os
import subprocess
import time
from typing import NamedTuple


class Usage(NamedTuple):
    cpu: float  # seconds, user and system, with all threads
    wall: float  # seconds from start to exit
    peak: float  # MiB
    output: str  # what it printed


def usage(command, cwd=None, stdin=None, threads=None):
    """Runs a command to its end; `threads` limits Rayon's. A command that fails ends the measurement."""
    env = os.environ if threads is None else {**os.environ, "RAYON_NUM_THREADS": str(threads)}
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=cwd, env=env, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        output = process.stdout.read()
        # wait4 tells what this process used, and not what all children did.
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"error: exit status {process.returncode}: {' '.join(map(str, command))}")
    return Usage(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, output)
