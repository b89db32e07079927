"""Labels of sentences: from probabilities to labels, from labels to items, and back.

Each sentence unit is the Beginning of an item, Inside one, or Outside all of them; an item is a B and the I that
follow. What is known of documents as a whole (headings keep to one way, quotations are never items) is set right here.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np

from recense.features import Vector
from recense.reading.layout import SENTENCE_END
from recense.records import Document
from recense.sentences import Unit

Label = Literal["B", "I", "O"]
LABELS: tuple[Label, ...] = ("B", "I", "O")
TAGS_OF_LABEL: dict[Label, str] = {"B": "BU", "I": "IL", "O": "O"}
# Where the headings over items are on average less sure than this to be outside, they are titles of their items.
# Swept 0.5-0.7 in 4 folds of train and dev: exact-item F1 0.812 to 0.810.
MAX_OUTSIDE_OF_TITLES = 0.5
# Where a document is one item, a sentence that is lost costs more than a sentence too many. Swept 1-4 in 4 folds of
# train and dev: exact-item F1 0.841 to 0.842, text kept 98.6 to 98.7 %.
INSIDE_WEIGHT = 2.5
# The word of the classifier of turns; swept 0.5-2 in 4 folds of train and dev.
TURN_WEIGHT = 1.5


class ItemSpan(NamedTuple):
    """Offsets of an item in its document's text."""

    start: int
    end: int


def tags_of_labels(labels: Sequence[Label]) -> list[str]:
    """The labels as the models see them: U is an item of one unit, L the last of a longer one.

    A list of one-sentence items is U U U, which a model that knows only B and I takes for a mistake, since most
    items have several sentences (Ratinov and Roth 2009 on the BILOU scheme).
    """
    tags: list[str] = []
    for label, following in zip(labels, [*labels[1:], "O"], strict=True):
        goes_on = following == "I"
        if label == "B":
            tags.append("B" if goes_on else "U")
        else:
            tags.append("L" if label == "I" and not goes_on else label)
    return tags


def with_turns(marginals: Vector, turning: Vector, within: np.ndarray[Any, np.dtype[np.bool_]]) -> Vector:
    """What is surely in an item is parted anew between going on and beginning: half the word of each model.

    Args:
        marginals: probability of each label of each unit (units x LABELS).
        turning: probability that each unit begins another item, if it is in one as the unit before is.
        within: whether it stands within a block; at the start of one the layout is the better witness.
    """
    inside = marginals[:, 0] + marginals[:, 1]
    begins = np.divide(marginals[:, 0], inside, out=np.full_like(inside, 0.5), where=inside > 0)
    odds = (log_odds(begins) + log_odds(turning)) / 2 + np.log(TURN_WEIGHT)
    begins = np.where(within, 1 / (1 + np.exp(-odds)), begins)
    return np.column_stack([inside * begins, inside * (1 - begins), marginals[:, 2]])


def log_odds(probability: Vector) -> Vector:
    """The logarithm of p / (1 - p), of what is sure too: no probability is taken as nearer to 0 or 1 than 0.005."""
    sure = np.clip(probability, 0.005, 0.995)
    return np.asarray(np.log(sure / (1 - sure)))


def likeliest_single_item(marginals: Vector) -> list[Label]:
    """The labels with the highest product of probabilities among those with exactly one item.

    Args:
        marginals: probability of each label of each unit (units x LABELS).
    """
    scores = np.log(np.clip(marginals * [INSIDE_WEIGHT, INSIDE_WEIGHT, 1.0], 1e-12, None))
    begins, inside, outside = scores.T
    # What it adds that a unit is in the item and not outside; the item's first unit is a B.
    gain = np.concatenate([[0.0], np.cumsum(inside - outside)])
    first = begins - outside
    units = range(len(scores))
    # Of each last unit the best first one; the earliest of equal ones.
    spans = [
        (first[start] + gain[end + 1] - gain[start + 1], -start, -end) for end in units for start in range(end + 1)
    ]
    _, start, end = max(spans)
    return ["B" if i == -start else "I" if -start < i <= -end else "O" for i in units]


def spans_of_labels(units: Sequence[Unit], labels: Sequence[Label]) -> list[ItemSpan]:
    """Each B with the I that follow; an I after an O begins an item too."""
    spans: list[ItemSpan] = []
    previous: Label = "O"
    for unit, label in zip(units, labels, strict=True):
        if label == "B" or (label == "I" and previous == "O"):
            spans.append(ItemSpan(unit.start, unit.end))
        elif label == "I":
            spans[-1] = ItemSpan(spans[-1].start, unit.end)
        previous = label
    return spans


def with_consistent_headings(
    units: Sequence[Unit], labels: Sequence[Label], marginals: Vector, is_place: Sequence[bool]
) -> list[Label]:
    """Headings of single items are all in their items or none of them is: a document keeps to one way.

    Args:
        units: the document's units.
        labels: the label of each.
        marginals: probability of each label of each unit (units x LABELS).
        is_place: whether the unit is the name of a place, which stands over items and belongs to none.
    """
    titles = [i for i in range(len(units) - 1) if _is_title(units, labels, i) and not is_place[i]]
    if not titles or float(marginals[titles, LABELS.index("O")].mean()) > MAX_OUTSIDE_OF_TITLES:
        return list(labels)
    joined = list(labels)
    for index in titles:
        joined[index], joined[index + 1] = "B", "I"
    return joined


def _is_title(units: Sequence[Unit], labels: Sequence[Label], index: int) -> bool:
    """Whether a heading stands directly over the first unit of an item, or begins that item."""
    heading, below = units[index], units[index + 1]
    if heading.block.kind != "heading" or below.block.kind == "heading" or not below.first:
        return False
    return labels[index + 1] == "B" or (labels[index] == "B" and labels[index + 1] == "I")


def with_cut_sentences_joined(text: str, units: Sequence[Unit], labels: Sequence[Label]) -> list[Label]:
    """Let an item go on over page furniture that stands in the middle of one of its sentences."""
    joined = list(labels)
    for index, unit in enumerate(units):
        following = index + 1
        while following < len(units) and units[following].block.kind == "furniture":
            following += 1
        if following == index + 1 or following == len(units) or joined[index] == "O":
            continue
        if not SENTENCE_END.search(text[unit.start : unit.end]) and text[units[following].start].islower():
            joined[index + 1 : following + 1] = ["I"] * (following - index)
    return joined


def without_introductions(document: Document, units: Sequence[Unit], labels: Sequence[Label]) -> list[Label]:
    """Take out paragraphs that end with a colon before a list of items: they announce the items, all at once."""
    beginning = {unit.block_index for unit, label in zip(units, labels, strict=True) if label == "B"}
    blocks = document.blocks
    announcing = {
        index
        for index, (block, following) in enumerate(pairwise(blocks))
        if block.kind in ("paragraph", "heading")
        and document.text[block.end - 1] == ":"
        and following.kind == "list_item"
        and {index + 1, index + 2} & beginning
    }
    return ["O" if unit.block_index in announcing else label for unit, label in zip(units, labels, strict=True)]


def without_foreign_edges(labels: Sequence[Label], foreign: Sequence[bool]) -> list[Label]:
    """Take quotations, links and buttons off the beginning and the end of each item; one between may stay.

    What officials say of an initiative is not the initiative. An item of nothing else disappears.

    Args:
        labels: the label of each unit.
        foreign: whether it is a quotation, a link or a button.
    """
    trimmed: list[Label] = ["O"] * len(labels)
    for start, end in _runs(labels):
        written = [i for i in range(start, end) if not foreign[i]]
        if written:
            first, last = written[0], written[-1]
            trimmed[first] = "B"
            for index in range(first + 1, last + 1):
                trimmed[index] = "I"
    return trimmed


def _runs(labels: Sequence[Label]) -> list[tuple[int, int]]:
    """First unit and unit after the last of each item."""
    starts = [i for i, label in enumerate(labels) if label == "B" or (label == "I" and (not i or labels[i - 1] == "O"))]
    runs = []
    for start in starts:
        end = start + 1
        while end < len(labels) and labels[end] == "I":
            end += 1
        runs.append((start, end))
    return runs


def labels_of_spans(units: Sequence[Unit], spans: Iterable[tuple[int, int]]) -> list[Label]:
    """The labels that come nearest to known item borders: what the splitter is trained on.

    A unit belongs to the item that covers most of it, if that is more than half of the unit.
    """
    ordered = sorted(spans)
    labels: list[Label] = []
    previous: int | None = None
    for unit in units:
        owner = _owner(unit, ordered)
        labels.append("O" if owner is None else "I" if owner == previous else "B")
        previous = owner
    return labels


def _owner(unit: Unit, spans: Sequence[tuple[int, int]]) -> int | None:
    best, most = None, 0.5 * (unit.end - unit.start)
    for index, (start, end) in enumerate(spans):
        shared = min(unit.end, end) - max(unit.start, start)
        if shared > most:
            best, most = index, shared
    return best
