"""Documents to items: a trained sequence labeller says where each initiative begins and ends.

Each sentence unit is the Beginning of an item, Inside one, or Outside all of them. The labeller is a
linear-chain conditional random field (Lafferty et al. 2001, through CRFsuite) over layout, wording,
cohesion and position, and over the verdict of a classifier that sees the sentence alone; an item is a B
and the I that follow, so it may span several paragraphs, and a paragraph may hold two items. Several fields,
trained on different documents, vote: one alone changes its mind with every added document. A last classifier looks
at whole stretches of sentences, and the best set of stretches becomes the items.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pycrfsuite

from recense.boosted_trees import BoostedTrees
from recense.classification import Classifier
from recense.features import Vector
from recense.item_candidates import best_labels, candidate_features, candidates_of
from recense.item_labels import (
    LABELS,
    TAGS_OF_LABEL,
    ItemSpan,
    Label,
    likeliest_single_item,
    spans_of_labels,
    with_consistent_headings,
    with_cut_sentences_joined,
    with_turns,
    without_foreign_edges,
    without_introductions,
)
from recense.language import identify
from recense.records import Document, Item
from recense.sentences import Unit, document_units, quoted_units
from recense.turns import turn_texts
from recense.unit_features import (
    DATE,
    SINGLE,
    SentenceVerdict,
    Verdicts,
    document_features,
    is_place_heading,
    skeleton,
)

# How sure it must be that a document is one item before no other number is considered. Swept
# 0.4-0.7 in 4 folds of train and dev: exact-item F1 0.837 to 0.842, the same from 0.5 on.
SURE_OF_SINGLE = 0.5
# What a sentence may be to an item, by its wording alone.
BEGINS, GOES_ON, OUTSIDE = "begins", "goes on", "outside"
PARTS = (BEGINS, GOES_ON, OUTSIDE)
# Within a block a sentence either GOES_ON with an item or TURNS to another.
TURNS = "turns"
MAX_TITLE_CHARS = 90
# Up to a stop or a dash, but not one in brackets: "(Centre – Val de Loire region)".
FIRST_CLAUSE = re.compile(r"(?:\([^()]*\)|.){20,}?(?=[.;:!?]\s|\s[–—-]\s|$)", re.DOTALL)
# "Laval, le 3 mai 2020 – " says where and when, not what.
DATELINE = re.compile(r"[^\W\d_][^\n.;:!?,–—]{1,40}?\s?[,–—-]\s[^.;:!?]{0,30}\d{4}\b[^.;:!?–—]{0,20}?\s*[.:–—-]\s+")


class SentenceModels(NamedTuple):
    """Classifiers that the sequence labellers and the choice of items rest on.

    Attributes:
        wording: tells from a sentence's words alone whether it BEGINS an item, GOES_ON with one or is OUTSIDE.
        shape: tells from a document's skeleton how its items lie in it.
        turns: tells from a sentence and notes on its surroundings whether it TURNS to another item.
    """

    wording: Classifier
    shape: Classifier
    turns: Classifier


class Splitter:
    """A trained splitter.

    Args:
        models: what tells of single sentences and of the document's shape.
        place_words: words of the names of places, folded.
        sequences: CRFsuite models, each as the bytes that it wrote; their probabilities are averaged.
        chooser: tells from the features of a stretch of sentences whether it is an item.
    """

    def __init__(
        self,
        models: SentenceModels,
        place_words: frozenset[str],
        sequences: Sequence[bytes],
        chooser: BoostedTrees,
    ) -> None:
        self.models = models
        self.place_words = place_words
        self.sequences = tuple(sequences)
        self.chooser = chooser
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
        labels = without_introductions(document, units, self._labels(document, units))
        labels = with_cut_sentences_joined(document.text, units, labels)
        quoted = quoted_units(document.text, units)
        foreign = [q or unit.block.kind == "furniture" for q, unit in zip(quoted, units, strict=True)]
        spans = spans_of_labels(units, without_foreign_edges(labels, foreign))
        return [span for span in spans if _tells_something(span, units)]

    def _labels(self, document: Document, units: Sequence[Unit]) -> list[Label]:
        if not self._taggers:
            self._taggers = [opened(sequence) for sequence in self.sequences]
        signals = unit_signals(self.models, self.place_words, self._taggers, document, units)
        if signals.shape.get(SINGLE, 0.0) >= SURE_OF_SINGLE:
            return likeliest_single_item(signals.marginals)
        labels = self._chosen(document, units, signals)
        places = [is_place_heading(document.text[u.start : u.end], self.place_words) for u in units]
        return with_consistent_headings(units, labels, signals.marginals, places)

    def _chosen(self, document: Document, units: Sequence[Unit], signals: "Signals") -> list[Label]:
        candidates = candidates_of(signals.marginals)
        if not candidates:
            return ["O"] * len(units)
        features = candidate_features(document, units, signals.marginals, signals.turning, self.place_words, candidates)
        chances = self.chooser.probabilities(features).tolist()
        return best_labels(units, signals.marginals, candidates, chances)


class Signals(NamedTuple):
    """What is known of a document's units before items are chosen.

    Attributes:
        shape: probability of each way in which the items may lie in the document.
        marginals: probability of each label of each unit (units x LABELS), the classifier of turns heard.
        turning: probability that each unit begins another item, if it is in one as the unit before is.
    """

    shape: dict[str, float]
    marginals: Vector
    turning: Vector


def unit_signals(
    models: SentenceModels,
    place_words: frozenset[str],
    taggers: Sequence[Any],
    document: Document,
    units: Sequence[Unit],
) -> Signals:
    """What all models say of the units of a document.

    Args:
        models: what tells of single sentences and of the document's shape.
        place_words: words of the names of places, folded.
        taggers: the opened sequence labellers.
        document: the document.
        units: its units, in order, at least one.
    """
    shape = shape_verdict(models.shape, document)
    verdicts = Verdicts(sentence_verdicts(models.wording, document, units), shape, place_words)
    marginals = _mean_marginals(taggers, document_features(document, units, verdicts))
    texts = turn_texts(document, units, place_words)
    turning = models.turns.probabilities(texts)[:, models.turns.categories.index(TURNS)]
    within = np.array([not unit.first for unit in units])
    return Signals(shape, with_turns(marginals, turning, within), turning)


def _mean_marginals(taggers: Sequence[Any], features: list[list[str]]) -> Vector:
    """Probability of each label of each unit (units x LABELS), the mean of all models."""
    total = np.zeros((len(features), len(LABELS)))
    for tagger in taggers:
        tagger.set(features)
        total += [[_marginal(tagger, label, index) for label in LABELS] for index in range(len(features))]
    return np.asarray(total / len(taggers))


def _tells_something(span: ItemSpan, units: Sequence[Unit]) -> bool:
    """Whether there is more than a heading in it; of 2,100 labelled items none is a heading alone."""
    return any(u.block.kind != "heading" for u in units if span.start <= u.start and u.end <= span.end)


def _marginal(tagger: Any, label: Label, index: int) -> float:
    return float(sum(tagger.marginal(tag, index) for tag in TAGS_OF_LABEL[label]))


def opened(sequence: bytes) -> Any:
    """A sequence labeller, from the bytes that CRFsuite wrote."""
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(sequence)
    return tagger


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
