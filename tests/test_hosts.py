"""Which groups a destination belongs to, and who may say so."""

from __future__ import annotations

import pickle
import time
from pathlib import Path, PurePath

import pytest

from ld_review import hosts as hosts_module
from ld_review.config import Config
from ld_review.config_file import load_config
from ld_review.engine import Settings, review_page
from ld_review.errors import ConfigError
from ld_review.hostbook import bundled_hosts
from ld_review.hosts import GROUPS, Entry, Hosts, check_groups, hosts_of, recording
from ld_review.rulebook import bundled_rules
from ld_review.source import Source

HOSTS = Hosts(
    (
        Entry("docs.example.com/deck", "deck"),
        Entry("*.example.org", "drive"),
        Entry("videos.example.org/rec", "recording-store"),
        Entry("old.example.com", "retired", "new.example.com"),
    )
)


def config(folder: Path, text: str) -> Config:
    (folder / ".ld-review.yaml").write_text(text, encoding="utf-8")
    return load_config(folder / ".ld-review.yaml")


@pytest.mark.parametrize(
    ("target", "groups"),
    [
        ("https://docs.example.com/deck/d/1", {"deck"}),
        ("https://DOCS.example.com:443/deck?a=b", {"deck"}),
        ("//docs.example.com/deck", {"deck"}),
        ("https://docs.example.com/decks", set()),
        ("https://docs.example.com.evil.test/deck", set()),
        ("https://a.b.example.org/", {"drive"}),
        ("https://example.org", {"drive"}),
        ("https://notexample.org", set()),
        ("https://videos.example.org/rec/1", {"drive", "recording-store"}),
        ("mailto:a@example.org", set()),
        ("/handbook/?to=https://example.org/", set()),
        ("https://[broken", set()),
        ("", set()),
    ],
)
def test_a_destination_is_known_by_its_host_and_path(target, groups):
    assert HOSTS.groups_of(target) == groups


@pytest.mark.parametrize(
    "target",
    [
        "https://docs.google.com/presentation/d/1/edit",
        "https://docs.google.com/a/example.com/presentation/d/1",
        "https://docs.google.com/presentation/u/0/d/1",
        "https://docs.google.com/u/1/presentation/d/1",
    ],
)
def test_the_account_in_a_google_path_makes_no_difference(target):
    assert bundled_hosts().groups_of(target) == {"deck"}


def test_every_group_that_comes_along_has_hosts():
    assert {entry.group for entry in bundled_hosts().entries} == set(GROUPS) - {"handbook"}


def test_where_a_host_moved_is_known():
    assert HOSTS.known("https://old.example.com/course").moved == "new.example.com"
    assert HOSTS.known("https://docs.example.com/deck").moved == ""


def test_hosts_can_be_sent_to_another_process_after_they_were_asked():
    assert HOSTS.groups_of("https://example.org") == {"drive"}
    assert pickle.loads(pickle.dumps(HOSTS)) == HOSTS


def test_a_destination_that_was_asked_for_is_not_looked_up_again(monkeypatch):
    looked_up = []
    look_up = Hosts._looked_up
    monkeypatch.setattr(Hosts, "_looked_up", lambda self, target: looked_up.append(target) or look_up(self, target))
    hosts = bundled_hosts() + hosts_of("drive", ["again.example.com"])
    text = "".join(f"[slides](https://docs.google.com/presentation/d/{number})\n\n" for number in range(20))
    review_page(Source(PurePath("page.md"), text), bundled_rules().rules, Settings(hosts=hosts))
    assert 0 < len(looked_up) == len(set(looked_up))


def test_no_more_destinations_are_remembered_than_a_page_may_have(monkeypatch):
    monkeypatch.setattr(hosts_module, "_MOST_REMEMBERED", 10)
    hosts = hosts_of("drive", ["files.example.com"])
    for number in range(100):
        assert hosts.groups_of(f"https://files.example.com/{number}") == {"drive"}
        assert len(hosts._told) <= 10


def test_many_links_are_asked_quickly():
    hosts = bundled_hosts()
    began = time.process_time()
    for number in range(20_000):
        hosts.groups_of(f"https://{number}.example.com/page")
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "target",
    [
        "https://www.youtube.com/watch?v=abcdefghijk&t=1",
        "https://www.youtube.com/watch?list=x&amp;v=abcdefghijk",
        "https://www.youtube-nocookie.com/embed/abcdefghijk?start=5",
        "https://youtu.be/abcdefghijk",
    ],
)
def test_a_video_is_the_same_however_its_address_is_written(target):
    assert recording(target) == "video abcdefghijk"


def test_two_playlists_are_two():
    first, second = (f"https://www.youtube.com/embed/videoseries?list={name}" for name in "ab")
    assert recording(first) != recording(second)


def test_a_configuration_adds_hosts(tmp_path):
    made = config(
        tmp_path,
        "hosts:\n  retired: {www.old.example.com: new.example.com}\n  learning-platform: ['*.lms.example.com']\n",
    )
    hosts = made.settings_for("page.md").hosts
    assert hosts.groups_of("https://a.lms.example.com/x") == {"learning-platform"}
    assert hosts.known("https://old.example.com/x").moved == "new.example.com"
    assert hosts.groups_of("https://docs.google.com/document/d/1") == {"document"}
    page = Source(PurePath("page.md"), "[Course](https://old.example.com/x)\n")
    (finding,) = review_page(page, made.rules_for("page.md"), made.settings_for("page.md")).findings
    assert (finding.rule, "new.example.com" in finding.message) == ("retired-host-link", True)


def test_a_preset_adds_hosts_also_where_it_is_chosen_later(tmp_path):
    made = config(tmp_path, "ignore: []\n")
    target = "https://gitlab.edcast.com/pathways/x"
    assert made.settings_for("page.md").hosts.groups_of(target) == {"learning-platform"}
    assert made.with_preset("gitlab").settings_for("page.md").hosts.groups_of(target) == {
        "learning-platform",
        "retired",
    }


def test_hosts_can_be_given_in_toml(tmp_path):
    file = tmp_path / "pyproject.toml"
    file.write_text('[tool.ld-review.hosts]\nchat = ["chat.example.com"]\n', encoding="utf-8")
    assert load_config(file).settings_for("page.md").hosts.groups_of("https://chat.example.com/1") == {"chat"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hosts:\n  decks: [a.example.com]\n", ":2: hosts: no group 'decks'.* 'deck'"),
        ("hosts:\n  deck: a.example.com\n", ":2: hosts: deck must be a list"),
        ("hosts:\n  deck:\n    - https://a.example.com\n", ":3: hosts: deck: .*without https://"),
        ("hosts:\n  deck:\n    - example\n", ":3: hosts: deck: 'example' is not a host"),
        ("hosts:\n  retired:\n    a.example.com: [b]\n", ":3: hosts: retired must be a text"),
        ("hosts: [deck]\n", ":1: hosts must hold keys and values"),
        ("host: {}\n", ":1: .*has no option 'host'.*hosts"),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_near_word(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message):
        config(tmp_path, text)


def test_a_check_refuses_a_group_that_is_not_there():
    with pytest.raises(ValueError, match=r"no group of hosts 'docment'.*'document'"):
        check_groups("groups", ("docment",))


@pytest.mark.parametrize(
    "text",
    [
        "[slides](https://docs.google.com/presentation/d/1) " * 3_000,
        "- [video](https://youtu.be/abcdefghijk) source of truth\n" * 3_000,
        "| a | b |\n| --- | --- |\n" + "| x | [slides](https://drive.google.com/open?id=1) |\n" * 2_000,
        '<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>\n\n' * 2_000,
        "**Bold**\n\nText.\n\n" * 3_000,
        "".join(f"## Section {number}\n\n- Section a\n- Section b\n- Section c\n- other\n\n" for number in range(150)),
    ],
    ids=["links", "items", "rows", "frames", "bold", "lists"],
)
def test_a_page_full_of_links_takes_no_more_than_its_length(text):
    rules = [rule for rule in bundled_rules().rules if rule.dimension == "handbook-first"]
    settings = Settings(forced_profile="course")
    times = []
    for share in (4, 1):
        page = Source(PurePath("page.md"), text[: len(text) // share])
        began = time.process_time()
        review = review_page(page, rules, settings)
        times.append(time.process_time() - began)
        assert not review.failures
    assert times[1] < 8 * times[0] + 1
