"""The same labelled document in another layout, so that the splitter does not learn one way of writing lists.

A newsletter reaches us as mail, as a web page or as text from a PDF; what an item is does not change.
"""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from recense.reading.layout import text_blocks
from recense.records import Block

SEPARATORS = ("\n", "\n\n")
# Put before every list item; None keeps the document's own marker, "" is a page that lost its bullets.
MARKERS = (None, "- ", "• ", "* ", "– ", "")
# One variant in so many joins blocks to paragraphs.
JOINED_EVERY = 3
JOINED_SHARE = 0.6
KEPT_SHARES = (0.3, 0.5, 0.7)


class LaidOut(NamedTuple):
    """A text and the spans of its items."""

    text: str
    spans: list[tuple[int, int]]


class _Moved(msgspec.Struct, frozen=True):
    """Where a block went: its old span and its new start."""

    start: int
    end: int
    new_start: int


def variants(text: str, spans: Sequence[tuple[int, int]], *, count: int, seed: str) -> Iterator[LaidOut]:
    """The document in other layouts; line breaks within a block become spaces.

    Args:
        text: the document's text.
        spans: offsets of its items.
        count: how many variants.
        seed: the same seed gives the same variants.
    """
    blocks = text_blocks(text)
    choice = random.Random(seed)  # noqa: S311 - reproducible variety, nothing secret
    for number in range(count):
        kept = _thinned(blocks, spans, choice) if number % 2 else blocks
        separator, marker = choice.choice(SEPARATORS), choice.choice(MARKERS)
        joined = _joined(text, kept, choice) if number % JOINED_EVERY == JOINED_EVERY - 1 else frozenset[int]()
        yield relaid(text, kept, spans, separator=separator, marker=marker, joined=joined)


def _joined(text: str, blocks: Sequence[Block], choice: random.Random) -> frozenset[int]:
    """Blocks that will go on in the paragraph of the one before, as articles tell several initiatives in one breath."""
    return frozenset(
        index
        for index in range(1, len(blocks))
        if blocks[index].kind == blocks[index - 1].kind == "paragraph"
        and text[blocks[index - 1].end - 1] in ".!?»”"
        and choice.random() < JOINED_SHARE
    )


def _thinned(blocks: Sequence[Block], spans: Sequence[tuple[int, int]], choice: random.Random) -> list[Block]:
    """Some of the items and of the blocks between them: a shorter document of the same kind."""
    share = choice.choice(KEPT_SHARES)
    dropped = [span for span in spans if choice.random() > share]
    return [
        block
        for block in blocks
        if (_touches(block, spans) and not _touches(block, dropped))
        or (not _touches(block, spans) and choice.random() < share)
    ]


def _touches(block: Block, spans: Sequence[tuple[int, int]]) -> bool:
    return any(block.start < end and start < block.end for start, end in spans)


def relaid(
    text: str, blocks: Sequence[Block], spans: Sequence[tuple[int, int]],
    *, separator: str, marker: str | None, joined: frozenset[int] = frozenset(),
) -> LaidOut:  # fmt: skip
    """The blocks of a document put together anew.

    Args:
        text: the document's text.
        blocks: its layout.
        spans: offsets of its items.
        separator: between blocks.
        marker: before list items; None keeps each one's own.
        joined: positions of the blocks that go on in the paragraph of the block before.
    """
    parts: list[str] = []
    moved: list[_Moved] = []
    length = 0
    for index, block in enumerate(blocks):
        sign = " " if index in joined else separator * bool(parts) + _sign(block, marker)
        body = text[block.start : block.end].replace("\n", " ")
        moved.append(_Moved(block.start, block.end, length + len(sign)))
        parts.append(sign + body)
        length += len(sign) + len(body)
    new_spans = [_moved_span(span, moved) for span in spans]
    return LaidOut("".join(parts) + "\n", [span for span in new_spans if span is not None])


def _sign(block: Block, marker: str | None) -> str:
    if block.kind != "list_item":
        return "# " * bool(block.kind == "heading" and block.level)
    return f"{block.marker} " if marker is None else marker


def _moved_span(span: tuple[int, int], moved: Sequence[_Moved]) -> tuple[int, int] | None:
    """The span's new offsets; it begins and ends in a block, or it is lost."""
    inside = [block for block in moved if block.start < span[1] and span[0] < block.end]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    start = first.new_start + max(0, span[0] - first.start)
    return start, last.new_start + min(span[1], last.end) - last.start
