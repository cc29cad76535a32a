"""How long an author waits: ``python benchmarks/editor.py HANDBOOK PAGE...``, with a real server and a real client."""

from __future__ import annotations

import asyncio
import resource
import statistics
import sys
import time
from contextlib import suppress
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

KEYSTROKES = 10
DELAY = 1
"""Milliseconds, so that what is measured is the work and not the wait for the next keystroke."""


async def measure(folder: Path, pages: list[Path]) -> None:
    """Print a row for each page."""
    start = time.perf_counter()
    client = LanguageClient("benchmark", "1")
    told: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def published(params: types.PublishDiagnosticsParams) -> None:
        told.put_nowait(params)

    await client.start_io(sys.executable, "-m", "ld_review", "lsp", "--delay", str(DELAY))
    capabilities = types.ClientCapabilities()
    await client.initialize_async(types.InitializeParams(capabilities=capabilities, root_uri=folder.as_uri()))
    client.initialized(types.InitializedParams())
    print(f"start-up {time.perf_counter() - start:.2f} s")
    for page in pages:
        await _page(client, told, page.absolute())
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"server: {used.ru_utime + used.ru_stime:.1f} CPU s, {used.ru_maxrss / 1024:.0f} MB")


async def _page(client: LanguageClient, told: asyncio.Queue[types.PublishDiagnosticsParams], page: Path) -> None:
    text, uri = page.read_bytes().decode("utf-8-sig"), page.as_uri()
    start = time.perf_counter()
    client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "markdown", 0, text)))
    await _until(told, uri, 0)
    opened = time.perf_counter() - start
    around = await _quiet(told) - start
    waits = []
    for number in range(1, KEYSTROKES + 1):
        text += "x"
        change = types.TextDocumentContentChangeWholeDocument(text)
        start = time.perf_counter()
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(number, uri), [change])
        )
        await _until(told, uri, number)
        waits.append(time.perf_counter() - start)
    print(
        f"{len(text) / 1000:.0f} KB: opened {opened:.2f} s, with the handbook {around:.1f} s, "
        f"keystroke {statistics.median(waits) * 1000:.0f} ms (at most {max(waits) * 1000:.0f})  {page.name}"
    )


async def _until(told: asyncio.Queue[types.PublishDiagnosticsParams], uri: str, version: int) -> None:
    while True:
        one = await told.get()
        if one.uri == uri and one.version == version:
            return


async def _quiet(told: asyncio.Queue[types.PublishDiagnosticsParams]) -> float:
    """When the review against the whole handbook was there, which comes by itself on the first page."""
    last = time.perf_counter()
    for patience in (120.0, 2.0, 2.0):
        with suppress(TimeoutError):
            await asyncio.wait_for(told.get(), patience)
            last = time.perf_counter()
    return last


if __name__ == "__main__":
    asyncio.run(measure(Path(sys.argv[1]).absolute(), [Path(page) for page in sys.argv[2:]]))
