# ruff: noqa: E501
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review.language import Language, infer

TEXTS = {
    "en": "Welcome to the page. In this course you will learn to give feedback that is kind and clear.",
    "de": "Willkommen auf der Seite. In diesem Kurs lernen wir, wie man ein gutes Gespräch mit dem Team führt und das ist nicht schwer.",
    "fr": "Bienvenue sur la page. Dans ce cours vous allez apprendre à donner des retours avec une équipe qui est dans le monde.",
    "es": "Bienvenido a la página. En este curso se aprende a dar una buena respuesta para el equipo que trabaja en las oficinas.",
    "pt": "Bem-vindo à página. Não é um curso difícil, mas uma forma de aprender que os times do mundo usam com as pessoas.",
    "it": "Benvenuti nella pagina. Il corso non è difficile e gli esempi sono per la squadra che lavora con il cliente.",
    "nl": "Welkom op de pagina. Het is niet moeilijk om een goed gesprek te voeren met de mensen van het team voor je.",
    "pl": "Witamy na stronie. To nie jest trudny kurs i nie wymaga czasu, ale jest to dobry sposób na pracę w zespole dla nas.",
    "ja": "このコースでは、フィードバックの与え方を学びます。GitLab Handbook を読んでください。",
    "zh": "本课程将学习如何提供反馈。请阅读手册。",
    "ko": "이 과정에서는 피드백을 주는 방법을 배웁니다.",
    "ru": "В этом курсе вы научитесь давать обратную связь.",
    "el": "Σε αυτό το μάθημα θα μάθετε να δίνετε ανατροφοδότηση.",
    "he": "בקורס זה תלמדו כיצד לתת משוב.",
    "ar": "ستتعلم في هذه الدورة كيفية تقديم الملاحظات.",
    "th": "ในหลักสูตรนี้คุณจะได้เรียนรู้วิธีการให้ข้อเสนอแนะ",
    "hi": "इस पाठ्यक्रम में आप प्रतिक्रिया देना सीखेंगे।",
}


@pytest.mark.parametrize("code", TEXTS)
def test_prose_shows_its_language(code: str) -> None:
    assert infer(None, TEXTS[code]) == Language(code, declared=False)


@pytest.mark.parametrize("code", TEXTS)
def test_the_blanks_of_a_view_do_not_count_as_text(code: str) -> None:
    assert infer(None, " " * 30_000 + TEXTS[code] + "\n" * 30_000).code == code


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no letters"),
        ("2021-04-01 | 12:00", "no letters"),
        ("Introduction", "one word"),
        ("TBD, see the handbook", "too few words to tell"),
        ("Ruby Python Golang Kubernetes Docker Terraform Ansible Prometheus Grafana Sentry", "names alone"),
        ("de la de la de la de la de la", "French, Spanish and Portuguese alike"),
    ],
)
def test_what_does_not_tell_is_unknown(text: str, why: str) -> None:
    assert infer(None, text).code == "", why


def test_two_short_sentences_are_enough() -> None:
    assert infer(None, "This page is for the team. Read it and send us your notes.").code == "en"


def test_english_with_some_foreign_words_stays_english() -> None:
    assert infer(None, TEXTS["en"] * 4 + "日本語のページ").code == "en"


def test_japanese_full_of_product_names_stays_japanese() -> None:
    assert (
        infer(None, "GitLab の Merge Request を GitLab Pages でレビューします。Handbook First を学びます。").code
        == "ja"
    )


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en-GB", "en"), ("JA", "ja"), ("pt_BR", "pt"), ("zh-Hans-CN", "zh"), (" de ", "de"), ("fr_FR.UTF-8", "fr")],
)
def test_a_declared_language_wins(tag: str, code: str) -> None:
    assert infer(tag, TEXTS["ru"]) == Language(code, declared=True)


@pytest.mark.parametrize("tag", [None, "", "  "])
def test_an_empty_declaration_declares_nothing(tag: str | None) -> None:
    assert infer(tag, TEXTS["fr"]) == Language("fr", declared=False)


@pytest.mark.parametrize(
    ("page", "rule", "reads"),
    [
        ("en", "en", True),
        ("en", "en-US", True),
        ("ja", "en", False),
        ("ja", "", True),
        ("", "en", True),
        ("", "", True),
    ],
)
def test_a_rule_reads_pages_of_its_language_and_pages_that_do_not_tell(page: str, rule: str, reads: bool) -> None:
    assert Language(page).reads(rule) is reads


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert infer(None, text).declared is False


def test_only_a_sample_of_a_long_page_is_read() -> None:
    assert infer(None, TEXTS["en"] * 1_000 + TEXTS["ru"] * 100_000).code == "en"
