import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from recense.boosted_trees import plain_trees


def test_the_plain_trees_give_what_scikit_learn_gives() -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(500, 6))
    rows[:, 0] = np.round(rows[:, 0])
    answers = (rows[:, 0] + rows[:, 1] * rows[:, 2] > 0.3).astype(int)
    model = HistGradientBoostingClassifier(max_iter=30, max_leaf_nodes=7, min_samples_leaf=5).fit(rows, answers)
    unseen = random.normal(size=(200, 6))
    np.testing.assert_allclose(plain_trees(model).probabilities(unseen), model.predict_proba(unseen)[:, 1], atol=1e-12)
    assert plain_trees(model).probabilities(unseen[:0]).shape == (0,)
