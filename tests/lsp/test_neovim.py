import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

import handbooks
from editor import SERVER


@pytest.mark.skipif(not shutil.which("nvim"), reason="no Neovim here")
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_neovim_shows_a_finding_and_mends_it(tmp_path, ending):
    page = ending.join(("# Words 😀", "", "😀 we utilize words.", "")).encode()
    handbooks.build(tmp_path, {"page.md": page})
    result = tmp_path / "result.json"
    environment = {**os.environ, "LD_REVIEW_SERVER": json.dumps(SERVER), "LD_REVIEW_RESULT": str(result)}
    command = ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "page.md"]
    script = Path(__file__).with_name("neovim.lua")
    subprocess.run([*command, "-S", script], env=environment, cwd=tmp_path, timeout=60, check=True, capture_output=True)
    seen = json.loads(result.read_text(encoding="utf-8"))
    assert "error" not in seen, seen["error"]
    # Neovim counts bytes: the emoji is four of them.
    assert seen["found"] == [[2, 8, 15, "long-word", "ld-review"]]
    assert seen["titles"][0] == "Replace 'utilize' with 'use'"
    assert seen["lines"] == ["# Words 😀", "", "😀 we use words."]
    assert seen["left"] == 0
    assert seen["format"] == ("dos" if ending == "\r\n" else "unix")
