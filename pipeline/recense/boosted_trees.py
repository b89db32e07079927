"""Applying boosted trees that scikit-learn has fitted, without scikit-learn.

Importing it would take longer than cutting a newsletter (see `features`); a test holds the two to the same numbers.
"""

from typing import Any

import numpy as np

from recense.features import Indices, Vector


class BoostedTrees:
    """Boosted trees that tell two classes apart.

    Args:
        features: the column that each node looks at (trees x nodes).
        thresholds: up to which value a row goes left.
        children: the left and the right child of each node (trees x nodes x 2); a leaf is its own child.
        values: what a row gains in each leaf, in log-odds; 0 elsewhere.
        baseline: the log-odds before any tree.
    """

    def __init__(
        self, features: Indices, thresholds: Vector, children: Indices, values: Vector, baseline: float
    ) -> None:
        self.features = features
        self.thresholds = thresholds
        self.children = children
        self.values = values
        self.baseline = baseline

    def probabilities(self, rows: Vector) -> Vector:
        """The probability of the second class for each row (rows x features)."""
        trees = np.arange(len(self.features))[:, None]
        numbers = np.arange(len(rows))[None, :]
        nodes = np.zeros((len(self.features), len(rows)), dtype=np.int64)
        while True:
            goes_right = rows[numbers, self.features[trees, nodes]] > self.thresholds[trees, nodes]
            following = self.children[trees, nodes, goes_right.astype(np.int64)]
            if np.array_equal(following, nodes):
                break
            nodes = following
        return np.asarray(1 / (1 + np.exp(-(self.baseline + self.values[trees, nodes].sum(axis=0)))))


def plain_trees(model: Any) -> BoostedTrees:
    """The trees of a fitted `HistGradientBoostingClassifier` of two classes and numeric features without gaps."""
    tables = [predictors[0].nodes for predictors in model._predictors]
    shape = len(tables), max(map(len, tables))
    features, thresholds = np.zeros(shape, dtype=np.int64), np.zeros(shape)
    children, values = np.tile(np.arange(shape[1])[None, :, None], (shape[0], 1, 2)), np.zeros(shape)
    for number, nodes in enumerate(tables):
        size, leaf = len(nodes), nodes["is_leaf"].astype(bool)
        features[number, :size] = np.where(leaf, 0, nodes["feature_idx"])
        thresholds[number, :size] = np.where(leaf, 0.0, nodes["num_threshold"])
        own = np.arange(size)
        children[number, :size, 0] = np.where(leaf, own, nodes["left"])
        children[number, :size, 1] = np.where(leaf, own, nodes["right"])
        values[number, :size] = np.where(leaf, nodes["value"], 0.0)
    return BoostedTrees(features, thresholds, children, values, float(model._baseline_prediction[0, 0]))
