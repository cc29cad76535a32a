"""The language server as editors meet it: clients that say what Visual Studio Code, Neovim and Emacs say they can do.

pytest-lsp keeps what each of them declares, and warns, which here is an error, where an answer goes beyond it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

import handbooks
from editor import SERVER, edited

pytestmark = pytest.mark.asyncio(loop_scope="module")

_PATIENCE = 60
_CLIENTS = ("visual-studio-code@v1.65", "neovim@v0.7", "neovim@v0.11", "emacs@v29")
_HOSTILE = "# Café 😀\r\n\r\n😀 né forbidden; 😀 we utilize it.\r\n"
_COURSE = "# Course\n\n## Learning objectives\n\n- List three models\n\n## Exercise 😀\n\nWrite one.\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pages: dict[str, str | bytes] = {"docs/bad.md": handbooks.BAD, "docs/course.md": _COURSE}
    return handbooks.build(tmp_path_factory.mktemp("handbook"), pages)


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=[*SERVER, "--delay", "20"]), scope="module", params=_CLIENTS
)
async def client(lsp: LanguageClient, folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[None]:
    able = client_capabilities(request.param)
    opened = [types.WorkspaceFolder(folder.as_uri(), folder.name)]

    @lsp.feature(types.CLIENT_REGISTER_CAPABILITY)
    def registered(params: types.RegistrationParams) -> None:
        watched.extend(one.method for one in params.registrations)

    watched: list[str] = []
    params = types.InitializeParams(able, root_uri=folder.as_uri(), workspace_folders=opened)
    lsp.answer = await lsp.initialize_session(params)
    yield
    await lsp.shutdown_session()
    assert lsp._server is not None
    assert lsp._server.returncode == 0
    files = able.workspace and able.workspace.did_change_watched_files
    asked = bool(files and files.dynamic_registration)
    assert watched == [types.WORKSPACE_DID_CHANGE_WATCHED_FILES] * asked


def _units(client: LanguageClient) -> str:
    """What the two agreed to count."""
    return str(client.answer.capabilities.position_encoding)


def _open(client: LanguageClient, path: Path, text: str | None = None) -> str:
    item = types.TextDocumentItem(path.as_uri(), "markdown", 1, path.read_text("utf-8") if text is None else text)
    client.diagnostics.pop(item.uri, None)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    return item.uri


def _type(client: LanguageClient, uri: str, version: int, text: str) -> None:
    document = types.VersionedTextDocumentIdentifier(version, uri)
    change = types.TextDocumentContentChangeWholeDocument(text)
    client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))


def _close(client: LanguageClient, uri: str) -> None:
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))


async def _seen(
    client: LanguageClient, uri: str, enough: Callable[[Sequence[types.Diagnostic]], bool]
) -> Sequence[types.Diagnostic]:
    """The findings that are shown on a page, once there are *enough*."""
    async with asyncio.timeout(_PATIENCE):
        while uri not in client.diagnostics or not enough(client.diagnostics[uri]):
            await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    return client.diagnostics[uri]


async def _actions(client: LanguageClient, uri: str, found: types.Diagnostic) -> list[types.CodeAction]:
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(uri), found.range, types.CodeActionContext([found], ["quickfix"])
    )
    actions = await client.text_document_code_action_async(params)
    assert actions
    assert all(isinstance(one, types.CodeAction) for one in actions)
    return list(actions)


def _codes(found: Sequence[types.Diagnostic]) -> list[str]:
    return [str(one.code) for one in found]


async def test_it_says_what_it_can_do(client: LanguageClient) -> None:
    said = client.answer.capabilities
    assert client.answer.server_info.name == "ld-review"
    assert (said.hover_provider, said.document_symbol_provider) == (True, True)
    assert {"quickfix", "source.fixAll.ld-review"} <= {*said.code_action_provider.code_action_kinds}
    general = client.capabilities and client.capabilities.general
    assert _units(client) in ((general and general.position_encodings) or ["utf-16"])


async def test_findings_follow_the_typing(client: LanguageClient, folder: Path) -> None:
    uri = _open(client, folder / "docs/bad.md")
    [bad] = await _seen(client, uri, lambda found: len(found) == 1)
    assert (bad.code, bad.source, bad.severity) == ("forbidden-word", "ld-review", types.DiagnosticSeverity.Error)
    for number in range(2, 20):
        _type(client, uri, number, "# Law\n\nThis is forbidden; " + "so we utilize it. " * number)
    assert _codes(await _seen(client, uri, lambda found: len(found) == 20)) == ["forbidden-word", *["long-word"] * 19]
    _type(client, uri, 20, handbooks.CLEAN)
    await _seen(client, uri, lambda found: not found)
    _close(client, uri)


async def test_places_hold_behind_emoji_and_with_windows_line_endings(client: LanguageClient, folder: Path) -> None:
    uri = _open(client, folder / "docs/hostile.md", _HOSTILE)
    found = await _seen(client, uri, lambda found: len(found) == 2)
    line = _HOSTILE.split("\r\n")[2]
    for one, word in zip(found, ("forbidden", "utilize"), strict=True):
        before = line[: line.index(word)]
        width = {
            "utf-8": len(before.encode()),
            "utf-16": len(before.encode("utf-16-le")) // 2,
            "utf-32": len(before),
        }[_units(client)]
        assert one.range == types.Range(types.Position(2, width), types.Position(2, width + len(word)))
    [fix, *_] = await _actions(client, uri, found[1])
    assert fix.edit
    assert edited(_HOSTILE, fix.edit, _units(client)) == _HOSTILE.replace("utilize", "use")
    _close(client, uri)


async def test_a_finding_can_be_mended_or_silenced(client: LanguageClient, folder: Path) -> None:
    text = handbooks.LONG
    uri = _open(client, folder / "docs/long.md", text)
    [long] = await _seen(client, uri, lambda found: len(found) == 1)
    actions = await _actions(client, uri, long)
    assert [one.title for one in actions] == [
        "Replace 'utilize' with 'use'",
        "Silence long-word on this line",
        "Silence long-word with a comment above",
    ]
    assert [bool(one.is_preferred) for one in actions] == [True, False, False]
    for version, action in enumerate(actions, 1):
        assert action.edit
        _type(client, uri, 2 * version, edited(text, action.edit, _units(client)))
        await _seen(client, uri, lambda found: not found)
        _type(client, uri, 2 * version + 1, text)
        await _seen(client, uri, lambda found: len(found) == 1)
    _close(client, uri)


async def test_the_reason_is_under_the_pointer(client: LanguageClient, folder: Path) -> None:
    uri = _open(client, folder / "docs/bad.md")
    [bad] = await _seen(client, uri, lambda found: len(found) == 1)
    at = types.HoverParams(types.TextDocumentIdentifier(uri), bad.range.start)
    told = await client.text_document_hover_async(at)
    assert told
    assert isinstance(told.contents, types.MarkupContent)
    assert told.range == bad.range
    assert "It must not." in told.contents.value
    assert "https://example.org/law" in told.contents.value
    nowhere = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(0, 0))
    assert await client.text_document_hover_async(nowhere) is None
    _close(client, uri)


async def test_the_outline_holds_the_learning_elements(client: LanguageClient, folder: Path) -> None:
    uri = _open(client, folder / "docs/course.md")
    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    [course] = await client.text_document_document_symbol_async(params) or []
    assert isinstance(course, types.DocumentSymbol)
    assert course.name == "Course"
    names = [below.name for child in course.children or () for below in (child, *(child.children or ()))]
    assert {"Learning objectives", "objective: List three models", "Exercise 😀"} <= {*names}
    _close(client, uri)


async def test_a_changed_configuration_counts_at_once(client: LanguageClient, folder: Path) -> None:
    config = folder / ".ld-review.yaml"
    uri = _open(client, folder / "docs/bad.md")
    await _seen(client, uri, lambda found: _codes(found) == ["forbidden-word"])
    config.write_text("rules: [rules]\nignore: [all]\n", encoding="utf-8")
    client.workspace_did_change_configuration(types.DidChangeConfigurationParams({}))
    await _seen(client, uri, lambda found: not found)
    config.write_text(handbooks.CONFIG, encoding="utf-8")
    changed = types.FileEvent(config.as_uri(), types.FileChangeType.Changed)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([changed]))
    await _seen(client, uri, lambda found: _codes(found) == ["forbidden-word"])
    _close(client, uri)
    assert client.messages == []
