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
from recense.records import Document, Item
from recense.sentences import Unit, document_units, quoted_units
from recense.unit_features import document_features

Label = Literal["B", "I", "O"]
LABELS: tuple[Label, ...] = ("B", "I", "O")
TAGS_OF_LABEL: dict[Label, str] = {"B": "BU", "I": "IL", "O": "O"}
INSIDE, OUTSIDE = "inside", "outside"
# An initiative that is lost costs more than a sentence too many. Swept 1-4 on the dev split: up to 1.5 exact-item F1
# stays (0.81) while more of the items' text is kept.
LABEL_WEIGHTS = np.array([1.5, 1.5, 1.0])
MAX_TITLE_CHARS = 90
FIRST_CLAUSE = re.compile(r".{20,}?(?=[.;:!?]\s|\s[–—-]\s|$)", re.DOTALL)


class ItemSpan(NamedTuple):
    """Offsets of an item in its document's text."""

    start: int
    end: int


class Splitter:
    """A trained splitter.

    Args:
        wording: tells from a sentence's words alone whether it is INSIDE or OUTSIDE an item.
        sequences: CRFsuite models, each as the bytes that it wrote; their probabilities are averaged.
    """

    def __init__(self, wording: Classifier, sequences: Sequence[bytes]) -> None:
        self.wording = wording
        self.sequences = tuple(sequences)
        self._taggers: list[Any] = []

    def __getstate__(self) -> dict[str, Any]:
        return {"wording": self.wording, "sequences": self.sequences}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["wording"], state["sequences"])  # type: ignore[misc]

    def spans(self, document: Document) -> list[ItemSpan]:
        """Offsets of the document's items, in order, not overlapping."""
        units = document_units(document)
        if not units:
            return []
        labels = without_introductions(document, units, self._labels(document, units))
        quoted = quoted_units(document.text, units)
        foreign = [q or unit.block.kind == "furniture" for q, unit in zip(quoted, units, strict=True)]
        spans = spans_of_labels(units, without_foreign_edges(labels, foreign))
        return [span for span in spans if _tells_something(span, units)]

    def _labels(self, document: Document, units: Sequence[Unit]) -> list[Label]:
        inside = inside_probabilities(self.wording, document, units)
        return likeliest_labels(self._marginals(document_features(document, units, inside)) * LABEL_WEIGHTS)

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


def likeliest_labels(marginals: Vector) -> list[Label]:
    """The labels with the highest product of probabilities in which no I follows an O (Viterbi).

    Args:
        marginals: weight of each label of each unit (units x LABELS).
    """
    scores = np.log(np.clip(marginals, 1e-12, 1.0))
    inside, outside = LABELS.index("I"), LABELS.index("O")
    best = scores[0].copy()
    best[inside] = -np.inf
    came_from = []
    for row in scores[1:]:
        reachable = np.tile(best, (len(LABELS), 1))
        reachable[inside, outside] = -np.inf
        came_from.append(reachable.argmax(axis=1))
        best = reachable.max(axis=1) + row
    path = [int(best.argmax())]
    for pointers in reversed(came_from):
        path.append(int(pointers[path[-1]]))
    return [LABELS[index] for index in reversed(path)]


def inside_probabilities(wording: Classifier, document: Document, units: Sequence[Unit]) -> list[float]:
    """For each unit, the probability that a sentence so worded belongs to an item."""
    column = wording.categories.index(INSIDE)
    return [float(row[column]) for row in wording.probabilities([document.text[u.start : u.end] for u in units])]


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
        match = FIRST_CLAUSE.match(text)
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
