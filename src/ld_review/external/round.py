"""One round of asking: which address is asked when, so that no host is pressed and the round ends in time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import NamedTuple

from ld_review.external.address import Address, read_address, why_not
from ld_review.external.answer import State
from ld_review.external.request import Network, Reply, Request, no_answer, not_asked

MOST_REDIRECTS = 10
_LONGEST_PAUSE = 30.0
"""How long a host may ask to be left alone and still be asked again in the same round."""
_PATIENCE = 3
"""After so many failures in a row a host is not asked again in the round."""


class _Visit(NamedTuple):
    """An address that is to be asked."""

    address: Address
    depth: int
    """How many redirects led to it."""
    method: str = "HEAD"
    tries: int = 0


class _Running(NamedTuple):
    visit: _Visit
    request: Request
    overdue: float


@dataclass
class _Host:
    waiting: deque[_Visit] = field(default_factory=deque)
    running: int = 0
    ready_at: float = 0.0
    failures: int = 0
    closed: Reply | None = None
    """What all its further addresses are told."""
    is_listed: bool = False
    """Whether it stands among those that may be asked."""


class Round:
    """Asks addresses. One thread decides, one more for each request waits for the network."""

    def __init__(self, network: Network, answered: Callable[[], None] = lambda: None) -> None:
        self.replies: dict[str, Reply] = {}
        """By page. What is not there was not reached within ``MOST_REDIRECTS``."""
        self._network = network
        self._settings = network.settings
        self._answered = answered
        self._seen: set[str] = set()
        self._hosts: dict[str, _Host] = {}
        self._ready: list[tuple[float, int, _Host]] = []
        self._numbers = count()
        self._running: dict[int, _Running] = {}
        self._done: SimpleQueue[tuple[int, Reply]] = SimpleQueue()
        self._end = 0.0

    def ask(self, addresses: Iterable[Address]) -> None:
        """Ask each address, and those that it redirects to, once."""
        self._end = monotonic() + self._settings.time_limit
        for address in addresses:
            self._add(address, 0)
        try:
            while len(self.replies) < len(self._seen) and monotonic() < self._end:
                self._start()
                self._collect()
        finally:
            for running in self._running.values():
                running.request.cut()
        self._give_up()

    def _add(self, address: Address, depth: int) -> None:
        if address.page in self._seen or depth > MOST_REDIRECTS:
            return
        self._seen.add(address.page)
        visit = _Visit(address, depth)
        why = why_not(address, self._settings)
        host = self._host(address)
        if why:
            self._record(visit, not_asked(why))
        elif host.closed:
            self._record(visit, host.closed)
        else:
            host.waiting.append(visit)
            self._list(host)

    def _host(self, address: Address) -> _Host:
        return self._hosts.setdefault(address.host.rstrip("."), _Host())

    def _list(self, host: _Host) -> None:
        """Put a host among those that may be asked, if it has room and something to ask."""
        if host.waiting and host.running < self._settings.per_host and not host.is_listed:
            host.is_listed = True
            heappush(self._ready, (host.ready_at, next(self._numbers), host))

    def _start(self) -> None:
        """Start all requests that may start now."""
        while self._ready and len(self._running) < self._settings.concurrency and self._ready[0][0] <= monotonic():
            _, _, host = heappop(self._ready)
            host.is_listed = False
            if host.waiting and host.ready_at <= monotonic():
                self._send(host, host.waiting.popleft())
            self._list(host)

    def _send(self, host: _Host, visit: _Visit) -> None:
        now = monotonic()
        host.running += 1
        host.ready_at = now + self._settings.delay
        request = Request(visit.address, visit.method, self._network)
        number = next(self._numbers)
        self._running[number] = _Running(visit, request, now + self._settings.timeout)
        # A daemon, so that a look-up that the system does not end cannot keep the program from ending.
        Thread(target=self._wait_for, args=(number, request), name="ld-review link", daemon=True).start()

    def _wait_for(self, number: int, request: Request) -> None:
        try:
            reply = request.ask()
        except Exception as error:
            reply = Reply(f"could not be asked: {type(error).__name__}")
        self._done.put((number, reply))

    def _collect(self) -> None:
        """Wait for the next reply, or until something else is to be done."""
        try:
            number, reply = self._done.get(timeout=max(0.0, self._next_event() - monotonic()))
            self._finish(number, reply)
        except Empty:
            pass
        for number, running in self._overdue():
            running.request.cut()
            self._finish(number, no_answer(self._settings))

    def _next_event(self) -> float:
        times = [self._end]
        if self._ready and len(self._running) < self._settings.concurrency:
            times.append(self._ready[0][0])
        # They are in the order in which they started.
        times += [running.overdue for running in self._running.values()][:1]
        return min(times)

    def _overdue(self) -> list[tuple[int, _Running]]:
        now = monotonic()
        return [(number, running) for number, running in self._running.items() if running.overdue <= now]

    def _finish(self, number: int, reply: Reply) -> None:
        running = self._running.pop(number, None)
        if running is None:
            return  # it was given up before
        host = self._host(running.visit.address)
        host.running -= 1
        self._settle(host, running.visit, reply)
        self._list(host)

    def _settle(self, host: _Host, visit: _Visit, reply: Reply) -> None:
        pause = self._pause(visit, reply)
        if not host.closed and visit.method == "HEAD" and _may_be_about_the_method(reply):
            host.waiting.appendleft(visit._replace(method="GET"))
        elif not host.closed and pause is not None:
            host.ready_at = max(host.ready_at, monotonic() + pause)
            host.waiting.appendleft(visit._replace(method="GET", tries=visit.tries + 1))
        else:
            self._record(visit, reply)
            self._judge(host, reply)
            if reply.target:
                self._add(read_address(reply.target), visit.depth + 1)

    def _pause(self, visit: _Visit, reply: Reply) -> float | None:
        """How long to wait before asking again; None where that is no use."""
        if not reply.may_pass or visit.tries >= self._settings.retries:
            return None
        pause = 2.0**visit.tries if reply.wait is None else reply.wait
        return pause if pause <= _LONGEST_PAUSE and monotonic() + pause < self._end else None

    def _judge(self, host: _Host, reply: Reply) -> None:
        """Leave a host alone that does not exist, wants to be left alone, or fails again and again."""
        if not reply.host_fails:
            host.failures = 0
            return
        host.failures += 1
        wait = reply.wait or 0.0
        host.ready_at = max(host.ready_at, monotonic() + wait)
        if reply.state is State.DEAD:
            self._close(host, reply)
        elif wait > _LONGEST_PAUSE or host.failures >= _PATIENCE:
            self._close(host, reply._replace(reason=f"not asked: its host said before: {reply.reason}", asked=False))

    def _close(self, host: _Host, reply: Reply) -> None:
        host.closed = reply
        while host.waiting:
            self._record(host.waiting.popleft(), reply)

    def _record(self, visit: _Visit, reply: Reply) -> None:
        self.replies[visit.address.page] = reply
        if not visit.depth:
            self._answered()

    def _give_up(self) -> None:
        late = not_asked(f"the time for the run, {self._settings.time_limit:g} seconds, was up")
        for page in self._seen - self.replies.keys():
            self.replies[page] = late


def _may_be_about_the_method(reply: Reply) -> bool:
    """Whether the page may still be there for GET: many a server knows no HEAD, and says so in many ways."""
    return reply.status is not None and reply.state is not State.ALIVE and not (reply.target or reply.host_fails)
