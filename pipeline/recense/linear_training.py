"""Fitting a linear text classifier with scikit-learn, and keeping what applies it."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from recense.classification import Classifier
from recense.embeddings import EmbeddingBlock
from recense.features import NOTES, Block, TextFeatures, TfidfBlock, character_ngrams, notes, word_ngrams

# A word or pair of words in one text only, and a run of characters in two only, cannot generalise.
MIN_TEXTS_OF_WORD, MIN_TEXTS_OF_CHARACTERS, MIN_TEXTS_OF_NOTE = 2, 3, 5


def fit_linear(
    texts: Sequence[str],
    labels: Sequence[str],
    categories: Sequence[str],
    *,
    regularisation: float,
    weights: Sequence[float] | None = None,
    embedding: str | None = None,
) -> Classifier:
    """TF-IDF of words, characters and notes, if the texts bear any, and a logistic regression with balanced classes.

    With an embedding, the vector of the whole text stands beside them.

    Args:
        texts: the training texts.
        labels: the category of each.
        categories: all categories, in the order of the output; each must occur among the labels.
        regularisation: inverse strength C.
        weights: how much each text counts; None where all count the same.
        embedding: a model2vec model, as for `load_embedding`; None for TF-IDF alone.
    """
    vectorizers = {
        "word": TfidfVectorizer(analyzer=word_ngrams, min_df=MIN_TEXTS_OF_WORD, sublinear_tf=True),
        "characters": TfidfVectorizer(analyzer=character_ngrams, min_df=MIN_TEXTS_OF_CHARACTERS, sublinear_tf=True),
    }
    if any(NOTES in text for text in texts):
        vectorizers["note"] = TfidfVectorizer(analyzer=notes, min_df=MIN_TEXTS_OF_NOTE)
    columns = [vectorizer.fit_transform(texts) for vectorizer in vectorizers.values()]
    blocks: list[Block] = []
    if embedding is not None:
        meaning = EmbeddingBlock(embedding)
        blocks.append(meaning)
        columns.append(csr_matrix(meaning.vectors(texts)))
    matrix = hstack(columns).tocsr()
    linear = LogisticRegression(C=regularisation, max_iter=2000, class_weight="balanced").fit(
        matrix, labels, sample_weight=weights
    )
    features = TextFeatures(
        [*(TfidfBlock(name, v.analyzer, _plain(v.vocabulary_), v.idf_) for name, v in vectorizers.items()), *blocks]
    )
    coefficients, bias = _one_column_each(linear)
    order = [list(linear.classes_).index(category) for category in categories]
    return Classifier(features, np.ascontiguousarray(coefficients[:, order]), bias[order], categories)


def _plain(vocabulary: dict[str, int]) -> dict[str, int]:
    return {term: int(column) for term, column in sorted(vocabulary.items())}


def _one_column_each(linear: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    """Weights (features x classes) and bias; of two classes scikit-learn keeps only the second."""
    weights, bias = linear.coef_.T, linear.intercept_
    if len(linear.classes_) == 2:
        return np.hstack([-weights / 2, weights / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    return weights, bias
