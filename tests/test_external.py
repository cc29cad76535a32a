"""Links that lead elsewhere are asked politely, safely, once, and in bounded time."""

from __future__ import annotations

import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ld_review.errors import ConfigError, UsageError
from ld_review.external import External, State, check_urls
from ld_review.external.address import NotAskedError, fits, is_public, read_address, why_not
from ld_review.external.checking import ask_urls
from ld_review.external.request import Network, Request, look_up

NOW = 1_700_000_000.0
LOCAL = ("*.lan", "127.0.0.1")
MACHINES = {
    "www.iana.org": ("192.0.43.8",),
    "alpha.lan": ("127.0.0.1",),
    "beta.lan": ("127.0.0.1",),
    "secure.lan": ("127.0.0.1",),
    "inside.com": ("10.0.0.1", "::1"),
    "rebound.com": ("127.0.0.1",),
}


def resolve(host: str, port: int) -> tuple[str, ...]:
    if host in MACHINES:
        return MACHINES[host]
    if host == "busy-names.com":
        raise socket.gaierror(socket.EAI_AGAIN, "later")
    if re.fullmatch(r"[\da-fx.:]+(%\w+)?", host):
        return look_up(host, port)
    host.encode("idna")  # as the system does it, with its errors
    raise socket.gaierror(socket.EAI_NONAME, "no such name")


class Site(ThreadingHTTPServer):
    """A server that does what a path says, and writes down what it was asked."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lock = threading.Lock()
        self.log: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.times: list[float] = []
        self.now = Counter()
        self.most = Counter()
        self.sent = 0
        self.closing = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def __call__(self, path: str, host: str = "alpha.lan") -> str:
        return f"http://{host}:{self.server_port}{path}"

    def paths(self) -> list[str]:
        return [path for _, path in self.log]

    def handle_error(self, *_):
        pass


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        site, host = self.server, self.headers["Host"].partition(":")[0]
        with site.lock:
            site.log.append((self.command, self.path))
            site.headers.append(dict(self.headers))
            site.times.append(time.monotonic())
            for name in (host, "all"):
                site.now[name] += 1
                site.most[name] = max(site.most[name], site.now[name])
        name, _, rest = self.path[1:].partition("/")
        rest = rest if name == "to" else rest.partition("?")[0]
        self.inside = [host, "all"]
        try:
            with suppress(OSError):
                getattr(self, f"on_{name.replace('-', '_')}", self.on_ok)(rest)
        finally:
            self.leave()

    def leave(self):
        with self.server.lock:
            self.server.now.subtract(self.inside)
            self.inside = []

    def send(self, status: int, **headers: str):
        self.leave()  # once the answer is out, the next request may come before this line of thought ends
        self.send_response(status, "\x1b[31mserver words")
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()

    def on_ok(self, _):
        self.send(200)

    def on_status(self, rest):
        self.send(int(rest))

    def on_to(self, rest):
        status, _, target = rest.partition("/")
        self.send(int(status), Location=target)

    def on_endless(self, rest):
        self.send(302, Location=f"/endless/{int(rest) + 1}")

    def on_no_head(self, rest):
        self.send(int(rest) if self.command == "HEAD" else 200)

    def on_pause(self, rest):
        self.server.closing.wait(float(rest))
        self.send(200)

    def on_wait(self, rest):
        first = self.server.paths().count(self.path) == 1
        self.send(429, Retry_After=rest) if first else self.send(200)

    def on_always(self, rest):
        status, _, wait = rest.partition("/")
        self.send(int(status), **({"Retry_After": wait} if wait else {}))

    def on_big(self, _):
        if self.command == "HEAD":
            self.send(405)
            return
        self.send(200)
        while not self.server.closing.is_set():
            self.server.sent += self.wfile.write(b"x" * 4096) or 0

    def on_drip(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.server.closing.wait(0.05):
            self.wfile.write(b"x")

    def on_garbage(self, _):
        self.wfile.write(b"SSH-2.0-OpenSSH\r\n")

    def on_hang_up(self, _):
        self.connection.shutdown(socket.SHUT_RDWR)

    def on_location(self, _):
        self.send(301, Location="/wörld?q=ü".encode().decode("latin-1"))


@pytest.fixture
def site():
    server = Site()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()


def ask(urls, progress=None, clock=lambda: NOW, resolve=resolve, **settings):
    defaults = {"timeout": 3, "delay": 0, "retries": 0, "private": LOCAL}
    return ask_urls(urls, External(**(defaults | settings)), progress, clock, resolve)


def ask_one(url, **settings):
    return ask([url], **settings)[url]


def told(answer):
    return answer.state.value, answer.reason, answer.status


# What a status says


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/ok", ("alive", "200 OK", 200)),
        ("/status/204", ("alive", "204 No Content", 204)),
        ("/status/404", ("dead", "404 Not Found", 404)),
        ("/status/410", ("dead", "410 Gone", 410)),
        ("/status/401", ("unknown", "401 Unauthorized", 401)),
        ("/status/403", ("unknown", "403 Forbidden", 403)),
        ("/status/429", ("unknown", "429 Too Many Requests", 429)),
        ("/status/500", ("unknown", "500 Internal Server Error", 500)),
        ("/status/503", ("unknown", "503 Service Unavailable", 503)),
        ("/status/999", ("unknown", "999", 999)),
        ("/status/302", ("unknown", "302 Found", 302)),
        ("/garbage", ("unknown", "the answer is not one of a web server", None)),
        ("/hang-up", ("unknown", "connection closed without an answer", None)),
    ],
)
def test_a_status_is_judged_with_care_and_in_our_own_words(site, path, expected):
    assert told(ask_one(site(path))) == expected


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500, 501])
def test_a_page_that_refuses_head_is_asked_with_get(site, status):
    path = f"/no-head/{status}"
    assert ask_one(site(path)).state is State.ALIVE
    assert site.log == [("HEAD", path), ("GET", path)]


def test_a_dead_page_is_asked_twice_at_most(site):
    ask_one(site("/status/404"), retries=3)
    assert [method for method, _ in site.log] == ["HEAD", "GET"]


def test_of_a_large_page_little_is_taken(site):
    assert ask_one(site("/big")).state is State.ALIVE
    time.sleep(0.1)
    # What the two kernels hold; the server would send without end.
    assert site.sent < 4_000_000
    before = site.sent
    time.sleep(0.1)
    assert site.sent == before


def test_the_request_says_who_asks_and_brings_nothing_else(site):
    ask_one(site("/ok"), user_agent="handbook-bot")
    (headers,) = site.headers
    assert headers == {
        "Host": f"alpha.lan:{site.server_port}",
        "User-Agent": "handbook-bot",
        "Accept": "*/*",
        "Connection": "close",
        "Accept-Encoding": "identity",
    }


def test_no_cookie_is_sent_back(site, monkeypatch):
    monkeypatch.setattr(_Handler, "on_cookie", lambda self, _: self.send(302, Set_Cookie="a=b", Location="/ok"), False)
    ask_one(site("/cookie"))
    assert site.paths() == ["/cookie", "/ok"]
    assert not any("Cookie" in headers for headers in site.headers)


def test_a_proxy_of_the_environment_is_not_used(site, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://name:secret@127.0.0.1:9")
    assert ask_one(site("/ok")).state is State.ALIVE


# Redirects


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_says_where_the_page_has_moved_to(site, status):
    answer = ask_one(site(f"/to/{status}//new?a=b"))
    assert (answer.state, answer.status, answer.address) == (State.MOVED, status, site("/new?a=b"))
    assert answer.reason.startswith(str(status))


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_leaves_the_page_where_it_is(site, status):
    assert told(ask_one(site(f"/to/{status}//new"))) == ("alive", "200 OK, after a redirect to alpha.lan", 200)


def test_only_the_permanent_start_of_a_chain_counts_as_moved(site):
    chain = site("/to/301//to/308//to/302//to/301//ok")
    assert ask_one(chain).address == site("/to/302//to/301//ok")
    assert ask_one(site("/to/302//to/301//ok")).state is State.ALIVE


def test_a_page_that_moved_to_nowhere_is_dead(site):
    url = site("/to/301//status/404")
    assert told(ask_one(url)) == ("dead", "404 Not Found, after a redirect to alpha.lan", 404)


def test_a_page_that_moved_behind_a_login_is_unknown(site):
    assert ask_one(site("/to/301//status/403")).state is State.UNKNOWN


def test_a_link_keeps_the_part_it_points_to_when_its_page_moved(site):
    moved = site("/to/301//new")
    answers = ask([moved, f"{moved}#part"])
    assert [answer.address for answer in answers.values()] == [site("/new"), site("/new#part")]
    assert len(site.log) == 2


def test_the_part_that_a_redirect_names_wins(site, monkeypatch):
    monkeypatch.setattr(_Handler, "on_named", lambda self, _: self.send(301, Location="/new#theirs"), raising=False)
    assert ask_one(site("/named#ours")).address == site("/new#theirs")


def test_a_circle_is_left(site):
    circle = site("/circle")
    site.RequestHandlerClass = type(
        "Circle", (_Handler,), {"on_circle": lambda self, _: self.send(301, Location="/circle")}
    )
    assert told(ask_one(circle)) == ("unknown", "redirects in a circle", 301)


def test_an_endless_chain_is_left(site):
    assert told(ask_one(site("/endless/0"))) == ("unknown", "redirects too often", None)
    assert len(site.log) == 11


def test_a_location_in_plain_utf8_is_followed(site):
    assert ask_one(site("/location")).address == site("/w%C3%B6rld?q=%C3%BC")


@pytest.mark.parametrize(
    "target",
    ["ftp://alpha.lan/", "http://me:secret@alpha.lan/", "http://[::1", "javascript:alert(1)", "http://" + "a" * 3000],
)
def test_a_redirect_to_what_is_not_asked_is_not_followed(site, monkeypatch, target):
    monkeypatch.setattr(_Handler, "on_away", lambda self, _: self.send(301, Location=target), raising=False)
    answer = ask_one(site("/away"))
    assert answer.state is State.UNKNOWN
    assert answer.reason.startswith("redirects to what is not")
    assert "secret" not in answer.reason
    assert site.paths() == ["/away", "/away"]


# Hosts in trouble


def test_a_slow_server_is_unknown(site):
    started = time.monotonic()
    assert told(ask_one(site("/pause/5"), timeout=0.3)) == ("unknown", "no answer within 0.3 seconds", None)
    assert time.monotonic() - started < 3


def test_a_server_that_drips_is_cut_off(site):
    started = time.monotonic()
    assert ask_one(site("/drip"), timeout=0.4).reason == "no answer within 0.4 seconds"
    assert time.monotonic() - started < 3
    end = time.monotonic() + 3
    while site.now["all"] and time.monotonic() < end:
        time.sleep(0.02)
    assert site.now["all"] == 0, "the connection is closed"


def test_a_slow_server_is_asked_again_with_get(site, monkeypatch):
    monkeypatch.setattr(_Handler, "on_once", lambda self, _: self.on_pause("9" if len(site.log) == 1 else "0"), False)
    assert ask_one(site("/once"), timeout=0.3, retries=1).state is State.ALIVE
    assert site.log == [("HEAD", "/once"), ("GET", "/once")]


def test_a_host_that_says_when_to_come_back_is_asked_then(site):
    assert ask_one(site("/wait/1"), retries=1).state is State.ALIVE
    assert 0.9 < site.times[1] - site.times[0] < 5


def test_a_date_to_come_back_is_understood(site):
    assert ask_one(site(f"/wait/{formatdate(NOW + 1, usegmt=True).replace(' ', '%20')}"), retries=1)
    assert len(site.log) == 2


@pytest.mark.parametrize("wait", ["3600", "9" * 1800, "9" * 40])
def test_a_host_that_wants_to_be_left_alone_is(site, wait):
    urls = [site(f"/always/429/{wait}"), site("/other"), site("/more")]
    first, other, more = ask(urls, per_host=1, retries=5).values()
    assert first.status == 429
    assert other == more
    assert told(other) == ("unknown", "not asked: its host said before: 429 Too Many Requests", 429)
    assert not other.asked
    assert len(site.log) == 1


@pytest.mark.parametrize("wait", ["", "soon", "-1", "٣", "Mon, 99 Foo 2000"])
def test_a_host_that_says_nonsense_about_coming_back_is_not_an_error(site, monkeypatch, wait):
    header = wait.encode().decode("latin-1")
    monkeypatch.setattr(_Handler, "on_busy", lambda self, _: self.send(429, Retry_After=header), raising=False)
    assert ask_one(site("/busy")).status == 429


def test_a_refused_connection_is_unknown():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert told(ask_one(f"http://127.0.0.1:{port}/")) == ("unknown", "connection refused", None)


def test_a_host_that_keeps_failing_is_left_alone(site):
    answers = ask([site(f"/always/503/?{n}") for n in range(9)], per_host=1)
    assert len(site.log) == 3
    assert Counter(answer.asked for answer in answers.values()) == {True: 3, False: 6}


def test_a_host_that_does_not_exist_is_dead_and_looked_up_once():
    asked = Counter()

    def counted(host, port):
        asked[host] += 1
        return resolve(host, port)

    answers = ask([f"https://no-such-host.com/{n}" for n in range(20)], resolve=counted, per_host=1)
    assert {told(answer) for answer in answers.values()} == {("dead", "no such host", None)}
    assert asked == {"no-such-host.com": 1, "www.iana.org": 1}


def test_where_no_name_can_be_looked_up_no_host_is_dead():
    def offline(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    answer = ask_one("https://no-such-host.com/", resolve=offline)
    assert told(answer) == ("unknown", "the name of the host could not be looked up", None)


def test_a_name_that_cannot_be_looked_up_now_is_unknown():
    assert ask_one("https://busy-names.com/").state is State.UNKNOWN


def test_a_look_up_without_end_is_given_up():
    release = threading.Event()

    def stuck(host, port):
        release.wait(5)
        return ("127.0.0.1",)

    started = time.monotonic()
    assert ask_one("https://stuck.com/", resolve=stuck, timeout=0.2).reason == "no answer within 0.2 seconds"
    assert time.monotonic() - started < 3
    release.set()


def test_the_run_ends_in_time(site):
    started = time.monotonic()
    urls = [site(f"/pause/2?{n}", host) for n in range(10) for host in ("alpha.lan", "beta.lan")]
    answers = ask(urls, time_limit=0.5, concurrency=2)
    assert time.monotonic() - started < 4
    assert list(answers) == urls
    assert {answer.reason for answer in answers.values()} == {"not asked: the time for the run, 0.5 seconds, was up"}


def test_a_bug_in_a_request_is_an_answer(monkeypatch, site):
    monkeypatch.setattr(Request, "_exchange", lambda *_: {}["bug"])
    assert told(ask_one(site("/ok"))) == ("unknown", "could not be asked: KeyError", None)


def test_all_machines_of_a_host_are_tried(site):
    answer = ask_one(site("/ok"), resolve=lambda host, port: ("127.0.0.2", "127.0.0.1"))
    assert answer.state is State.ALIVE


# Politeness


def test_no_host_is_pressed(site):
    urls = [site(f"/pause/0.1?{n}", host) for n in range(8) for host in ("alpha.lan", "beta.lan")]
    answers = ask(urls, per_host=2, concurrency=3)
    assert {answer.state for answer in answers.values()} == {State.ALIVE}
    assert site.most["alpha.lan"] == site.most["beta.lan"] == 2
    assert site.most["all"] == 3


def test_requests_to_one_host_keep_their_distance(site):
    ask([site(f"/no-head/405?{n}") for n in range(3)], delay=0.15, per_host=4)
    gaps = [later - earlier for earlier, later in zip(site.times, site.times[1:], strict=False)]
    assert len(gaps) == 5
    assert min(gaps) > 0.07


def test_a_slow_host_does_not_hold_up_the_others(site):
    slow = [site(f"/pause/9?{n}", "alpha.lan") for n in range(2)]
    quick = [site(f"/ok?{n}", "beta.lan") for n in range(10)]
    started = time.monotonic()
    assert len(ask([*slow, *quick], per_host=1, time_limit=0.8)) == 12
    assert time.monotonic() - started < 4
    assert sum("/ok" in path for path in site.paths()) == 10


def test_each_page_is_asked_once(site):
    urls = [site("/ok"), site("/ok#part"), site("/ok#other"), site("/to/302//ok"), site("/OK/../ok"), site("/ok")]
    answers = ask(urls)
    assert list(answers) == list(dict.fromkeys(urls))
    assert sorted(site.paths()) == ["/ok", "/to/302//ok"]


def test_answers_come_in_the_order_of_the_questions(site):
    urls = [site(f"/pause/{0.2 - n / 50}?{n}") for n in range(10)]
    assert list(ask(reversed(urls), per_host=8)) == urls[::-1]


def test_progress_counts_pages(site):
    steps = []
    urls = [site("/ok"), site("/ok#part"), site("/to/301//new"), "mailto:me@alpha.lan", "http://skipped.lan/"]
    ask(urls, lambda done, total: steps.append((done, total)), skip=("skipped.lan",))
    assert steps == [(1, 3), (2, 3), (3, 3)]


# What is not asked


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mailto:me@company.com", "neither http nor https"),
        ("ftp://company.com/", "neither http nor https"),
        ("file:///etc/passwd", "neither http nor https"),
        ("javascript:alert(1)", "neither http nor https"),
        ("page.md", "neither http nor https"),
        ("", "neither http nor https"),
        ("http://", "names no host"),
        ("http://.", "names no host"),
        ("https://$HOST.company.com/", "names no host"),
        ("https://%7Bdomain%7D.com/", "names no host"),
        ("https://{{ site }}.com/", "not a valid one"),
        ("https:company.com", "names no host"),
        ("https://me:secret@company.com/", "user name"),
        ("https://token@company.com/", "user name"),
        ("https://company.com/\r\nHost: other.com", "control characters"),
        ("https://company.com/\x1b[31m", "control characters"),
        ("https://company.com\x00.other.com/", "control characters"),
        ("https://company.com/\ud800", "control characters"),
        ("https://company.com/" + "a" * 5000, "longer than 2,000"),
        ("https://" + "a." * 200 + "com/", "names no host"),
        ("https://" + "a" * 90 + ".com/", "not a valid name"),
        ("https://company..com/", "not a valid name"),
        ("https://company.com:99999/", "not a valid one"),
        ("https://[::1/", "not a valid one"),
        ("https://a b.com/", "not a valid one"),
        ("https://\u202ecompany.com/", "not a valid one"),
        ("https://company.com:22/", "port 22 is not one of the web"),
        ("https://localhost/", "for examples or for private networks"),
        ("https://wiki/", "for examples or for private networks"),
        ("https://printer.local/", "for examples or for private networks"),
        ("https://www.example.com/", "for examples or for private networks"),
        ("https://example.org./", "for examples or for private networks"),
        ("https://chat.company.com/", "list of those to skip"),
        ("https://CHAT.company.com./#part", "list of those to skip"),
        ("https://inside.com/", "in a private network"),
        ("https://rebound.com/", "in a private network"),
        ("http://10.0.0.1/", "in a private network"),
        ("http://127.0.0.2/", "in a private network"),
        ("http://2130706434/", "for examples or for private networks"),
        ("http://0x7f.2/", "in a private network"),
        ("http://127.2/", "in a private network"),
        ("http://169.254.169.254/latest/meta-data/", "in a private network"),
        ("http://[::1]/", "in a private network"),
        ("http://[::ffff:127.0.0.1]/", "in a private network"),
        ("http://[fe80::1%25lo]/", "in a private network"),
        ("http://0.0.0.0/", "in a private network"),
    ],
)
def test_what_is_not_asked(url, why):
    answer = ask_one(url, skip=("*.company.com",))
    assert answer.state is State.UNKNOWN
    assert answer.reason.startswith("not asked: ")
    assert why in answer.reason
    assert not answer.asked
    assert "secret" not in answer.reason


def test_a_list_of_hosts_to_skip():
    assert fits("company.com", ["company.com"])
    assert fits("a.b.company.com", ["*.Company.com"])
    assert not fits("company.com", ["*.company.com"]), "the pattern names what lies below"
    assert not fits("mycompany.com", ["*.company.com", "company.com"])
    assert not fits("company.com.other.com", ["company.com", "*.company.com"])


def test_a_redirect_into_a_private_network_is_not_followed(site):
    ways = ["rebound.com", "127.0.0.2", "inside.com"]
    urls = [site(f"/to/301/http://{host}:{site.server_port}/secret") for host in ways]
    for answer in ask(urls).values():
        assert answer.state is State.UNKNOWN
        assert answer.reason.startswith("not asked: the host lies in a private network, after a redirect to ")
    assert not any(path == "/secret" for path in site.paths())


def test_a_redirect_to_a_host_on_the_list_is_not_followed(site):
    url = site(f"/to/302/{site('/secret', 'beta.lan')}")
    assert "list of those to skip" in ask_one(url, skip=("beta.lan",)).reason
    assert "/secret" not in site.paths()


def test_the_machine_that_was_looked_at_is_the_one_that_is_asked(site):
    """A name that leads elsewhere when it is looked up again gains nothing."""
    looked = Counter()

    def rebinding(host, port):
        looked[host] += 1
        return ("127.0.0.1",) if looked[host] == 1 else ("10.0.0.1",)

    assert ask_one(site("/no-head/405"), resolve=rebinding).state is State.ALIVE
    assert looked == {"alpha.lan": 1}


@pytest.mark.parametrize(
    ("machine", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("64:ff9b::5db8:d70e", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("192.168.1.1", False),
        ("172.16.0.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
    ],
)
def test_which_machines_are_public(machine, public):
    assert is_public(machine) is public


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("HTTPS://Company.COM:443", "https://company.com/"),
        ("http://company.com:8080/a b?c d#e f", "http://company.com:8080/a%20b?c%20d"),
        ("//company.com/x", "https://company.com/x"),
        ("https://bücher.com/über", "https://xn--bcher-kva.com/%C3%BCber"),
        ("https://company.com/%7Eme/%c3%bc", "https://company.com/%7Eme/%C3%BC"),
        ("https://company.com\\@inside.com/", "https://company.com/%5C@inside.com/"),
        ("http://[2606:2800::1]:81/", "http://[2606:2800::1]:81/"),
        ("https://company.com?", "https://company.com/?"),
    ],
)
def test_a_url_is_asked_in_its_normal_form(url, page):
    assert read_address(url).page == page
    assert read_address(page).page == page


def test_hostile_urls_are_read_in_time():
    started = time.monotonic()
    for text in ("%" * 1990, "[" * 1990, ":" * 1990, "@" * 1990, "../" * 600, "a." * 990, "%41" * 600, "ß" * 1990):
        for url in (f"http://{text}", f"http://a.com/{text}", f"http://a.com?{text}", f"http://[{text}]"):
            with suppress(NotAskedError):
                why_not(read_address(url), External())
    assert time.monotonic() - started < 3


# What is kept


def test_an_answer_is_kept_and_grows_old(site, tmp_path):
    urls = [site("/ok"), site("/to/301//new")]
    first = ask(urls, cache=tmp_path)
    asked = len(site.log)
    assert ask(urls, cache=tmp_path, clock=lambda: NOW + 6 * 86400) == first
    assert len(site.log) == asked
    assert ask(urls, cache=tmp_path, clock=lambda: NOW + 8 * 86400) == first
    assert len(site.log) == 2 * asked


def test_a_bad_answer_is_kept_for_a_shorter_time(site, tmp_path):
    url = site("/status/404")
    for hours, requests in ((0, 2), (0.9, 2), (1.1, 4)):
        assert ask_one(url, cache=tmp_path, clock=lambda hours=hours: NOW + hours * 3600).state is State.DEAD
        assert len(site.log) == requests


def test_an_answer_from_the_future_is_not_believed(site, tmp_path):
    ask_one(site("/ok"), cache=tmp_path)
    ask_one(site("/ok"), cache=tmp_path, clock=lambda: NOW - 3600)
    assert len(site.log) == 2


def test_what_says_nothing_about_the_page_is_not_kept(site, tmp_path):
    urls = [site("/pause/9"), site("/garbage"), "https://busy-names.com/", "https://inside.com/", "mailto:a@b.com"]
    ask(urls, cache=tmp_path, timeout=0.2)
    assert _kept(tmp_path) == []


def test_a_kept_answer_of_a_host_to_skip_is_not_told(site, tmp_path):
    ask_one(site("/status/404"), cache=tmp_path)
    assert ask_one(site("/status/404"), cache=tmp_path, skip=("alpha.lan",)).state is State.UNKNOWN


def test_what_was_learned_before_an_interrupt_is_kept(site, tmp_path):
    def stop(done, _):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask([site(f"/ok?{n}") for n in range(9)], stop, cache=tmp_path, per_host=1)
    assert len(_kept(tmp_path)) == 2


def test_old_answers_are_forgotten(site, tmp_path):
    ask_one(site("/old"), cache=tmp_path)
    ask_one(site("/new"), cache=tmp_path, clock=lambda: NOW + 9 * 86400)
    assert _kept(tmp_path) == [site("/new")]


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 500, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_file_is_replaced(site, tmp_path, content):
    ask_one(site("/ok"), cache=tmp_path)
    _file(tmp_path).write_bytes(content)
    assert ask_one(site("/ok"), cache=tmp_path).state is State.ALIVE
    assert _kept(tmp_path) == [site("/ok")]


def test_a_file_whose_own_words_are_broken_is_replaced(site, tmp_path):
    ask_one(site("/ok"), cache=tmp_path)
    file = _file(tmp_path)
    file.write_bytes(file.read_bytes().replace(b"CREATE TABLE", b"CR\xffATE TABLE"))
    assert ask_one(site("/ok"), cache=tmp_path).state is State.ALIVE
    assert _kept(tmp_path) == [site("/ok")]


def test_a_table_of_someone_else_is_replaced(site, tmp_path):
    ask_one(site("/ok"), cache=tmp_path)
    with sqlite3.connect(_file(tmp_path)) as database:
        database.execute("DROP TABLE answers")
        database.execute("CREATE TABLE answers (other TEXT)")
    database.close()
    ask_one(site("/ok"), cache=tmp_path)
    assert _kept(tmp_path) == [site("/ok")]


@pytest.mark.parametrize(
    "change", ["state = 'great'", "status = 'x'", "learned = 'x'", "learned = 9e999", "status = 9e999"]
)
def test_nonsense_in_the_file_is_passed_over(site, tmp_path, change):
    ask_one(site("/ok"), cache=tmp_path)
    with sqlite3.connect(_file(tmp_path)) as database:
        database.execute(f"UPDATE answers SET {change}")
    database.close()
    assert ask_one(site("/ok"), cache=tmp_path).state is State.ALIVE
    assert len(site.log) == 2


def test_a_file_that_is_busy_or_cannot_be_made_is_done_without(site, tmp_path, monkeypatch):
    monkeypatch.setattr("ld_review.external.memory._PATIENCE", 0.05)
    ask_one(site("/ok"), cache=tmp_path)
    database = sqlite3.connect(_file(tmp_path), isolation_level=None)
    database.execute("BEGIN EXCLUSIVE")
    assert ask_one(site("/ok"), cache=tmp_path).state is State.ALIVE
    database.close()
    assert _kept(tmp_path) == [site("/ok")]
    (tmp_path / "file").touch()
    assert ask_one(site("/ok"), cache=tmp_path / "file").state is State.ALIVE
    file = _file(tmp_path)
    file.unlink()
    file.mkdir()
    assert ask_one(site("/ok"), cache=tmp_path).state is State.ALIVE


def test_several_processes_share_the_file(site, tmp_path):
    script = (
        "import sys; from pathlib import Path; from ld_review.external import External, check_urls\n"
        "settings = External(delay=0, private=('127.0.0.1',), cache=Path(sys.argv[1]))\n"
        "[check_urls([f'{sys.argv[2]}{n}'], settings) for n in range(20)]"
    )
    bases = [site(f"/ok?{name}", "127.0.0.1") for name in "ab"]
    runs = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), base]) for base in bases]
    assert [run.wait(20) for run in runs] == [0, 0]
    assert _kept(tmp_path) == sorted(f"{base}{n}" for base in bases for n in range(20))


def _file(folder):
    (file,) = folder.glob("*.sqlite3")
    return file


def _kept(folder):
    database = sqlite3.connect(_file(folder))
    try:
        return [row[0] for row in database.execute("SELECT page FROM answers ORDER BY page")]
    except sqlite3.OperationalError:
        return []
    finally:
        database.close()


# Certificates


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    program = shutil.which("openssl")
    if not program:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("certificate")
    key, file = folder / "key.pem", folder / "certificate.pem"
    command = [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    named = ["-subj", "/CN=secure.lan", "-addext", "subjectAltName=DNS:secure.lan", "-days", "2"]
    subprocess.run([*command, *named, "-keyout", key, "-out", file], check=True, capture_output=True)
    return file, key


@pytest.fixture
def secure_site(site, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    site.socket = context.wrap_socket(site.socket, server_side=True, do_handshake_on_connect=False)
    return site


def test_a_certificate_is_checked_against_the_name_in_the_url(secure_site, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    right, wrong = (f"https://{host}:{secure_site.server_port}/" for host in ("secure.lan", "alpha.lan"))
    answers = ask([right, wrong])
    assert told(answers[right]) == ("alive", "200 OK", 200)
    assert told(answers[wrong]) == ("unknown", "certificate is for another host", None)


def test_a_certificate_that_nobody_vouches_for_is_unknown(secure_site):
    url = f"https://secure.lan:{secure_site.server_port}/"
    assert told(ask_one(url)) == ("unknown", "certificate signed by its own host", None)


def test_a_server_without_tls_is_unknown(site):
    url = f"https://alpha.lan:{site.server_port}/"
    assert told(ask_one(url)) == ("unknown", "no secure connection", None)


# The interface


def test_nothing_to_ask_is_no_work(tmp_path):
    assert check_urls([], External(cache=tmp_path)) == {}


def test_the_public_interface_asks(site):
    url = site("/ok", "127.0.0.1")
    assert check_urls([url], External(private=("127.0.0.1",)))[url].state is State.ALIVE
    assert check_urls([url], External())[url].reason == "not asked: the host lies in a private network"


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": 0},
        {"concurrency": 100_000},
        {"per_host": 0},
        {"delay": -1},
        {"retries": 99},
        {"user_agent": "a\r\nb"},
    ],
)
def test_settings_have_bounds(wrong):
    with pytest.raises(ConfigError, match=r"^external: "):
        External(**wrong)


def test_without_its_library_the_error_says_what_to_install():
    script = (
        "import sys; sys.modules['urllib3'] = None\n"
        "from ld_review.external import External, check_urls\n"
        "from ld_review.errors import UsageError\n"
        "try: check_urls(['https://a.com'], External())\n"
        "except UsageError as error: print(error)"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown == "external links cannot be checked: urllib3 is not installed; pip install 'ld-review[external]'\n"
    assert issubclass(UsageError, Exception)


def test_the_settings_import_no_library():
    script = (
        "import sys, ld_review.external; print([name for name in ('urllib3', 'idna', 'ssl') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_names_work_is_looked_up_once():
    looked = []

    def counted(host, port):
        looked.append(host)
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    network = Network(External(), counted, lambda: NOW)
    assert [network.names_work, network.names_work] == [False, False]
    assert len(looked) == 1
