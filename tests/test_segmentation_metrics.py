"""The measures of splitting agree with the reference implementation (segeval) on random cuts."""

import pytest
import segeval
from hypothesis import given
from hypothesis import strategies as st

from recense.segmentation_metrics import (
    boundaries,
    boundary_edits,
    matched_within,
    pk,
    token_starts,
    window_diff,
)

MASSES = st.lists(st.integers(1, 9), min_size=3, max_size=12)


def _cut(masses: list[int]) -> set[int]:
    places, position = set[int](), 0
    for mass in masses[:-1]:
        position += mass
        places.add(position)
    return places


def _same_length(one: list[int], other: list[int]) -> tuple[list[int], list[int]]:
    """The shorter one gets a longer last stretch."""
    lack = sum(one) - sum(other)
    return (one, [*other[:-1], other[-1] + lack]) if lack >= 0 else ([*one[:-1], one[-1] - lack], other)


@given(MASSES, MASSES)
def test_windows_agree_with_segeval(one: list[int], other: list[int]) -> None:
    reference, hypothesis = _same_length(one, other)
    tokens = sum(reference)
    for ours, theirs in ((pk, segeval.pk), (window_diff, segeval.window_diff)):
        errors, cases = ours(_cut(reference), _cut(hypothesis), tokens)
        expected = float(theirs(hypothesis, reference))
        assert (errors / cases if cases else 0.0) == pytest.approx(expected), ours.__name__


@given(MASSES)
def test_a_cut_agrees_with_itself(masses: list[int]) -> None:
    cut, tokens = _cut(masses), sum(masses)
    assert pk(cut, cut, tokens)[0] == window_diff(cut, cut, tokens)[0] == boundary_edits(cut, cut)[0] == 0


@pytest.mark.parametrize(
    ("reference", "hypothesis"),
    [([5, 5, 5], [4, 6, 5]), ([2, 9], [3, 8]), ([2, 9], [4, 7]), ([5, 5, 5], [15]), ([3, 3, 3, 3], [3, 4, 2, 3])],
)
def test_boundary_similarity_agrees_with_segeval(reference: list[int], hypothesis: list[int]) -> None:
    errors, cases = boundary_edits(_cut(reference), _cut(hypothesis))
    assert 1 - errors / cases == pytest.approx(float(segeval.boundary_similarity(reference, hypothesis)))


def test_boundaries_are_the_tokens_at_which_items_begin_and_end() -> None:
    text = "Intro : un don. Et la fin."
    assert boundaries(token_starts(text), [(8, 15)]) == {2, 5}


@pytest.mark.parametrize(("tolerance", "matched"), [(0, 1), (1, 3)])
def test_boundaries_are_paired_one_to_one_within_the_tolerance(tolerance: int, matched: int) -> None:
    assert matched_within([3, 10, 20, 21], [3, 11, 19], tolerance) == matched
