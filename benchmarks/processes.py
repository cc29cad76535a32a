"""What a command costs: wall time, processor time and memory of it and of all that it starts.

    python -I -S benchmarks/processes.py SECONDS OUTPUT COMMAND...

runs a command for at most so many seconds, what it prints into a file, and prints the cost. Benchmarks call
``cost_of``, which does that in a process of its own: what Linux calls the peak of a process is at least that of the one
that started it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

EVERY = 0.1
"""How often memory is looked at, in seconds."""
NO_LIMIT = 86_400.0


class Cost:
    """What one run took."""

    def __init__(self, wall: float, cpu: float, memory: float, status: int) -> None:
        self.wall = wall
        self.cpu = cpu
        """User and system, of every process that was waited for."""
        self.memory = memory
        """In MB: of all its processes together, as far as they live long enough to be seen, or else of the largest."""
        self.status = status
        """As of the shell; that of SIGKILL where it was stopped at the limit."""

    @property
    def stopped(self) -> bool:
        """Whether it did not end in time."""
        return self.status == -signal.SIGKILL


def cost_of(
    command: Sequence[str],
    folder: str | os.PathLike[str] = ".",
    *,
    output: str | os.PathLike[str] = os.devnull,
    limit: float = NO_LIMIT,
    environment: Mapping[str, str] | None = None,
) -> Cost:
    """Run a command in a folder and wait for it."""
    import subprocess  # noqa: PLC0415 - the process that measures is kept small

    launcher = [sys.executable, "-I", "-S", os.path.abspath(__file__), str(limit), os.fspath(output), *command]  # noqa: PTH100
    made = {**os.environ, **(environment or {})}
    told = subprocess.run(launcher, cwd=folder, env=made, stdout=subprocess.PIPE, text=True, check=True).stdout
    wall, cpu, memory, status = told.split()
    return Cost(float(wall), float(cpu), float(memory), int(status))


def _run(limit: float, output: str, command: list[str]) -> Cost:
    into = [(os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), (os.POSIX_SPAWN_DUP2, 1, 2)]
    began, most, running = time.monotonic(), 0.0, True
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=into, setpgroup=0)

    def look(*_: object) -> None:
        nonlocal most
        most = max(most, sum(map(_memory, _tree(child))))
        if time.monotonic() - began > limit:
            _stop(child)
        if running:  # wound up anew each time: on a busy machine a look may take longer than the pause
            signal.setitimer(signal.ITIMER_REAL, EVERY)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, EVERY)
    try:
        _, status, used = os.wait4(child, 0)
    except BaseException:
        _stop(child)
        raise
    finally:
        running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
    wall, cpu = time.monotonic() - began, used.ru_utime + used.ru_stime
    return Cost(wall, cpu, max(most, used.ru_maxrss * 1024) / 1e6, os.waitstatus_to_exitcode(status))


def _stop(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _tree(process: int) -> Iterator[int]:
    """A process and all below it."""
    yield process
    try:
        for task in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208
            with open(f"/proc/{process}/task/{task}/children", encoding="ascii") as file:  # noqa: PTH123
                for child in file.read().split():
                    yield from _tree(int(child))
    except OSError:  # it ended, or this is not Linux
        return


def _memory(process: int) -> float:
    """The bytes that a process holds, its share of those that it has in common with others."""
    try:
        with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as file:  # noqa: PTH123
            return 1024 * sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    except OSError:
        return 0


if __name__ == "__main__":
    cost = _run(float(sys.argv[1]), sys.argv[2], sys.argv[3:])
    print(cost.wall, cost.cpu, cost.memory, cost.status)
