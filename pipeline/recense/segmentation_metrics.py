"""How well two ways of cutting a text agree, in tokens.

A cut text is given by its boundaries: the numbers of tokens before which a new stretch begins, without 0 and the end.
Items and the text between them are stretches alike. Results come as (errors, cases), so that documents can be
added up before dividing. nltk and segeval define the windows of Pk differently; these are segeval's.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

TOKEN = re.compile(r"\w+|[^\w\s]")
# Boundary similarity takes neighbours for a near miss (Fournier 2013, n = 2), which costs half an error.
NEAR_MISS = 1
NEAR_MISS_COST = 0.5

Ratio = tuple[float, float]


def token_starts(text: str) -> list[int]:
    """Offsets of the words and signs of a text."""
    return [match.start() for match in TOKEN.finditer(text)]


def boundaries(starts: Sequence[int], spans: Iterable[tuple[int, int]]) -> set[int]:
    """Token numbers at which an item begins or the text after one does.

    Args:
        starts: offsets of the document's tokens, in order.
        spans: offsets of its items.
    """
    places = {place for span in spans for place in (_token_at(starts, span[0]), _token_at(starts, span[1]))}
    return places - {0, len(starts)}


def _token_at(starts: Sequence[int], offset: int) -> int:
    """Number of the first token that begins at the offset or after it."""
    return bisect_left(starts, offset)


def pk(reference: set[int], hypothesis: set[int], tokens: int) -> Ratio:
    """Pk (Beeferman et al. 1999): windows whose ends one cut puts into one stretch and the other into two."""
    width, (ours, theirs) = _window(reference, tokens), _counts(reference, hypothesis, tokens)
    places = range(max(0, tokens - width))
    errors = sum((ours[i + width] == ours[i]) != (theirs[i + width] == theirs[i]) for i in places)
    return errors, len(places)


def window_diff(reference: set[int], hypothesis: set[int], tokens: int) -> Ratio:
    """WindowDiff (Pevzner and Hearst 2002): windows in which the two have different numbers of boundaries."""
    width, (ours, theirs) = _window(reference, tokens), _counts(reference, hypothesis, tokens)
    places = range(max(0, tokens - width))
    errors = sum(ours[i + width] - ours[i] != theirs[i + width] - theirs[i] for i in places)
    return errors, len(places)


def _window(reference: set[int], tokens: int) -> int:
    """Half of the reference's mean stretch, at least 2 tokens."""
    return max(2, round(tokens / (len(reference) + 1) / 2))


def _counts(reference: set[int], hypothesis: set[int], tokens: int) -> tuple[list[int], list[int]]:
    """For each token, the number of boundaries before it, in both."""
    columns = []
    for cut in (reference, hypothesis):
        column, passed = [], 0
        for token in range(tokens):
            passed += token in cut
            column.append(passed)
        columns.append(column)
    return columns[0], columns[1]


def boundary_edits(reference: set[int], hypothesis: set[int]) -> Ratio:
    """Errors and cases of boundary similarity (Fournier 2013), which is 1 - errors / cases.

    A boundary of one that is next to one of the other is a near miss; other differences are full errors.
    """
    matches = reference & hypothesis
    ours, theirs = sorted(reference - matches), sorted(hypothesis - matches)
    left_over, near, missed = set(theirs), 0, 0
    for place in ours:
        neighbour = next((p for p in (place - NEAR_MISS, place + NEAR_MISS) if p in left_over), None)
        if neighbour is None:
            missed += 1
        else:
            left_over.remove(neighbour)
            near += 1
    full = missed + len(left_over)
    return full + NEAR_MISS_COST * near, full + near + len(matches)


def matched_within(reference: Sequence[int], hypothesis: Sequence[int], tolerance: int) -> int:
    """Number of boundaries that can be paired one to one within a tolerance in tokens.

    Args:
        reference: token numbers, sorted.
        hypothesis: token numbers, sorted.
        tolerance: the largest distance of a pair.
    """
    matched = first = 0
    for place in reference:
        while first < len(hypothesis) and hypothesis[first] < place - tolerance:
            first += 1
        if first < len(hypothesis) and hypothesis[first] <= place + tolerance:
            matched += 1
            first += 1
    return matched
