"""Items to predictions: probabilities, abstention, and the reasons for them.

The classifier is linear, so a category's decision score is the sum of one contribution per feature and
a bias, and the reasons of a prediction are simply the largest contributions.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from recense.features import SparseRow, TextFeatures, Vector, feature_span
from recense.records import Prediction, Reason

DIGITS = 6


class Classifier:
    """A trained linear classifier with its threshold for review.

    Args:
        features: the fitted feature blocks.
        weights: one weight per feature and category (features x categories).
        bias: one per category.
        categories: ids of the categories, in the order of the columns of `weights`.
        temperature: decision scores are divided by it before the softmax; 1 changes nothing.
        threshold: under this probability of the best category the classifier abstains.
    """

    def __init__(
        self, features: TextFeatures, weights: Vector, bias: Vector, categories: Sequence[str],
        *, temperature: float = 1.0, threshold: float = 0.0,
    ) -> None:  # fmt: skip
        self.features = features
        self.weights = weights
        self.bias = bias
        self.categories = tuple(categories)
        self.temperature = temperature
        self.threshold = threshold

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_names"}

    @cached_property
    def _names(self) -> list[str]:
        return self.features.names()

    def decision_scores(self, row: SparseRow) -> Vector:
        """The score of each category before calibration, in logits."""
        return np.asarray(row.values @ self.weights[row.indices] + self.bias)

    def probabilities(self, texts: Sequence[str]) -> Vector:
        """Probability of each category (texts x categories)."""
        return np.array([self._probabilities(self.features.row(text)) for text in texts])

    def _probabilities(self, row: SparseRow) -> Vector:
        return softmax(self.decision_scores(row) / self.temperature)

    def predict(self, text: str, *, reasons: int = 6) -> Prediction:
        """The category of one text.

        Args:
            text: the text of an item.
            reasons: how many of the largest contributions explain the prediction.
        """
        row = self.features.row(text)
        probabilities = self._probabilities(row)
        best = int(np.argmax(probabilities))
        confidence = round(float(probabilities[best]), DIGITS)
        accepted = confidence >= self.threshold
        return Prediction(
            self.categories[best] if accepted else None,
            confidence,
            {name: round(float(p), DIGITS) for name, p in zip(self.categories, probabilities, strict=True)},
            not accepted,
            self.reasons(text, row, best, reasons),
        )

    def reasons(self, text: str, row: SparseRow, category: int, count: int) -> tuple[Reason, ...]:
        """The features that spoke most for a category, the strongest first.

        Weights are relative to the mean of all categories: what every category gains equally moves nothing.
        """
        weights = self.weights[row.indices]
        contributions = row.values * (weights[:, category] - weights.mean(axis=1))
        strongest = np.argsort(-contributions, kind="stable")[:count]
        return tuple(
            self._reason(text, int(row.indices[i]), float(contributions[i])) for i in strongest if contributions[i] > 0
        )

    def _reason(self, text: str, column: int, weight: float) -> Reason:
        name = self._names[column]
        start, end = feature_span(name, text) or (None, None)
        return Reason(name, round(weight, DIGITS), start, end)


def softmax(scores: Vector) -> Vector:
    """Scores to probabilities over the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))
