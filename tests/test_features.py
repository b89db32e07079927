import pickle

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from recense.features import TfidfBlock, character_ngrams, feature_span, normalise, word_ngrams

TEXTS = [
    "Le pôle livre 12 500 masques à l'hôpital.",
    "The cluster delivers masks to the hospital, masks for carers.",
    "Des essais cliniques d’un vaccin commencent à Lyon.",
    "",
]


@pytest.mark.parametrize("analyzer", [word_ngrams, character_ngrams])
def test_a_block_gives_what_scikit_learn_gives(analyzer: object) -> None:
    vectorizer = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True)
    expected = vectorizer.fit_transform(TEXTS).toarray()
    block = TfidfBlock("x", analyzer, vectorizer.vocabulary_, vectorizer.idf_)  # type: ignore[arg-type]
    for text, row in zip(TEXTS, expected, strict=True):
        dense = np.zeros(block.width)
        indices, values = block.row(text)
        dense[indices] = values
        np.testing.assert_allclose(dense, row, atol=1e-12)


def test_spellings_of_a_word_share_a_feature() -> None:
    assert normalise("Œuvre  d’ÉTÉ 12 500") == "oeuvre d'ete 0"


@pytest.mark.parametrize(
    ("feature", "found"),
    [("word: essais cliniques", "essais cliniques"), ("characters: vacci", "vacci"), ("word: masque", None)],
)
def test_a_feature_is_located_in_the_text(feature: str, found: str | None) -> None:
    span = feature_span(feature, TEXTS[2])
    assert (span and TEXTS[2][slice(*span)]) == found


def test_a_saved_block_has_the_same_columns() -> None:
    block = TfidfBlock("word", word_ngrams, {"b": 0, "a c": 1}, np.array([1.0, 2.0]))
    again = pickle.loads(pickle.dumps(block))
    assert (again.name, again.vocabulary, again.idf.tolist()) == ("word", {"b": 0, "a c": 1}, [1.0, 2.0])
    assert pickle.loads(pickle.dumps(TfidfBlock("x", word_ngrams, {}, np.zeros(0)))).vocabulary == {}
