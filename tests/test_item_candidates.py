import time
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import pytest

from recense.item_candidates import (
    CHARACTERS_OF_LINE,
    COST_OF_ITEM,
    INSIDE_WEIGHT,
    WORTH_OF_LINE,
    Candidate,
    best_labels,
    candidate_features,
    candidates_of,
)
from recense.item_labels import spans_of_labels
from recense.reading import read_text
from recense.sentences import Unit, document_units

TEXT = "Le CHU de Nantes imprime des visières. Elles partent le soir même. BioValley prête un local. Il est gratuit."
BEGINS, GOES_ON, OUTSIDE = [0.9, 0.05, 0.05], [0.05, 0.9, 0.05], [0.01, 0.01, 0.98]


def test_a_stretch_begins_where_an_item_may_and_ends_where_it_may_not_go_on() -> None:
    marginals = np.array([BEGINS, GOES_ON, OUTSIDE, BEGINS])
    assert candidates_of(marginals) == [(0, 1), (0, 2), (1, 2), (3, 4)]
    assert candidates_of(np.array([OUTSIDE])) == []


def test_no_stretch_is_longer_than_an_item_beside_others() -> None:
    found = candidates_of(np.array([BEGINS, *[GOES_ON] * 40]))
    assert max(candidate.end - candidate.start for candidate in found) == 20


def test_features_tell_of_the_stretch_as_a_whole() -> None:
    document = read_text(TEXT)
    units = document_units(document)
    marginals = np.array([BEGINS, GOES_ON, BEGINS, GOES_ON])
    candidates = [Candidate(0, 2), Candidate(0, 4), Candidate(2, 4)]
    turning = np.array([0.5, 0.1, 0.9, 0.1])
    rows = candidate_features(document, units, marginals, turning, frozenset({"nantes"}), candidates)
    assert rows.shape[0] == 3
    assert np.isfinite(rows).all()
    assert not np.array_equal(rows[0], rows[1])
    for candidate, row in zip(candidates, rows, strict=True):
        alone = candidate_features(document, units, marginals, turning, frozenset({"nantes"}), [candidate])
        np.testing.assert_allclose(alone[0], row)


@pytest.mark.parametrize(
    ("chances", "labels"),
    [
        ([0.9, 0.1, 0.9], ["B", "I", "B", "I"]),
        ([0.1, 0.9, 0.1], ["B", "I", "I", "I"]),
    ],
)
def test_the_likelier_stretches_become_items(chances: list[float], labels: list[str]) -> None:
    units = document_units(read_text(TEXT))
    marginals = np.array([BEGINS, GOES_ON, BEGINS, GOES_ON])
    candidates = [Candidate(0, 2), Candidate(0, 4), Candidate(2, 4)]
    assert best_labels(units, marginals, candidates, chances) == labels


def test_text_that_is_surely_outside_is_no_item_and_text_that_is_surely_inside_is_kept() -> None:
    units = document_units(read_text(TEXT))[:1]
    assert best_labels(units, np.array([OUTSIDE]), [Candidate(0, 1)], [0.2]) == ["O"]
    assert best_labels(units, np.array([BEGINS]), [Candidate(0, 1)], [0.3]) == ["B"]
    assert best_labels(units, np.array([OUTSIDE]), [], []) == ["O"]


def _gain(units: list[Unit], marginals: np.ndarray, chosen: Sequence[tuple[Candidate, float]]) -> float:
    """What the choice of some stretches gains, as `best_labels` counts it."""
    gain = 0.0
    for (start, end), chance in chosen:
        gain += chance - COST_OF_ITEM
        for unit, (begins, goes_on, outside) in zip(units[start:end], marginals[start:end], strict=True):
            line = min(4.0, max(0.2, (unit.end - unit.start) / CHARACTERS_OF_LINE))
            gain += WORTH_OF_LINE * line * (INSIDE_WEIGHT * (begins + goes_on) - outside)
    return gain


def test_no_other_choice_of_stretches_gains_more() -> None:
    units = document_units(read_text(TEXT))
    random = np.random.default_rng(0)
    for _ in range(20):
        marginals = random.dirichlet([0.3, 0.3, 2], size=4)
        candidates = [Candidate(s, e) for s in range(4) for e in range(s + 1, 5)]
        chances = random.random(len(candidates)).tolist()
        rated = list(zip(candidates, chances, strict=True))
        choices = [
            chosen
            for size in range(5)
            for chosen in combinations(rated, size)
            if all(one[0].end <= other[0].start for one, other in pairwise(chosen))
        ]
        best = max(choices, key=lambda chosen: _gain(units, marginals, chosen))
        spans = [(units[c.start].start, units[c.end - 1].end) for c, _ in best]
        assert [tuple(s) for s in spans_of_labels(units, best_labels(units, marginals, candidates, chances))] == spans


def test_the_work_grows_with_the_text_and_no_faster() -> None:
    document = read_text("Le CHU de Nantes imprime. " * 6000)
    units = document_units(document)
    marginals = np.tile([0.4, 0.4, 0.2], (6000, 1))
    started = time.perf_counter()
    candidates = candidates_of(marginals)
    rows = candidate_features(document, units, marginals, np.full(6000, 0.5), frozenset(), candidates)
    best_labels(units, marginals, candidates, [0.5] * len(rows))
    assert time.perf_counter() - started < 6
