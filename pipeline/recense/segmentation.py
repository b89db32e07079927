"""Documents to items: a trained sequence labeller says where each initiative begins and ends.

Each sentence unit is the Beginning of an item, Inside one, or Outside all of them. The labeller is a
linear-chain conditional random field (Lafferty et al. 2001, through CRFsuite) over layout, wording,
cohesion and position, and over the verdict of a classifier that sees the sentence alone; an item is a B
and the I that follow, so it may span several paragraphs, and a paragraph may hold two items. Several fields,
trained on different variants of the documents, vote: one alone changes its mind with every added document.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pycrfsuite

from recense.classification import Classifier
from recense.features import Vector
from recense.item_labels import (
    LABELS,
    TAGS_OF_LABEL,
    ItemSpan,
    Label,
    likeliest_labels,
    likeliest_single_item,
    spans_of_labels,
    start_weights,
    with_consistent_headings,
    with_cut_sentences_joined,
    with_second_opinion,
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
    PARTS_OF_BLOCKS,
    SINGLE,
    SentenceVerdict,
    Verdicts,
    document_features,
    is_place_heading,
    likeliest_shape,
    skeleton,
)

# How sure it must be that a document is one item before no other number is considered. Swept
# 0.5-0.85 in 4 folds of train and dev: exact-item F1 0.812 to 0.811.
SURE_OF_SINGLE = 0.5
# What a sentence may be to an item, by its wording alone.
BEGINS, GOES_ON, OUTSIDE = "begins", "goes on", "outside"
PARTS = (BEGINS, GOES_ON, OUTSIDE)
# Within a block a sentence either GOES_ON with an item or TURNS to another. The classifier of turns is heard where the
# items most probably are parts of blocks: on prose it lifts exact-item F1 from 0.47 to 0.53 (4 folds of train and dev,
# 668 items).
TURNS = "turns"
SURE_OF_PARTS = 0.5
MAX_TITLE_CHARS = 90
# Up to a stop or a dash, but not one in brackets: "(Centre – Val de Loire region)".
FIRST_CLAUSE = re.compile(r"(?:\([^()]*\)|.){20,}?(?=[.;:!?]\s|\s[–—-]\s|$)", re.DOTALL)
# "Laval, le 3 mai 2020 – " says where and when, not what.
DATELINE = re.compile(r"[^\W\d_][^\n.;:!?,–—]{1,40}?\s?[,–—-]\s[^.;:!?]{0,30}\d{4}\b[^.;:!?–—]{0,20}?\s*[.:–—-]\s+")


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


def _opened(sequence: bytes) -> Any:
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
