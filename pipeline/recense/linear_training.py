"""Fitting a linear text classifier with scikit-learn, and keeping what applies it."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from recense.classification import Classifier
from recense.features import NOTES, TextFeatures, TfidfBlock, character_ngrams, notes, word_ngrams

# A word or pair of words in one text only, and a run of characters in two only, cannot generalise.
MIN_TEXTS_OF_WORD, MIN_TEXTS_OF_CHARACTERS, MIN_TEXTS_OF_NOTE = 2, 3, 5


def fit_linear(
    texts: Sequence[str],
    labels: Sequence[str],
    categories: Sequence[str],
    *,
    regularisation: float,
    weights: Sequence[float] | None = None,
) -> Classifier:
    """TF-IDF of words, characters and notes, if the texts bear any, and a logistic regression with balanced classes.

    Args:
        texts: the training texts.
        labels: the category of each.
        categories: all categories, in the order of the output; each must occur among the labels.
        regularisation: inverse strength C.
        weights: how much each text counts; None where all count the same.
    """
    vectorizers = {
        "word": TfidfVectorizer(analyzer=word_ngrams, min_df=MIN_TEXTS_OF_WORD, sublinear_tf=True),
        "characters": TfidfVectorizer(analyzer=character_ngrams, min_df=MIN_TEXTS_OF_CHARACTERS, sublinear_tf=True),
    }
    if any(NOTES in text for text in texts):
        vectorizers["note"] = TfidfVectorizer(analyzer=notes, min_df=MIN_TEXTS_OF_NOTE)
    matrix = hstack([vectorizer.fit_transform(texts) for vectorizer in vectorizers.values()]).tocsr()
    linear = LogisticRegression(C=regularisation, max_iter=2000, class_weight="balanced").fit(
        matrix, labels, sample_weight=weights
    )
    features = TextFeatures(
        [TfidfBlock(name, v.analyzer, _plain(v.vocabulary_), v.idf_) for name, v in vectorizers.items()]
    )
    coefficients, bias = _one_column_each(linear)
    columns = [list(linear.classes_).index(category) for category in categories]
    return Classifier(features, np.ascontiguousarray(coefficients[:, columns]), bias[columns], categories)


def _plain(vocabulary: dict[str, int]) -> dict[str, int]:
    return {term: int(column) for term, column in sorted(vocabulary.items())}


def _one_column_each(linear: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    """Weights (features x classes) and bias; of two classes scikit-learn keeps only the second."""
    weights, bias = linear.coef_.T, linear.intercept_
    if len(linear.classes_) == 2:
        return np.hstack([-weights / 2, weights / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    return weights, bias
