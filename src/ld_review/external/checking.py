"""The whole story: read the URLs, recall what is known, ask the rest, follow the redirects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ld_review.external.address import Address, NotAskedError, read_address, why_not
from ld_review.external.answer import Answer, State
from ld_review.external.memory import Memory
from ld_review.external.request import Network, Reply, Resolve, look_up, not_asked
from ld_review.external.round import Round
from ld_review.external.settings import External


def ask_urls(
    urls: Iterable[str],
    settings: External,
    progress: Callable[[int, int], None] | None,
    clock: Callable[[], float],
    resolve: Resolve = look_up,
) -> Mapping[str, Answer]:
    """The answer to each URL, in the order in which they were first given."""
    read = {url: _read(url) for url in urls}
    pages = {address.page: address for address in read.values() if isinstance(address, Address)}
    memory = Memory(settings, clock)
    answers = memory.recall(page for page, address in pages.items() if not why_not(address, settings))
    tell = _counter(progress, len(pages), len(answers))
    asking = Round(Network(settings, resolve, clock), tell)
    try:
        asking.ask(address for page, address in pages.items() if page not in answers)
    finally:
        new = {page: _follow(page, asking.replies) for page in pages if page in asking.replies}
        memory.keep(new)
    answers |= new
    return {url: _refused(it) if isinstance(it, str) else _for(it, answers[it.page]) for url, it in read.items()}


def _read(url: str) -> Address | str:
    """The address that a URL names, or why it is not asked."""
    try:
        return read_address(url)
    except NotAskedError as error:
        return str(error)


def _counter(progress: Callable[[int, int], None] | None, total: int, done: int) -> Callable[[], None]:
    """Tells *progress* how many pages are done whenever it is called."""

    def tell() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, total)

    if progress and done:
        progress(done, total)
    return tell


def _refused(why: str) -> Answer:
    reply = not_asked(why)
    return Answer(reply.state, reply.reason, asked=False)


def _for(asked: Address, answer: Answer) -> Answer:
    """The answer to a link: the part of the page that it points to goes along with the page."""
    if answer.address and asked.fragment and "#" not in answer.address:
        return answer._replace(address=f"{answer.address}#{asked.fragment}")
    return answer


def _follow(start: str, replies: Mapping[str, Reply]) -> Answer:
    """What became of a page, after all redirects."""
    page, seen, moved = start, {start}, ""
    first = reply = replies[start]
    still_for_good = True
    while reply.target:
        still_for_good = still_for_good and reply.for_good
        moved = reply.target if still_for_good else moved
        page = reply.target.partition("#")[0]
        if page in seen:
            return Answer(State.UNKNOWN, "redirects in a circle", reply.status)
        if page not in replies:
            return Answer(State.UNKNOWN, "redirects too often")
        seen.add(page)
        reply = replies[page]
    if reply.state is State.ALIVE and moved:
        return Answer(State.MOVED, first.reason, first.status, moved)
    if reply is first:
        return Answer(reply.state, reply.reason, reply.status, asked=reply.asked)
    reason = f"{reply.reason}, after a redirect to {read_address(page).host}"
    return Answer(reply.state, reason, reply.status, asked=reply.asked)
