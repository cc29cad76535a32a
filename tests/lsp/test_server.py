import json
import subprocess
import sys
from importlib.metadata import version as version_of
from pathlib import Path

import pytest
from lsprotocol import types

import handbooks
from editor import PLAIN, SERVER, edited, editor, run

LONG = "# Words\n\nWe utilize words.\n"


@pytest.fixture
def folder(tmp_path):
    return handbooks.build(
        tmp_path, {"docs/long.md": LONG, "docs/bad.md": handbooks.BAD, "docs/clean.md": handbooks.CLEAN}
    )


def _codes(found):
    return sorted(str(one.code) for one in found)


def test_what_a_finding_looks_like(folder):
    async def story():
        async with editor(folder) as one:
            [bad] = await one.seen(one.open(folder / "docs/bad.md"))
            assert bad.range == types.Range(types.Position(2, 8), types.Position(2, 17))
            assert (bad.code, bad.source, bad.severity) == (
                "forbidden-word",
                "ld-review",
                types.DiagnosticSeverity.Error,
            )
            assert bad.code_description.href == "https://example.org/law"
            assert bad.message == "'forbidden' must not stand here"
            [long] = await one.seen(one.open(folder / "docs/long.md"))
            assert long.severity == types.DiagnosticSeverity.Information
            assert one.answer.server_info.name == "ld-review"

    run(story())


def test_findings_follow_the_typing_and_only_the_last_version_is_told(folder):
    async def story():
        async with editor(folder) as one:
            uri = one.open(folder / "docs/clean.md")
            assert await one.seen(uri, lambda found: not found) == []
            for number in range(1, 40):
                one.type(uri, "# Clean\n\n" + "forbidden " * number + "\n")
            assert len(await one.seen(uri)) == 39
            told = [params.version for params in one.published if params.uri == uri]
            assert told == sorted(told)
            assert len(told) < 20, "most of what was typed in between was never looked at"
            one.type(uri, handbooks.CLEAN)
            assert await one.seen(uri, lambda found: not found) == []
            one.close(uri)
            await one.until(lambda: one.published[-1].version is None or None)
            assert not one.published[-1].diagnostics

    run(story())


@pytest.mark.parametrize("units", ["utf-16", "utf-8", "utf-32"])
def test_places_are_right_behind_emoji_and_with_windows_line_endings(folder, units):
    text = "# 😀 Über\r\n\r\n😀😀 né forbidden, 😀 we utilize it.\r\nLast, we utilize it.\r\n"
    line = text.split("\r\n")[2]

    def column(word):
        before = line[: line.index(word)]
        return {"utf-16": len(before.encode("utf-16-le")) // 2, "utf-8": len(before.encode()), "utf-32": len(before)}[
            units
        ]

    async def story():
        async with editor(folder, encodings=[units, "utf-16"]) as one:
            assert one.answer.capabilities.position_encoding == units
            uri = one.open(folder / "docs/new.md", text)
            found = await one.seen(uri)
            assert [(one.range.start.line, one.range.start.character) for one in found] == [
                (2, column("forbidden")),
                (2, column("utilize")),
                (3, 9),
            ]
            assert found[1].range.end.character == column("utilize") + len("utilize")
            [fix, *_] = await one.actions(uri, found[1].range, shown=found)
            assert fix.title == "Replace 'utilize' with 'use'"
            assert fix.is_preferred
            assert list(fix.diagnostics) == [found[1]]
            assert edited(text, fix.edit, units) == text.replace("utilize", "use", 1)
            everything = await one.actions(uri, found[0].range, only=["source.fixAll"])
            assert [(action.kind, action.data) for action in everything] == [("source.fixAll.ld-review", None)]
            assert edited(text, everything[0].edit, units) == text.replace("utilize", "use")

    run(story())


def test_a_client_that_names_no_encoding_counts_in_utf_16(folder):
    async def story():
        async with editor(folder, capabilities=PLAIN) as one:
            [found] = await one.seen(one.open(folder / "docs/new.md", "# 😀\n\n😀 forbidden\n"))
            assert found.range.start.character == 3

    run(story())


def test_what_can_be_fixed_later_is_worked_out_when_it_is_chosen(folder):
    async def story():
        async with editor(folder) as one:
            uri = one.open(folder / "docs/long.md")
            [found] = await one.seen(uri)
            offered = await one.actions(uri, found.range)
            [later] = [action for action in offered if action.kind == "source.fixAll.ld-review"]
            assert later.edit is None
            resolved = await one.client.code_action_resolve_async(later)
            assert edited(LONG, resolved.edit) == "# Words\n\nWe use words.\n"
            assert resolved.edit.document_changes[0].text_document.version == 1

    run(story())


def test_a_suppression_silences_what_it_was_offered_for(folder):
    async def story():
        async with editor(folder) as one:
            uri = one.open(folder / "docs/bad.md")
            [bad] = await one.seen(uri)
            offered = await one.actions(uri, bad.range, only=["quickfix"])
            assert [action.title for action in offered] == [
                "Silence forbidden-word on this line",
                "Silence forbidden-word with a comment above",
            ]
            texts = [edited(handbooks.BAD, action.edit) for action in offered]
            assert texts[0] == (
                "# Law\n\nThis is forbidden. <!-- ld-review-disable-line forbidden-word -- TODO: say why -->\n"
            )
            assert texts[1] == (
                "# Law\n\n<!-- ld-review-disable-next-line forbidden-word -- TODO: say why -->\nThis is forbidden.\n"
            )
            for text in texts:
                one.type(uri, text)
                assert await one.seen(uri, lambda found: not found) == []

    run(story())


def test_the_reason_is_under_the_pointer(folder):
    async def story():
        async with editor(folder) as one:
            uri = one.open(folder / "docs/bad.md")
            told = await one.hover(uri, 2, 10)
            assert told.contents.kind == types.MarkupKind.Markdown
            assert told.contents.value == (
                "**forbidden-word** · async · error\n\n'forbidden' must not stand here\n\nIt must not.\n\n"
                "- [Handbook, law](<https://example.org/law>)\n\nMore: `ld-review rule forbidden-word`"
            )
            assert told.range == types.Range(types.Position(2, 8), types.Position(2, 17))
            assert await one.hover(uri, 0, 1) is None

    run(story())


def test_the_outline_is_sections_with_their_elements(folder):
    text = (
        "# Course\n\n## Learning objectives\n\n- List three models\n\n"
        "## Exercise 😀\n\nWrite one.\n\n### Hint\n\nNone.\n"
    )

    async def story():
        async with editor(folder) as one:
            [course] = await one.symbols(one.open(folder / "docs/course.md", text))
            assert course.name == "Course"
            objectives, exercise = [child for child in course.children if child.kind == types.SymbolKind.String]
            assert (objectives.name, exercise.name) == ("Learning objectives", "Exercise 😀")
            assert "objective: List three models" in [child.name for child in objectives.children]
            assert exercise.selection_range == types.Range(types.Position(6, 0), types.Position(6, 14))
            assert exercise.range.end == types.Position(13, 0)
            assert "Hint" in [child.name for child in exercise.children]
            assert await one.symbols(one.open(folder / "docs/empty.md", "")) == []

    run(story())


def test_a_saved_configuration_counts_at_once_and_a_broken_one_leaves_the_last(folder):
    config = folder / ".ld-review.yaml"

    async def story():
        async with editor(folder) as one:
            uri = one.open(folder / "docs/bad.md")
            await one.seen(uri)
            await one.until(lambda: one.registered or None)
            assert one.registered[0].method == "workspace/didChangeWatchedFiles"

            config.write_text(f"{handbooks.CONFIG}severity: {{forbidden-word: warning}}\n", encoding="utf-8")
            one.touched(config)
            await one.seen(uri, lambda found: _severities(found) == [types.DiagnosticSeverity.Warning])

            config.write_text("selct: [forbidden-word]\n", encoding="utf-8")
            one.touched(config)
            await one.until(lambda: one.messages or None)
            assert ".ld-review.yaml:1: " in one.messages[0]
            assert "did you mean 'select'?" in one.messages[0]
            assert "the last one that could be used stays in force" in one.messages[0]
            one.type(uri, "# Law\n\nThis is still forbidden.\n")
            assert _severities(await one.seen(uri)) == [types.DiagnosticSeverity.Warning]

            config.write_text(handbooks.CONFIG, encoding="utf-8")
            rule = folder / "rules/async/forbidden-word.yaml"
            rule.write_text(handbooks.FORBIDDEN.replace("must not stand", "shall not stand"), encoding="utf-8")
            one.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({}))
            [found] = await one.seen(uri, lambda found: "shall" in found[0].message)
            assert found.severity == types.DiagnosticSeverity.Error
            assert len(one.messages) == 1

    run(story())


def _severities(found):
    return [one.severity for one in found]


def test_a_configuration_that_never_worked_is_told_on_the_page(folder):
    (folder / ".ld-review.yaml").write_text("preset: nonsense\n", encoding="utf-8")

    async def story():
        async with editor(folder) as one:
            [failure] = await one.seen(one.open(folder / "docs/bad.md"))
            assert failure.code == "failure"
            assert "no preset 'nonsense'" in failure.message
            await one.until(lambda: one.messages or None)

    run(story())


def test_each_folder_has_its_own_rules_and_a_page_outside_of_all_has_the_usual_ones(tmp_path):
    first, second, outside = tmp_path / "first", tmp_path / "second", tmp_path / "outside"
    for folder in (first, second, outside):
        folder.mkdir()
    handbooks.build(first, {"page.md": handbooks.BAD})
    handbooks.build(second, {"page.md": handbooks.BAD}, "rules: [rules]\nignore: [all]\n")
    handbooks.write(outside, {"page.md": "# Page\n\nSee [here](https://example.com/).\n"})

    async def story():
        async with editor(first, second) as one:
            assert _codes(await one.seen(one.open(first / "page.md"))) == ["forbidden-word"]
            assert await one.seen(one.open(second / "page.md"), lambda found: not found) == []
            assert _codes(await one.seen(one.open(outside / "page.md"))) == ["vague-link-text"]
            assert _codes(await one.seen(one.open_uri("untitled:Untitled-1", handbooks.BAD))) == ["forbidden-word"]

    run(story())


def test_links_are_checked_against_the_handbook_and_the_pages_as_they_are_written(tmp_path):
    (tmp_path / ".git").mkdir()
    config = "ignore: [all]\nselect: [dead-page-link, dead-anchor-link]\nhandbook: {layout: plain}\n"
    handbooks.write(
        tmp_path,
        {
            ".ld-review.yaml": config,
            "a.md": "# A\n\n[there](b.md#old), [gone](c.md)\n",
            "b.md": "# B\n\n## Old\n",
        },
    )

    async def story():
        async with editor(tmp_path) as one:
            first = one.open(tmp_path / "a.md")
            assert _codes(await one.seen(first)) == ["dead-page-link"]
            second = one.open(tmp_path / "b.md")
            one.type(second, "# B\n\n## New\n")
            assert _codes(await one.seen(first, lambda found: len(found) == 2)) == [
                "dead-anchor-link",
                "dead-page-link",
            ]
            one.close(second)
            assert _codes(await one.seen(first, lambda found: len(found) == 1)) == ["dead-page-link"]
            (tmp_path / "c.md").write_text("# C\n", encoding="utf-8")
            one.touched(tmp_path / "c.md")
            assert await one.seen(first, lambda found: not found) == []

    run(story())


def test_an_excluded_page_has_no_findings(folder):
    (folder / ".ld-review-ignore").write_text("docs/\n", encoding="utf-8")

    async def story():
        async with editor(folder) as one:
            assert await one.seen(one.open(folder / "docs/bad.md"), lambda found: not found) == []
            assert _codes(await one.seen(one.open(folder / "other.md", handbooks.BAD))) == ["forbidden-word"]

    run(story())


HOSTILE = {
    "nul": "\0" * 10,
    "half of a pair": "forbidden \ud83d",
    "separators": "a\u2028forbidden\x0b\x0c\x85\u2029",
    "carriage returns": "a\rforbidden\r\r\n",
    "deep": "> " * 5_000 + "forbidden",
    "brackets": "[" * 20_000,
    "front matter": "---\na: &a [*a]\n---\n# x\n",
    "broken template": "{{< forbidden <%= x\n---\n",
    "comments": "<!-- ld-review-disable" * 500,
    "right to left": "\u202eforbidden\u202c",
}


def test_no_text_breaks_the_server(folder):
    async def story():
        async with editor(folder) as one:
            for number, text in enumerate(HOSTILE.values()):
                uri = one.open(folder / f"docs/hostile-{number}.md", text)
                await one.seen(uri, lambda found: True)
                await one.symbols(uri)
                await one.hover(uri, 0, 3)
                whole = types.Range(types.Position(0, 0), types.Position(10**6, 10**6))
                await one.actions(uri, whole)
                await one.actions(uri, whole, only=["source.fixAll"])
            huge = one.open(folder / "docs/huge.md", "forbidden " * 600_000)
            [failure] = await one.seen(huge)
            assert failure.message.startswith("too large to review: 6.0 MB")
            assert failure.severity == types.DiagnosticSeverity.Error
            odd = one.open_uri("file:///tmp/%00odd.md", handbooks.BAD)
            assert await one.seen(odd, lambda found: True)
            assert _codes(await one.seen(one.open(folder / "docs/bad.md"))) == ["forbidden-word"]
            assert one.messages == []

    run(story())


def _with_patch(folder, monkeypatch, patch):
    """Have the server import *patch* before it starts."""
    handbooks.write(folder / "site", {"sitecustomize.py": patch})
    monkeypatch.setenv("PYTHONPATH", f"{folder / 'site'}:{Path(__file__).parents[2] / 'src'}")


def test_a_bug_in_a_check_is_told_beside_what_the_others_found(folder, monkeypatch):
    patch = """\
import ld_review.checks.substitution as kind
def find(self, page):
    raise ZeroDivisionError
kind.Substitution.find = find
"""
    _with_patch(folder, monkeypatch, patch)

    async def story():
        async with editor(folder) as one:
            found = await one.seen(one.open(folder / "docs/bad.md"))
            assert _codes(found) == ["failure", "forbidden-word"]
            assert "long-word: the check 'substitution' broke" in found[0].message

    run(story())


def test_the_command_line_holds_for_every_page(folder):
    async def story():
        async with editor(folder, arguments=["--ignore", "forbidden-word", "--severity", "long-word=error"]) as one:
            assert await one.seen(one.open(folder / "docs/bad.md"), lambda found: not found) == []
            assert _severities(await one.seen(one.open(folder / "docs/long.md"))) == [types.DiagnosticSeverity.Error]

    run(story())


def test_what_is_printed_by_accident_does_not_reach_the_client(folder, monkeypatch):
    patch = """\
import ld_review.engine as engine
draft = engine.draft_page
def loud(*arguments, **named):
    print("loud", flush=True)
    return draft(*arguments, **named)
engine.draft_page = loud
"""
    _with_patch(folder, monkeypatch, patch)

    async def story():
        async with editor(folder) as one:
            assert _codes(await one.seen(one.open(folder / "docs/bad.md"))) == ["forbidden-word"]

    run(story())


def test_without_its_library_it_says_how_to_get_it():
    script = (
        "import sys\nfrom importlib.abc import MetaPathFinder\n"
        "class None_(MetaPathFinder):\n    def find_spec(self, name, *rest):\n"
        "        if name.split('.')[0] in ('pygls', 'lsprotocol'):\n            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, None_())\nfrom ld_review.cli import main\nmain(['lsp'])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "error: the language server needs pygls: pip install 'ld-review[lsp]'\n"
    assert done.stdout == ""


def test_it_is_imported_by_nobody_else():
    script = (
        "import sys, ld_review.cli.check, ld_review.runner\n"
        "print([name for name in sys.modules if name.startswith(('pygls', 'lsprotocol'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_it_ends_when_the_client_goes_away():
    process = subprocess.Popen(SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}).encode()
    out, _ = process.communicate(b"Content-Length: %d\r\n\r\n%s" % (len(request), request), timeout=30)
    assert b'"positionEncoding": "utf-16"' in out
    assert version_of("ld-review").encode() in out
    assert process.returncode == 0
