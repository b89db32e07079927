"""Simple ways to cut a document into items, which the trained splitter is measured against."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import sqrt
from statistics import mean, stdev

from recense.records import Document
from recense.sentences import Unit, document_units
from recense.unit_features import WORD

Span = tuple[int, int]
# Hearst's blocks of 6 pseudo-sentences are longer than most items; the units on each side of a gap are compared.
BLOCK_UNITS = 2


def item_per_block(document: Document) -> list[Span]:
    """Each list item, table row and paragraph is an item; headings go with the block after them."""
    spans: list[Span] = []
    heading: int | None = None
    for block in document.blocks:
        if block.kind == "heading":
            heading = block.start if heading is None else heading
        elif block.kind in ("paragraph", "list_item", "table_row"):
            spans.append((block.start if heading is None else heading, block.end))
            heading = None
    return spans


def item_per_document(document: Document) -> list[Span]:
    """The whole text is one item."""
    return [(document.blocks[0].start, document.blocks[-1].end)] if document.blocks else []


def text_tiling(document: Document) -> list[Span]:
    """Items begin where the vocabulary changes (Hearst 1997); gaps deeper than mean - deviation / 2 are borders."""
    units = document_units(document)
    if len(units) < 3:
        return item_per_document(document)
    bags = [_words(document, unit) for unit in units]
    similarity = [_similarity(bags, gap) for gap in range(1, len(units))]
    depths = [_depth(similarity, gap) for gap in range(len(similarity))]
    cutoff = mean(depths) + stdev(depths) / 2
    borders = [0, *(gap + 1 for gap, depth in enumerate(depths) if depth > cutoff), len(units)]
    return [(units[a].start, units[b - 1].end) for a, b in pairwise(borders)]


def _words(document: Document, unit: Unit) -> Counter[str]:
    return Counter(word.lower() for word in WORD.findall(document.text[unit.start : unit.end]) if len(word) > 3)


def _similarity(bags: Sequence[Counter[str]], gap: int) -> float:
    """Cosine of the words before and after a gap."""
    before = sum(bags[max(0, gap - BLOCK_UNITS) : gap], Counter[str]())
    after = sum(bags[gap : gap + BLOCK_UNITS], Counter[str]())
    norm = sqrt(sum(n * n for n in before.values()) * sum(n * n for n in after.values()))
    return sum(n * after[word] for word, n in before.items()) / norm if norm else 0.0


def _depth(similarity: Sequence[float], gap: int) -> float:
    """How far the similarity lies under the peaks on both sides."""
    return sum(_peak(similarity, gap, step) - similarity[gap] for step in (-1, 1))


def _peak(similarity: Sequence[float], gap: int, step: int) -> float:
    best, position = similarity[gap], gap + step
    while 0 <= position < len(similarity) and similarity[position] >= best:
        best, position = similarity[position], position + step
    return best


BASELINES: dict[str, Callable[[Document], list[Span]]] = {
    "one item per bullet or paragraph": item_per_block,
    "TextTiling": text_tiling,
    "one item per document": item_per_document,
}
