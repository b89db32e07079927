"""Documents to items: a trained sequence labeller says where each initiative begins and ends.

Each sentence unit is the Beginning of an item, Inside one, or Outside all of them. The labeller is a
linear-chain conditional random field (Lafferty et al. 2001, through CRFsuite) over layout, wording,
cohesion and position, and over the verdict of a classifier that sees the sentence alone; an item is a B
and the I that follow, so it may span several paragraphs, and a paragraph may hold two items. Several fields,
trained on different variants of the documents, vote: one alone changes its mind with every added document.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
import pycrfsuite

from recense.classification import Classifier
from recense.features import Vector
from recense.language import identify
from recense.reading.layout import SENTENCE_END
from recense.records import Document, Item
from recense.sentences import Unit, document_units, quoted_units
from recense.turns import turn_texts
from recense.unit_features import (
    BLOCKS,
    DATE,
    PARTS_OF_BLOCKS,
    SINGLE,
    SentenceVerdict,
    Verdicts,
    document_features,
    is_place_heading,
    likeliest_shape,
    skeleton,
)

Label = Literal["B", "I", "O"]
LABELS: tuple[Label, ...] = ("B", "I", "O")
TAGS_OF_LABEL: dict[Label, str] = {"B": "BU", "I": "IL", "O": "O"}
# How sure it must be that a document is one item before no other number is considered. Swept
# 0.5-0.85 in 4 folds of train and dev: exact-item F1 0.812 to 0.811.
SURE_OF_SINGLE = 0.5
# Where the headings over items are on average less sure than this to be outside, they are titles of their items.
# Swept 0.5-0.7 likewise: 0.812 to 0.810.
MAX_OUTSIDE_OF_TITLES = 0.5
# What a sentence may be to an item, by its wording alone.
BEGINS, GOES_ON, OUTSIDE = "begins", "goes on", "outside"
PARTS = (BEGINS, GOES_ON, OUTSIDE)
# An initiative that is lost costs more than a sentence too many. Swept 1-3 in 4 folds of train and dev: from 1 to 2.5
# exact-item F1 hardly falls (0.797 to 0.794) while 0.6 % more of the items' text is kept.
INSIDE_WEIGHT = 2.5
# The sequence labellers go by the layout where it is clear; where it misleads, the wording alone is a second opinion on
# what is inside. Its weight was swept 0-0.4 likewise: up to 0.2 exact-item F1 falls by less than 0.003 while 0.3 % more
# of the items' text is kept.
SECOND_OPINION = 0.15
# Where the items of a document are blocks, a block's first sentence rather begins one than goes on (swept 1-3: 2.5);
# where they are parts of blocks too, if less surely (1, 1.5, 2.5: 1.5).
BLOCK_START_WEIGHTS = {BLOCKS: 2.5, PARTS_OF_BLOCKS: 1.5}
# Within a block a sentence either GOES_ON with an item or TURNS to another. The classifier of turns is heard where the
# items most probably are parts of blocks: on prose it lifts exact-item F1 from 0.47 to 0.53 (4 folds of train and dev,
# 668 items). The weight was swept 0.5-2.
TURNS = "turns"
SURE_OF_PARTS = 0.5
TURN_WEIGHT = 1.5
MAX_TITLE_CHARS = 90
# Up to a stop or a dash, but not one in brackets: "(Centre – Val de Loire region)".
FIRST_CLAUSE = re.compile(r"(?:\([^()]*\)|.){20,}?(?=[.;:!?]\s|\s[–—-]\s|$)", re.DOTALL)
# "Laval, le 3 mai 2020 – " says where and when, not what.
DATELINE = re.compile(r"[^\W\d_][^\n.;:!?,–—]{1,40}?\s?[,–—-]\s[^.;:!?]{0,30}\d{4}\b[^.;:!?–—]{0,20}?\s*[.:–—-]\s+")


class ItemSpan(NamedTuple):
    """Offsets of an item in its document's text."""

    start: int
    end: int


class Splitter:
    """A trained splitter.

    Args:
        wording: tells from a sentence's words alone whether it BEGINS an item, GOES_ON with one or is OUTSIDE.
        shape: tells from a document's skeleton how its items lie in it.
        turns: tells from a sentence and notes on its surroundings whether it TURNS to another item.
        place_words: words of the names of places, folded.
        sequences: CRFsuite models, each as the bytes that it wrote; their probabilities are averaged.
    """

    def __init__(
        self,
        wording: Classifier,
        shape: Classifier,
        turns: Classifier,
        place_words: frozenset[str],
        sequences: Sequence[bytes],
    ) -> None:
        self.wording = wording
        self.shape = shape
        self.turns = turns
        self.place_words = place_words
        self.sequences = tuple(sequences)
        self._taggers: list[Any] = []

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_taggers"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _taggers=[])

    def spans(self, document: Document) -> list[ItemSpan]:
        """Offsets of the document's items, in order, not overlapping."""
        units = document_units(document)
        if not units:
            return []
        shape = shape_verdict(self.shape, document)
        labels = without_introductions(document, units, self._labels(document, units, shape))
        labels = with_cut_sentences_joined(document.text, units, labels)
        quoted = quoted_units(document.text, units)
        foreign = [q or unit.block.kind == "furniture" for q, unit in zip(quoted, units, strict=True)]
        spans = spans_of_labels(units, without_foreign_edges(labels, foreign))
        return [span for span in spans if _tells_something(span, units)]

    def _labels(self, document: Document, units: Sequence[Unit], shape: dict[str, float]) -> list[Label]:
        verdicts = Verdicts(sentence_verdicts(self.wording, document, units), shape, self.place_words)
        marginals = self._marginals(document_features(document, units, verdicts))
        marginals = with_second_opinion(marginals, units, np.array([verdict.inside for verdict in verdicts.sentences]))
        if shape.get(SINGLE, 0.0) >= SURE_OF_SINGLE:
            return likeliest_single_item(marginals)
        if shape.get(PARTS_OF_BLOCKS, 0.0) >= SURE_OF_PARTS:
            marginals = self._with_turns(marginals, document, units)
        weights = start_weights(units, likeliest_shape(shape))
        places = [is_place_heading(document.text[u.start : u.end], self.place_words) for u in units]
        return with_consistent_headings(units, likeliest_labels(marginals, weights), marginals, places)

    def _with_turns(self, marginals: Vector, document: Document, units: Sequence[Unit]) -> Vector:
        """The marginals, with the classifier of turns heard on where an item ends and another begins."""
        texts = turn_texts(document, units, self.place_words)
        turning = self.turns.probabilities(texts)[:, self.turns.categories.index(TURNS)]
        within = np.array([not unit.first for unit in units])
        return with_turns(marginals, turning, within)

    def _marginals(self, features: list[list[str]]) -> Vector:
        """Probability of each label of each unit (units x LABELS), the mean of all models."""
        if not self._taggers:
            self._taggers = [_opened(sequence) for sequence in self.sequences]
        total = np.zeros((len(features), len(LABELS)))
        for tagger in self._taggers:
            tagger.set(features)
            total += [[_marginal(tagger, label, index) for label in LABELS] for index in range(len(features))]
        return np.asarray(total / len(self._taggers))


def _tells_something(span: ItemSpan, units: Sequence[Unit]) -> bool:
    """Whether there is more than a heading in it; of 2,100 labelled items none is a heading alone."""
    return any(u.block.kind != "heading" for u in units if span.start <= u.start and u.end <= span.end)


def _marginal(tagger: Any, label: Label, index: int) -> float:
    return float(sum(tagger.marginal(tag, index) for tag in TAGS_OF_LABEL[label]))


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


def _opened(sequence: bytes) -> Any:
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(sequence)
    return tagger


def start_weights(units: Sequence[Unit], shape: str) -> list[float]:
    """For each unit, how much more than its probability a beginning counts: more at the start of a block."""
    weight = BLOCK_START_WEIGHTS.get(shape, 1.0)
    return [weight if unit.first else 1.0 for unit in units]


def with_second_opinion(marginals: Vector, units: Sequence[Unit], inside: Vector) -> Vector:
    """The marginals, with the wording of each sentence heard once more on whether it is in an item.

    Args:
        marginals: probability of each label of each unit (units x LABELS).
        units: the units; what is not running text is left as it is.
        inside: probability by the wording alone that each is in an item.
    """
    before = marginals[:, 0] + marginals[:, 1]
    odds = (1 - SECOND_OPINION) * _log_odds(before) + SECOND_OPINION * _log_odds(inside)
    running = np.array([unit.block.kind not in ("heading", "table_row", "furniture") for unit in units])
    after = np.where(running, 1 / (1 + np.exp(-odds)), before)
    begins = np.divide(marginals[:, 0], before, out=np.full_like(before, 0.5), where=before > 0)
    return np.column_stack([after * begins, after * (1 - begins), 1 - after])


def with_turns(marginals: Vector, turning: Vector, within: np.ndarray[Any, np.dtype[np.bool_]]) -> Vector:
    """What is surely in an item is parted anew between going on and beginning: half the word of each model.

    Args:
        marginals: probability of each label of each unit (units x LABELS).
        turning: probability that each unit begins another item, if it is in one as the unit before is.
        within: whether it stands within a block; at the start of one the layout is the better witness.
    """
    inside = marginals[:, 0] + marginals[:, 1]
    begins = np.divide(marginals[:, 0], inside, out=np.full_like(inside, 0.5), where=inside > 0)
    odds = (_log_odds(begins) + _log_odds(turning)) / 2 + np.log(TURN_WEIGHT)
    begins = np.where(within, 1 / (1 + np.exp(-odds)), begins)
    return np.column_stack([inside * begins, inside * (1 - begins), marginals[:, 2]])


def _log_odds(probability: Vector) -> Vector:
    sure = np.clip(probability, 0.005, 0.995)
    return np.asarray(np.log(sure / (1 - sure)))


def likeliest_labels(marginals: Vector, start_weights: Sequence[float]) -> list[Label]:
    """Whether each unit is in an item, and then where one begins.

    Two steps, because a sentence that surely is in an item, but may begin it or go on with it, has its probability
    parted between two labels, and would lose to the one label of what is outside.

    Args:
        marginals: probability of each label of each unit (units x LABELS).
        start_weights: for each unit, how much more than its probability a beginning counts.
    """
    labels: list[Label] = []
    for (begins, goes_on, outside), weight in zip(marginals, start_weights, strict=True):
        if INSIDE_WEIGHT * (begins + goes_on) <= outside:
            labels.append("O")
        elif not labels or labels[-1] == "O" or weight * begins > goes_on:
            labels.append("B")
        else:
            labels.append("I")
    return labels


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


def sentence_verdicts(wording: Classifier, document: Document, units: Sequence[Unit]) -> list[SentenceVerdict]:
    """For each unit, what a sentence so worded is to an item."""
    begins, goes_on = wording.categories.index(BEGINS), wording.categories.index(GOES_ON)
    rows = wording.probabilities([document.text[u.start : u.end] for u in units])
    return [SentenceVerdict(float(row[begins]), float(row[begins] + row[goes_on])) for row in rows]


def shape_verdict(shape: Classifier, document: Document) -> dict[str, float]:
    """Probability of each way in which items may lie in a document."""
    (row,) = shape.probabilities([skeleton(document)])
    return {name: float(p) for name, p in zip(shape.categories, row, strict=True)}


def split(document: Document, splitter: Splitter, *, min_chars: int = 0) -> list[Item]:
    """The items of a document, in order; `item.text == document.text[item.start:item.end]`."""
    spans = [span for span in splitter.spans(document) if span.end - span.start >= min_chars]
    return [make_item(document, span) for span in spans]


def make_item(document: Document, span: ItemSpan) -> Item:
    """The record of one stretch of a document, with its language and title."""
    text = document.text[span.start : span.end]
    guess = identify(text, document.language)
    item_id = f"{document.document_id[:16]}-{span.start}-{span.end}"
    return Item(
        item_id, document.document_id, document.source, title_of(text, _heading(document, span)),
        span.start, span.end, text, guess.language, guess.confidence,
    )  # fmt: skip


def _heading(document: Document, span: ItemSpan) -> str | None:
    """The heading that the item begins with, if it has one."""
    for block in document.blocks:
        if block.kind == "heading" and block.start == span.start and block.end < span.end:
            return document.text[block.start : block.end]
    return None


def title_of(text: str, heading: str | None) -> str:
    """The item's heading, or its first clause, on one line and not longer than 90 characters."""
    if heading is None:
        dateline = DATELINE.match(text)
        start = dateline.end() if dateline and DATE.search(dateline.group()) else 0
        match = FIRST_CLAUSE.match(text, start)
        heading = match.group() if match else text
    title = " ".join(heading.split()).rstrip(" .:;,")
    if len(title) <= MAX_TITLE_CHARS:
        return title
    return title[: MAX_TITLE_CHARS - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


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
