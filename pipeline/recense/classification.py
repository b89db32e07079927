"""Items to predictions: probabilities, abstention, and the reasons for them.

The classifier is linear, so a category's decision score is the sum of one contribution per feature and
a bias, and the reasons of a prediction are simply the largest contributions.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np

from recense.embeddings import EmbeddingBlock
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
        return {name: value for name, value in self.__dict__.items() if name not in ("_names", "_shared_names")}

    def attach(self, folder: Path) -> None:
        """Name the model folder, where the embedding is."""
        for block in self.features.blocks:
            if isinstance(block, EmbeddingBlock):
                block.attach(folder)

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
        # Nothing speaks for any category in a text without a word.
        accepted = confidence >= self.threshold and any(char.isalpha() for char in text)
        return Prediction(
            self.categories[best] if accepted else None,
            confidence,
            {name: round(float(p), DIGITS) for name, p in zip(self.categories, probabilities, strict=True)},
            not accepted,
            self.reasons(text, row, best, reasons),
        )

    def reasons(self, text: str, row: SparseRow, category: int, count: int) -> tuple[Reason, ...]:
        """The features that spoke most for a category, the strongest first.

        Weights are relative to the mean of all categories: what every category gains equally moves nothing. Columns
        of one name count as one feature.
        """
        weights = self.weights[row.indices]
        contributions = row.values * (weights[:, category] - weights.mean(axis=1))
        single, joined = self._by_feature(row, contributions)
        strongest = sorted(
            [*joined, *((float(single[i]), self._names[row.indices[i]]) for i in np.argsort(-single)[:count])],
            key=lambda pair: -pair[0],
        )
        return tuple(_reason(text, name, weight) for weight, name in strongest[:count] if weight > 0)

    def _by_feature(self, row: SparseRow, contributions: Vector) -> tuple[Vector, list[tuple[float, str]]]:
        """The contributions of columns with a name of their own, and the sums of those that share one."""
        single, joined = contributions, []
        for name, columns in self._shared_names.items():
            shares = (row.indices >= columns.start) & (row.indices < columns.stop)
            joined.append((float(contributions[shares].sum()), name))
            single = np.where(shares, 0.0, single)
        return single, joined

    @cached_property
    def _shared_names(self) -> dict[str, range]:
        """The columns of each block whose columns share one name."""
        borders = [0, *accumulate(block.width for block in self.features.blocks)]
        return {
            block.name: range(start, end)
            for block, (start, end) in zip(self.features.blocks, pairwise(borders), strict=True)
            if end > start + 1 and self._names[start] == self._names[start + 1]
        }


def _reason(text: str, name: str, weight: float) -> Reason:
    start, end = feature_span(name, text) or (None, None)
    return Reason(name, round(weight, DIGITS), start, end)


def softmax(scores: Vector) -> Vector:
    """Scores to probabilities over the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))
