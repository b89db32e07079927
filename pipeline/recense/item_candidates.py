"""Which stretches of a document may be an item, and what is known of each as a whole.

The sequence labellers judge sentence by sentence; whether a stretch is one whole item shows only in the stretch: how
long it is, whether it begins and ends with its block, whether its first sentence goes on with names of the sentence
before, whether the sentence after it does. A classifier of stretches weighs that (a segment model over the labellers'
probabilities, after Sarawagi and Cohen 2004 on semi-Markov models), and the best set of stretches is chosen.
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import Any, NamedTuple

import numpy as np

from recense.features import Vector
from recense.item_labels import Label, log_odds
from recense.records import Document
from recense.sentences import Unit
from recense.turns import Sentence, read_sentence
from recense.unit_features import ANAPHORA

# A sentence that so surely begins no item, or goes on with none, is not tried as a beginning or a continuation.
MIN_CHANCE = 0.02
# Longer items than 20 sentences do not stand beside others: such a document is one item.
MAX_UNITS = 20
KINDS = ("paragraph", "list_item", "heading", "table_row", "quote", "furniture")
# In place of a probability where there is no sentence, in log-odds.
SURELY, NEVER = 9.0, -9.0
# An item that is exactly right gains 1; this is what each one costs, right or wrong, and what the text that is kept
# gains for each line of it. Swept 0.3-0.5 with 0.05-0.3 and, below, 3-16 in 4 folds of train and dev: exact-item F1
# from 0.844 with 98.0 % of the items' text kept to 0.824 with 99.3 %; of those that keep 99.1 % this is best: 0.832.
COST_OF_ITEM = 0.4
WORTH_OF_LINE = 0.1
CHARACTERS_OF_LINE = 110
# A line that is lost from an item costs more than a line too many.
INSIDE_WEIGHT = 12.0
QUOTE_SIGNS = ("«", "“", '"')
NO_SENTENCE = Sentence("", frozenset(), frozenset(), frozenset(), ())


class Candidate(NamedTuple):
    """A stretch of units: the first, and the one after the last."""

    start: int
    end: int


def candidates_of(marginals: Vector) -> list[Candidate]:
    """The stretches that may be an item.

    Args:
        marginals: probability of each label of each unit (units x LABELS).
    """
    begins, goes_on = marginals[:, 0], marginals[:, 1]
    found = []
    for start in np.flatnonzero(begins >= MIN_CHANCE):
        for end in range(int(start) + 1, min(len(marginals), int(start) + MAX_UNITS) + 1):
            if end > start + 1 and goes_on[end - 1] < MIN_CHANCE:
                break
            found.append(Candidate(int(start), end))
    return found


def candidate_features(
    document: Document,
    units: Sequence[Unit],
    marginals: Vector,
    turning: Vector,
    place_words: frozenset[str],
    candidates: Sequence[Candidate],
) -> Vector:
    """What is known of each stretch (candidates x features).

    Args:
        document: the document.
        units: its units, in order.
        marginals: probability of each label of each unit (units x LABELS).
        turning: probability that each unit begins another item, if it is in one as the unit before is.
        place_words: words of the names of places, folded.
        candidates: the stretches, at least one, in order.
    """
    chances = _Chances.of(marginals, turning)
    sentences = [read_sentence(document.text[unit.start : unit.end], place_words) for unit in units]
    sizes = Counter(unit.block_index for unit in units)
    whole = _document_features(units, marginals)
    rows: list[list[float]] = []
    # The stretches with one beginning are looked at together: what is said of a longer one builds on the shorter.
    for start, same in groupby(candidates, key=lambda candidate: candidate.start):
        ends = [candidate.end for candidate in same]
        columns = np.hstack([_chance_features(chances, start, ends), _wording_features(sentences, start, ends)])
        rows += [
            [*row, *_layout_features(units, sizes, start, end), *whole]
            for row, end in zip(columns.tolist(), ends, strict=True)
        ]
    return np.array(rows, dtype=float)


class _Chances(NamedTuple):
    """What the labellers say of each unit, in log-odds and logarithms.

    The log-odds have one value more, for what stands after the last unit; `sum_goes_on[i]` sums up to unit i.
    """

    begins: Vector
    inside: Vector
    turning: Vector
    log_begins: Vector
    log_goes_on: Vector
    log_outside: Vector
    sum_goes_on: Vector

    @classmethod
    def of(cls, marginals: Vector, turning: Vector) -> "_Chances":
        begins, goes_on, outside = np.clip(marginals, 0.001, 1.0).T
        logs = np.log(goes_on)
        return cls(
            np.append(log_odds(begins / (begins + goes_on)), SURELY),
            np.append(log_odds(begins + goes_on), NEVER),
            np.append(log_odds(turning), SURELY),
            np.log(begins), logs, np.log(outside), np.array([0.0, *accumulate(logs)]),
        )  # fmt: skip


def _chance_features(chances: _Chances, start: int, ends: Sequence[int]) -> Vector:
    """What the labellers say of the stretches from one beginning to each end (ends x features)."""
    longest = max(ends)
    sizes = np.array(ends) - start
    within = slice(start + 1, longest)
    inside = chances.inside[start:longest]
    after = np.array(ends)
    return np.column_stack(
        [
            *(np.full(len(ends), value[start]) for value in (chances.begins, chances.inside, chances.turning)),
            np.full(len(ends), chances.log_begins[start]),
            chances.sum_goes_on[after] - chances.sum_goes_on[start + 1],
            _running(np.minimum, chances.log_goes_on[within], sizes, 0.0),
            np.minimum.accumulate(inside)[sizes - 1],
            np.cumsum(inside)[sizes - 1] / sizes,
            _running(np.maximum, chances.begins[within], sizes, NEVER),
            _running(np.maximum, chances.turning[within], sizes, NEVER),
            chances.begins[after],
            chances.inside[after],
            chances.turning[after],
            np.full(len(ends), chances.inside[start - 1] if start else NEVER),
            np.full(len(ends), chances.log_outside[start - 1] if start else 0.0),
        ]
    )


def _running(function: np.ufunc, values: Vector, sizes: np.ndarray[Any, np.dtype[np.int64]], single: float) -> Vector:
    """The extreme of the values up to each size, and what stands for it where a stretch has one unit only."""
    if not len(values):
        return np.full(len(sizes), single)
    return np.where(sizes > 1, function.accumulate(values)[np.maximum(sizes - 2, 0)], single)


def _layout_features(units: Sequence[Unit], sizes: Counter[int], start: int, end: int) -> list[float]:
    """How long the stretch is, and how it lies in the blocks."""
    first, last = units[start], units[end - 1]
    before = units[start - 1] if start else None
    after = units[end] if end < len(units) else None
    return [
        end - start,
        math.log(last.end - first.start),
        last.end - last.start,
        first.end - first.start,
        before.end - before.start if before else 0,
        after.end - after.start if after else 0,
        last.block_index - first.block_index,
        first.block_index - before.block_index if before else 0,
        first.first,
        last.last,
        first.first and last.last and first.block_index == last.block_index,
        first.block.kind == "heading" and before is not None and before.block.kind != "heading",
        _kind(first),
        _kind(last),
        _kind(after),
        after.block.level if after else 0,
        sizes[first.block_index],
        sizes[last.block_index],
        start / len(units),
    ]


def _kind(unit: Unit | None) -> float:
    return KINDS.index(unit.block.kind) if unit and unit.block.kind in KINDS else len(KINDS)


def _wording_features(sentences: Sequence[Sentence], start: int, ends: Sequence[int]) -> Vector:
    """What the stretches from one beginning share with the sentences beside them, and what those name besides."""
    first = sentences[start]
    before = sentences[start - 1] if start else NO_SENTENCE
    opening = [
        len(first.names),
        len(first.places - before.places),
        ANAPHORA.match(first.text) is not None,
        first.text.endswith("?"),
        before.text.endswith("?"),
        before.text.endswith(":"),
        first.text.startswith(QUOTE_SIGNS),
    ]
    names, words, places = set[str](), set[str](), set[str]()
    least_shared, end = 9, start
    rows = []
    for last in ends:
        while end < last:
            sentence = sentences[end]
            if end > start:
                least_shared = min(least_shared, len(sentences[end - 1].words & sentence.words))
            names |= sentence.names
            words |= sentence.words
            places |= sentence.places
            end += 1
        after = sentences[end] if end < len(sentences) else NO_SENTENCE
        rows.append(
            [
                *opening,
                len(names),
                len(places),
                len(names & after.names),
                len(words & after.words),
                len(after.names - names),
                len(after.places - places),
                len(names & before.names),
                len(words & before.words),
                least_shared,
                ANAPHORA.match(after.text) is not None,
                after.text.startswith(QUOTE_SIGNS),
            ]
        )
    return np.array(rows, dtype=float)


def _document_features(units: Sequence[Unit], marginals: Vector) -> list[float]:
    """How the items lie in the document as a whole: a document keeps to one way."""
    begins, goes_on, outside = marginals.T
    inside = begins + goes_on
    kinds = [unit.block.kind for unit in units]
    headings = [
        i for i in range(len(units) - 1)
        if kinds[i] == "heading" and kinds[i + 1] != "heading" and inside[i + 1] > 0.5
    ]  # fmt: skip
    opening = [i for i, unit in enumerate(units) if unit.first and unit.block.kind in ("paragraph", "list_item")]
    later = [i for i, unit in enumerate(units) if not unit.first and inside[i] > 0.5]
    return [
        len(units),
        len(headings),
        float(outside[headings].mean()) if headings else 0.5,
        float(begins[headings].mean()) if headings else 0.5,
        float(begins[opening].mean()) if opening else 0.5,
        float((begins[later] / inside[later]).mean()) if later else 0.0,
    ]


def best_labels(
    units: Sequence[Unit], marginals: Vector, candidates: Sequence[Candidate], chances: Sequence[float]
) -> list[Label]:
    """The labels of the set of stretches, none overlapping, from which most is to be expected.

    Expected are items that are exactly right, less what each one costs, and text that is kept (a minimum-risk
    decision, found by dynamic programming in one pass).

    Args:
        units: the document's units.
        marginals: probability of each label of each unit (units x LABELS).
        candidates: the stretches that may be an item.
        chances: for each, the probability that it is one.
    """
    lines = np.clip([(unit.end - unit.start) / CHARACTERS_OF_LINE for unit in units], 0.2, 4.0)
    inside = marginals[:, 0] + marginals[:, 1]
    kept = np.concatenate([[0.0], np.cumsum(WORTH_OF_LINE * lines * (INSIDE_WEIGHT * inside - (1 - inside)))])
    ending: dict[int, list[tuple[int, float]]] = {}
    for (start, end), chance in zip(candidates, chances, strict=True):
        ending.setdefault(end, []).append((start, chance - COST_OF_ITEM + float(kept[end] - kept[start])))
    best = [0.0]
    chosen: list[int | None] = [None]
    for end in range(1, len(units) + 1):
        gain, first = max(
            [(best[end - 1], None), *((best[start] + worth, start) for start, worth in ending.get(end, []))],
            key=lambda pair: pair[0],
        )
        best.append(gain)
        chosen.append(first)
    return _labels_of_choices(chosen)


def _labels_of_choices(chosen: Sequence[int | None]) -> list[Label]:
    """The labels, read back from the start of the stretch that was chosen to end at each unit."""
    labels: list[Label] = ["O"] * (len(chosen) - 1)
    end = len(labels)
    while end:
        first = chosen[end]
        if first is None:
            end -= 1
            continue
        labels[first] = "B"
        for index in range(first + 1, end):
            labels[index] = "I"
        end = first
    return labels
