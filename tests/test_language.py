import random
import re
import subprocess
import sys
from time import perf_counter

import pytest

from recense.corpus import Corpus
from recense.errors import UnsupportedLanguage
from recense.language import identify, refuse_other_language
from recense.sentences import sentence_spans


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Le pôle livre des masques à l'hôpital.", "fr"),
        ("The cluster delivers masks to the hospital.", "en"),
        ("Tests de diagnostic", "fr"),
        ("Diagnostic tests", "en"),
        ("12 345 - 67", "und"),
        ("", "und"),
    ],
)
def test_short_texts(text: str, language: str) -> None:
    assert identify(text).language == language


def test_the_document_decides_where_the_text_cannot() -> None:
    assert identify("Projets collaboratifs", "fr").language == "fr"


def test_every_category_label_gets_its_language(corpus: Corpus) -> None:
    for category in corpus.taxonomy.categories:
        assert identify(category.fr).language == "fr", category.fr
        assert identify(category.en).language == "en", category.en


def _sentences(corpus: Corpus) -> list[tuple[str, str]]:
    """The sentences of the test split's items; the profile was trained on the other splits."""
    return [
        (document.text[start:end], item.language)
        for document in corpus.of_split("test")
        for item in document.items
        for start, end in sentence_spans(document.text, item.start, item.end)
    ]


def test_sentences_of_unseen_items_get_their_language(corpus: Corpus) -> None:
    sentences = _sentences(corpus)
    right = sum(identify(text).language == language for text, language in sentences)
    assert len(sentences) > 1000
    assert right / len(sentences) >= 0.998


def test_word_pairs_of_unseen_items_get_their_language(corpus: Corpus) -> None:
    choice, pairs = random.Random(0), []  # noqa: S311
    for text, language in _sentences(corpus):
        words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)
        if len(words) > 1:
            first = choice.randrange(len(words) - 1)
            pairs.append((" ".join(words[first : first + 2]), language))
    right = sum(identify(text).language == language for text, language in pairs)
    assert len(pairs) > 1000
    assert right / len(pairs) >= 0.97


def test_languages_are_told_fast_enough(corpus: Corpus) -> None:
    texts = [document.text_of(item) for document in corpus.documents for item in document.items]
    identify.cache_clear()
    started = perf_counter()
    for text in texts:
        identify(text)
    assert len(texts) / (perf_counter() - started) >= 5000


@pytest.mark.parametrize(
    "text",
    [
        "El clúster ha puesto en marcha una plataforma para reunir las ofertas de material sanitario de sus empresas.",
        "Das Netzwerk sammelt Angebote der Unternehmen und verteilt die Masken an die Krankenhäuser der Region.",
        "Il distretto raccoglie le offerte delle imprese e consegna le mascherine agli ospedali della regione.",
    ],
)
def test_other_languages_are_refused_by_name(text: str) -> None:
    with pytest.raises(UnsupportedLanguage, match="another language"):
        refuse_other_language(text, "a.txt")


def test_the_answer_is_the_same_in_every_process_and_every_time() -> None:
    code = (
        "from recense.language import identify\n"
        "answers = set()\n"
        "for _ in range(1000):\n"
        "    identify.cache_clear()\n"
        "    answers.add(identify('Covid solidarité plasma kit, Lyon test'))\n"
        "print(answers)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True)
        for seed in ("1", "2", "3")
    ]
    assert len({run.stdout for run in runs}) == 1
    assert runs[0].stdout.count(b"LanguageGuess") == 1
