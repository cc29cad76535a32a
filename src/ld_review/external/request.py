"""One request to one address, and what its reply says."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from functools import cache, cached_property
from http import HTTPStatus
from http.client import HTTPException
from typing import NamedTuple
from urllib.parse import urljoin

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from ld_review.external.address import Address, NotAskedError, fits, is_public, read_address
from ld_review.external.answer import State
from ld_review.external.settings import External

Resolve = Callable[[str, int], tuple[str, ...]]
"""Gives the IP addresses of a host; raises ``socket.gaierror`` where it has none."""

_ALWAYS_THERE = "www.iana.org"
_MACHINES = 3
"""How many of a host's IP addresses are tried."""
_RECEIVE_BUFFER = 16 * 1024
"""Of a body nothing is read; this bounds what the kernel takes before the connection is closed."""
_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
_REDIRECTS = (301, 302, 303, 307, 308)
_FOR_GOOD = (301, 308)
_GONE = (404, 410)
_MAY_PASS = (429, 500, 502, 503, 504)
_HOST_IS_BUSY = (429, 503)
_MOST_DIGITS = 9
_CERTIFICATES = {
    9: "certificate not valid yet",
    10: "certificate expired",
    18: "certificate signed by its own host",
    19: "certificate signed by an unknown authority",
    20: "certificate signed by an unknown authority",
    62: "certificate is for another host",
    64: "certificate is for another host",
}
"""By the numbers that OpenSSL gives to errors of verification."""


class Reply(NamedTuple):
    """What came of one request."""

    reason: str
    state: State = State.UNKNOWN
    status: int | None = None
    target: str = ""
    """Where a redirect leads."""
    for_good: bool = False
    """Whether the redirect is permanent."""
    may_pass: bool = False
    """Whether asking again may help."""
    host_fails: bool = False
    """Whether the host, not the page, is in trouble."""
    wait: float | None = None
    """How many seconds the host wants to be left alone."""
    asked: bool = True


def not_asked(why: str) -> Reply:
    """The reply of what was not asked."""
    return Reply(f"not asked: {why}", asked=False)


class Network:
    """What all requests of a run share."""

    def __init__(self, settings: External, resolve: Resolve, clock: Callable[[], float]) -> None:
        self.settings = settings
        self.resolve = cache(resolve)
        self.clock = clock

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """Trusts what the system trusts, or ``SSL_CERT_FILE`` names."""
        return ssl.create_default_context()

    @cached_property
    def names_work(self) -> bool:
        """Whether public names can be looked up here: behind a proxy, or offline, every host seems not to exist."""
        try:
            return bool(self.resolve(_ALWAYS_THERE, 443))
        except OSError:
            return False


def look_up(host: str, port: int) -> tuple[str, ...]:
    """The IP addresses of a host, in the order in which the system prefers them."""
    return tuple(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


class Request:
    """A request on its way, which another thread may cut off."""

    def __init__(self, address: Address, method: str, network: Network) -> None:
        self.address = address
        self.method = method
        self._network = network
        self._connection: HTTPConnection | None = None
        self._is_cut = False

    def ask(self) -> Reply:
        """Look up the host, refuse a private one, and ask: the machine that was looked at is the one that is asked."""
        try:
            machines = self._machines()
        except NotAskedError as error:
            return not_asked(str(error))
        except socket.gaierror as error:
            return self._nameless(error)
        except UnicodeError:
            return not_asked("the host is not a valid name")
        reply = Reply("no connection")
        for machine in machines:
            if self._is_cut:
                break
            reply = self._ask(machine, self._network.settings.timeout / len(machines))
            if reply.status is not None or not reply.host_fails:
                break
        return reply

    def cut(self) -> None:
        """End the request from outside; a server that sends a letter a second would never end it."""
        self._is_cut = True
        connection = getattr(self._connection, "sock", None)
        if isinstance(connection, socket.socket):
            with suppress(OSError):
                # Not the method of a TLS socket, which would say goodbye to the server first.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def _machines(self) -> tuple[str, ...]:
        host = self.address.host
        found = self._network.resolve(host, self.address.port)
        if not fits(host.rstrip("."), self._network.settings.private):
            found = tuple(filter(is_public, found))
            if not found:
                raise NotAskedError("the host lies in a private network")
        return found[:_MACHINES]

    def _nameless(self, error: socket.gaierror) -> Reply:
        if error.errno in _NO_SUCH_NAME and self._network.names_work:
            return Reply("no such host", State.DEAD, host_fails=True)
        return Reply("the name of the host could not be looked up", may_pass=True, host_fails=True)

    def _ask(self, machine: str, connect_timeout: float) -> Reply:
        try:
            return self._exchange(machine, connect_timeout)
        except NewConnectionError as error:
            refused = isinstance(error.__cause__, ConnectionRefusedError)
            reason = "connection refused" if refused else "the host cannot be reached"
            return Reply(reason, may_pass=True, host_fails=True)
        except (ConnectTimeoutError, TimeoutError):
            return no_answer(self._network.settings)
        except ssl.SSLCertVerificationError as error:
            return Reply(_CERTIFICATES.get(error.verify_code, "certificate cannot be verified"))
        except ssl.SSLError:
            return Reply("no secure connection")
        except ConnectionError:
            return Reply("connection closed without an answer", may_pass=True)
        except (HTTPException, HTTPError, OSError, ValueError):
            return Reply("the answer is not one of a web server")

    def _exchange(self, machine: str, connect_timeout: float) -> Reply:
        connection = self._connection = self._opened(machine, connect_timeout)
        try:
            connection.connect()
            connection.timeout = self._network.settings.timeout
            connection.request(self.method, self.address.target, headers=self._headers(), preload_content=False)
            response = connection.getresponse()
            response.close()
            return _read(response.status, response.headers, self.address, self._network.clock())
        finally:
            connection.close()

    def _opened(self, machine: str, timeout: float) -> HTTPConnection:
        options = [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)]
        port = self.address.port
        if self.address.scheme == "http":
            return HTTPConnection(machine, port, timeout=timeout, socket_options=options)
        return HTTPSConnection(
            machine,
            port,
            timeout=timeout,
            socket_options=options,
            server_hostname=self.address.host,
            ssl_context=self._network.tls,
        )

    def _headers(self) -> dict[str, str]:
        return {
            "Host": self.address.authority,
            "User-Agent": self._network.settings.user_agent,
            "Accept": "*/*",
            "Connection": "close",
        }


def no_answer(settings: External) -> Reply:
    """The reply of a server that took too long."""
    return Reply(f"no answer within {settings.timeout:g} seconds", may_pass=True, host_fails=True)


def _read(status: int, headers: Mapping[str, str], asked: Address, now: float) -> Reply:
    reason = worded(status)
    if status in _REDIRECTS and "Location" in headers:
        return _redirect(status, headers["Location"], asked)
    if status // 100 == 2:
        return Reply(reason, State.ALIVE, status)
    if status in _GONE:
        return Reply(reason, State.DEAD, status)
    wait = _seconds(headers.get("Retry-After", ""), now)
    return Reply(reason, State.UNKNOWN, status, "", False, status in _MAY_PASS, status in _HOST_IS_BUSY, wait)


def worded(status: int) -> str:
    """``404 Not Found``, in the words of the standard and not of the server."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _redirect(status: int, location: str, asked: Address) -> Reply:
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        target = read_address(urljoin(asked.page, location)).full
    except NotAskedError as error:
        return Reply(f"redirects to what is not asked: {error}", status=status, asked=False)
    except ValueError:
        return Reply("redirects to what is not a valid URL", status=status)
    return Reply(worded(status), status=status, target=target, for_good=status in _FOR_GOOD)


def _seconds(retry_after: str, now: float) -> float | None:
    """What a ``Retry-After`` header says, a number of seconds or a date."""
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:_MOST_DIGITS])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, OverflowError, TypeError):
        return None
