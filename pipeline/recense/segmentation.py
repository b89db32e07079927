"""Documents to items: a trained sequence labeller says where each initiative begins and ends.

Each sentence unit is the Beginning of an item, Inside one, or Outside all of them. The labeller is a
linear-chain conditional random field (Lafferty et al. 2001, through CRFsuite) over layout, wording,
cohesion and position, and over the verdict of a classifier that sees the sentence alone; an item is a B
and the I that follow, so it may span several paragraphs, and a paragraph may hold two items.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

import pycrfsuite

from recense.classification import Classifier
from recense.language import identify
from recense.records import Document, Item
from recense.sentences import Unit, document_units, quoted_units
from recense.unit_features import document_features

Label = Literal["B", "I", "O"]
INSIDE, OUTSIDE = "inside", "outside"
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
        sequence: the CRFsuite model, as the bytes that it wrote.
    """

    def __init__(self, wording: Classifier, sequence: bytes) -> None:
        self.wording = wording
        self.sequence = sequence
        self._tagger: Any = None

    def __getstate__(self) -> dict[str, Any]:
        return {"wording": self.wording, "sequence": self.sequence}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["wording"], state["sequence"])  # type: ignore[misc]

    def spans(self, document: Document) -> list[ItemSpan]:
        """Offsets of the document's items, in order, not overlapping."""
        units = document_units(document)
        if not units:
            return []
        labels = without_edge_quotes(self._labels(document, units), quoted_units(document.text, units))
        return spans_of_labels(units, labels)

    def _labels(self, document: Document, units: Sequence[Unit]) -> list[Label]:
        if self._tagger is None:
            self._tagger = pycrfsuite.Tagger()
            self._tagger.open_inmemory(self.sequence)
        inside = inside_probabilities(self.wording, document, units)
        labels: list[Label] = self._tagger.tag(document_features(document, units, inside))
        return labels


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


def without_edge_quotes(labels: Sequence[Label], quoted: Sequence[bool]) -> list[Label]:
    """Take quotations off the beginning and the end of each item; one between may stay.

    What officials say of an initiative is not the initiative. An item of nothing else disappears.
    """
    trimmed = list(labels)
    for begin, end in _runs(labels):
        while begin < end and quoted[begin]:
            trimmed[begin] = "O"
            begin += 1
        while begin < end and quoted[end - 1]:
            end -= 1
            trimmed[end] = "O"
        if begin < end:
            trimmed[begin] = "B"
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
