import subprocess
import sys

import pytest

from recense.corpus import Corpus
from recense.errors import UnsupportedLanguage
from recense.language import identify, refuse_other_language


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


def test_labelled_items_get_their_language(corpus: Corpus) -> None:
    pairs = [(d.text_of(item), item.language) for d in corpus.documents for item in d.items]
    right = sum(identify(text).language == language for text, language in pairs)
    assert right / len(pairs) >= 0.998


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


def test_the_answer_is_the_same_in_every_process() -> None:
    code = "from recense.language import identify; print(identify('Covid solidarité plasma kit, Lyon test'))"
    runs = [
        subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True)
        for seed in ("1", "2", "3")
    ]
    assert len({run.stdout for run in runs}) == 1
