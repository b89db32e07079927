import numpy as np
import pytest

from recense.classification import Classifier, softmax
from recense.features import normalise
from recense.model_store import Model

TEXT = "Le laboratoire livre une analyse sérologique et des tests PCR dans toute la Bretagne."


def test_scores_are_probabilities_of_all_categories(model: Model) -> None:
    prediction = model.classifier.predict(TEXT)
    assert list(prediction.scores) == list(model.manifest.taxonomy.ids)
    assert sum(prediction.scores.values()) == pytest.approx(1, abs=1e-4)
    assert prediction.confidence == max(prediction.scores.values())


@pytest.mark.parametrize(("threshold", "category", "review"), [(0.0, "b", False), (0.999, None, True)])
def test_it_abstains_below_its_threshold(threshold: float, category: str | None, review: bool, model: Model) -> None:
    width = len(model.classifier.features.names())
    weights = np.zeros((width, 2))
    classifier = Classifier(model.classifier.features, weights, np.array([0.0, 1.0]), ["a", "b"], threshold=threshold)
    prediction = classifier.predict(TEXT)
    assert (prediction.category, prediction.needs_review) == (category, review)


def test_contributions_and_bias_add_up_to_the_score(model: Model) -> None:
    classifier = model.classifier
    row = classifier.features.row(TEXT)
    scores = classifier.decision_scores(row)
    for column in range(len(classifier.categories)):
        contributions = row.values * classifier.weights[row.indices, column]
        assert contributions.sum() + classifier.bias[column] == pytest.approx(scores[column], abs=1e-9)


def test_reasons_point_into_the_text(model: Model) -> None:
    reasons = model.classifier.predict(TEXT, reasons=8).reasons
    assert len(reasons) == 8
    assert [reason.weight for reason in reasons] == sorted((reason.weight for reason in reasons), reverse=True)
    words = [r for r in reasons if r.feature.startswith("word") and r.start is not None]
    assert all(normalise(TEXT[r.start : r.end])[:2] == r.feature.split(": ")[1][:2] for r in words)


def test_an_empty_text_gets_a_prediction_to_review(model: Model) -> None:
    prediction = model.classifier.predict("")
    assert prediction.needs_review
    assert prediction.reasons == ()


def test_softmax_survives_large_scores() -> None:
    np.testing.assert_allclose(softmax(np.array([1000.0, 0.0])), [1.0, 0.0])
