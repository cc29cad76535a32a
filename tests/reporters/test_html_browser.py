"""The report in a real browser: Debian's chromium, driven by playwright; skipped with a word where one is absent."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from ld_review.config_file import default_config
from ld_review.report.making import make_report
from ld_review.report.model import Content, Found, Lacking, Place, Quote, Time
from ld_review.reporters import html
from ld_review.reporters.html_folder import documents
from ld_review.review import Review
from ld_review.runner import review_text

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

_GOLDEN = Path(__file__).parent / "golden"
_COURSE = (_GOLDEN / "feedback.md").read_text(encoding="utf-8")
_PLAIN = "# A page\n\nSee [here](https://example.com/a).\n"
_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_AXE = Path(os.environ.get("AXE_CORE", Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"))
_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]
_CHECKED = "['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']"
_BROKEN = "violations.map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' '))"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not _CHROMIUM:
        pytest.skip("chromium is not installed (on Debian: apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """A folder with the report on a handbook, and beside its index the files about a page and a course."""
    folder = tmp_path_factory.mktemp("report")
    config = default_config()
    texts = {f"team/part{nth % 3}/page{nth}.md": _PLAIN for nth in range(25)}
    texts |= {"team/course/feedback.md": _COURSE, "team/course/other.md": _COURSE.replace("feedback", "praise")}
    made = tuple(review_text(text, path, config) for path, text in texts.items())
    rules = {one: config.rules[one] for one in config.rules}
    of = Review(made, rules)
    (folder / "pages").mkdir()
    for name, write in documents(make_report(of, config, courses=True), of):
        with (folder / name).open("w", encoding="utf-8") as file:
            write(file)
    for name, pages in (("page.html", made[-2:-1]), ("course.html", made[-2:])):
        with (folder / name).open("w", encoding="utf-8") as file:
            few = Review(pages, rules)
            html.write(make_report(few, config), few, file)
    return folder


def _opened(browser: Any, path: Path, **look: Any) -> Any:
    page = browser.new_context(**look).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri(), wait_until="load")
    assert said == []
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("name", ["page.html", "course.html", "index.html", "pages"])
def test_axe_finds_nothing(browser, report, name, width, scheme):
    if not _AXE.is_file():
        pytest.skip("axe-core is not installed (npm install --no-save axe-core, or AXE_CORE=PATH of axe.min.js)")
    path = report / name
    path = next(path.glob("*feedback*")) if path.is_dir() else path
    page = _opened(browser, path, color_scheme=scheme, viewport={"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    assert page.evaluate(f"axe.run(document, {{runOnly: {_CHECKED}}}).then(told => told.{_BROKEN})") == []


@pytest.mark.parametrize("name", ["page.html", "course.html", "index.html"])
def test_nothing_is_wider_than_a_telephone(browser, report, name):
    page = _opened(browser, report / name, viewport={"width": 380, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 380


def test_courses_are_filtered_by_words_and_by_verdict_and_shown_again(browser, report):
    page = _opened(browser, report / "index.html")
    rows = page.locator(".courses tbody tr:visible")
    assert rows.count() == 2
    page.get_by_label("Title or path").fill("COURSE/other")
    assert rows.count() == 1
    assert page.locator("output").inner_text() == "1 of 27 pages"
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("document.querySelector('output').textContent === ''")
    assert rows.count() == 2
    page.get_by_label("Adult learning").select_option("ready")
    assert rows.count() == 0
    page.get_by_label("Adult learning").select_option("needs-changes")
    assert rows.count() == 2


def test_a_table_is_sorted_by_a_column_with_the_keyboard_and_says_so(browser, report):
    page = _opened(browser, report / "index.html")
    table = page.locator("table", has=page.get_by_text("Folders with most to change first"))
    head = table.get_by_role("columnheader", name="Pages")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    numbers = [int(text) for text in table.locator("tbody tr td:nth-child(2)").all_inner_texts()]
    assert len(set(numbers)) > 1
    assert numbers == sorted(numbers, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    page.keyboard.press("Enter")
    assert [int(text) for text in table.locator("tbody tr td:nth-child(2)").all_inner_texts()] == sorted(numbers)


def test_without_script_all_of_it_is_there_and_no_control_that_does_nothing(browser, report):
    page = _opened(browser, report / "index.html", java_script_enabled=False)
    assert page.locator(".courses tbody tr").count() == 2
    assert page.locator("#filter").is_hidden()
    assert page.locator("th button").count() == 0


def test_a_row_leads_to_the_page_a_finding_to_its_mark_and_the_mark_back(browser, report):
    page = _opened(browser, report / "index.html")
    page.get_by_role("link", name="Giving feedback in writing").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Giving feedback in writing"
    page.locator(".group .items a").first.click()
    mark = page.locator(".said:target")
    assert mark.is_visible()
    mark.get_by_role("link").click()
    assert page.locator(".items li:target").is_visible()
    page.get_by_role("link", name="All pages").click()
    assert page.url == (report / "index.html").as_uri()


def test_a_link_into_what_is_folded_unfolds_it(browser, report):
    page = _opened(browser, report / "course.html")
    place = page.locator("#p2-L9")
    assert place.is_hidden()
    page.locator('a[href="#p2-L9"]').first.click()
    assert place.is_visible()


def test_what_is_folded_is_printed(browser, report):
    page = _opened(browser, report / "course.html")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() > 0


def test_paper_is_white_whatever_the_screen_is(browser, report):
    page = _opened(browser, report / "page.html", color_scheme="dark")
    color = "getComputedStyle(document.querySelector('mark')).backgroundColor"
    dark = page.evaluate(color)
    page.emulate_media(media="print", color_scheme="dark")
    printed = page.evaluate(color)
    light = _opened(browser, report / "page.html", color_scheme="light").evaluate(color)
    assert printed == light != dark


def test_script_of_a_page_does_not_run(browser, tmp_path):
    evil = "<script>document.title = 'owned'</script>\n\n</details></main>"
    evil += '"><img src=x onerror="document.title = \'owned\'">'
    text = f"# Title {evil}\n\nSee [here](https://example.com).\n\n{evil}\n"
    config = default_config()
    of = Review((review_text(text, "page.md", config),), {one: config.rules[one] for one in config.rules})
    stream = StringIO()
    html.write(make_report(of, config), of, stream)
    (tmp_path / "evil.html").write_text(stream.getvalue(), encoding="utf-8")
    page = _opened(browser, tmp_path / "evil.html")
    assert page.title() != "owned"
    assert page.locator("img").count() == 0
    assert page.locator("main footer").count() == 0
    assert page.locator("body > footer").is_visible()


def test_an_index_of_three_thousand_pages_opens_in_three_seconds(browser, tmp_path):
    config = default_config()
    of = Review((review_text(_PLAIN, "page.md", config), review_text(_COURSE, "course.md", config)), config.rules)
    report = make_report(of, config)
    plain, course = report.pages
    quote = Quote(Place("course.md", 1, 1), "words")
    content = Content(
        (Found("practice", "practice", (quote,)),),
        (Lacking("audience", "expected", "", "audience"),),
        (),
        (),
        Time(*[5] * 5),
    )
    pages = [plain._replace(path=f"docs/part{nth % 90}/page{nth}.md") for nth in range(2700)]
    pages += [course._replace(path=f"docs/part{nth % 90}/course{nth}.md", content=content) for nth in range(300)]
    many = report._replace(scope="handbook", pages=tuple(pages))
    with (tmp_path / "index.html").open("w", encoding="utf-8") as file:
        html.write_index(many, {page.path: "pages/a.html" for page in pages}, file)
    begin = time.perf_counter()
    page = _opened(browser, tmp_path / "index.html")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert time.perf_counter() - begin < 3
    assert page.locator(".courses tbody tr").count() == 300
    assert page.locator("table.filterable tbody tr").count() == 3300
