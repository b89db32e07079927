"""From the places of text on pages to reading order, paragraphs and page furniture.

Geometry only: coordinates are points from the lower left corner of the page, as PDF has them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from recense.reading.layout import marker_of, text_blocks
from recense.records import Block, BlockKind

# Running headers and footers stand in the outer tenth of the page.
MARGIN_SHARE = 0.1
PAGE_NUMBER = re.compile(r"(?:page|p\.)?\s*[-–—]?\s*\d{1,3}\s*(?:(?:/|sur|of|de)\s*\d{1,3})?\s*[-–—]?", re.IGNORECASE)
# A column of running text has lines that nearly fill it; cells of a table do not.
MIN_COLUMN_FILL = 0.65
MIN_COLUMN_LINES = 4
MIN_COLUMN_WIDTH = 0.15
# Columns of one text have the same distance from line to line; rows of a table are as high as their longest cell.
MAX_LEADING_RATIO = 1.4
MAX_CROSSING_SHARE = 0.34
# Between paragraphs there is more room than between lines.
PARAGRAPH_GAP = 1.35
# A line in larger type is a heading.
HEADING_SIZE = 1.15
MAX_HEADING_WORDS = 30
SENTENCE_END = (".", "!", "?", "…", "»", "”", ":")
SOFT_HYPHEN = "\xad"
CELL_GAP = "   "
# Cells of one column begin at the same place, give or take these points.
MAX_EDGE_SHIFT = 3.0
MIN_TABLE_ROWS = 3
# Rows of a table stand further apart than the lines of a cell, by this share of a line's height.
ROW_GAP = 0.25


class Segment(NamedTuple):
    """Text that stands on one line without a wide gap."""

    left: float
    right: float
    bottom: float
    top: float
    text: str

    @property
    def height(self) -> float:
        """Line height in points."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """Height of the line's middle above the lower edge of the page."""
        return (self.top + self.bottom) / 2


class Page(NamedTuple):
    """A page's size and segments, in any order."""

    width: float
    height: float
    segments: tuple[Segment, ...]


class PageText(NamedTuple):
    """The text of all pages, its layout, and the hyphens that were taken out."""

    text: str
    blocks: tuple[Block, ...]
    left_out: str


class _Paragraph(NamedTuple):
    """Lines that belong together; a table row has those of each cell.

    Attributes:
        cells: the lines of each cell; one cell where it is no table row.
        column_right: right edge of the column that it stands in.
        is_heading: whether its type is a heading's.
    """

    cells: tuple[tuple[Segment, ...], ...]
    column_right: float
    is_heading: bool = False

    @property
    def is_row(self) -> bool:
        """Whether it is a table row."""
        return len(self.cells) > 1

    @property
    def ends_open(self) -> bool:
        """Whether the last line stops in the middle of a sentence, at the right edge of its column."""
        last = self.cells[-1][-1]
        return not last.text.endswith(SENTENCE_END) and last.right > self.column_right - 4 * last.height


def lay_out(pages: Sequence[Page]) -> PageText:
    """The text in reading order; running headers, footers and page numbers stand at its end, each once."""
    furniture = _furniture(pages)
    paragraphs: list[_Paragraph] = []
    running: list[str] = []
    starts: list[float] = []
    body_size = _body_size(pages)
    for number, page in enumerate(pages):
        body = [segment for segment in page.segments if (number, segment) not in furniture]
        running += [segment.text for segment in page.segments if (number, segment) in furniture]
        for column in _columns(body, page.width):
            rows = list(_rows(column))
            starts = _column_starts(rows, starts)
            _append(paragraphs, _paragraphs(rows, body_size, starts))
    return _joined(paragraphs, running)


def _body_size(pages: Sequence[Page]) -> float:
    """The line height of most characters."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for segment in page.segments:
            sizes[round(segment.height, 1)] += len(segment.text)
    return sizes.most_common(1)[0][0] if sizes else 1.0


def _furniture(pages: Sequence[Page]) -> set[tuple[int, Segment]]:
    """Segments at the upper or lower edge that stand on several pages, but for their numbers, and page numbers."""
    in_margin = [
        (number, segment)
        for number, page in enumerate(pages)
        for segment in page.segments
        if not MARGIN_SHARE < segment.middle / page.height < 1 - MARGIN_SHARE
    ]
    pages_of: dict[str, set[int]] = {}
    for number, segment in in_margin:
        pages_of.setdefault(_without_numbers(segment.text), set()).add(number)
    repeated = {(number, segment) for number, segment in in_margin if len(pages_of[_without_numbers(segment.text)]) > 1}
    numbers = {
        (number, segment)
        for number, segment in in_margin
        if PAGE_NUMBER.fullmatch(segment.text)
        and all((number, other) in repeated for other in _beside(segment, pages[number]))
    }
    return repeated | numbers


def _beside(segment: Segment, page: Page) -> list[Segment]:
    """The other segments on the same height."""
    height = segment.height
    return [s for s in page.segments if s is not segment and abs(s.middle - segment.middle) < 0.5 * height]


def _without_numbers(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _columns(segments: Sequence[Segment], width: float) -> Iterator[list[Segment]]:
    """Groups of segments in reading order: bands from top to bottom, in a band columns from left to right."""
    gutter = _gutter(segments, width)
    if gutter is None:
        if segments:
            yield sorted(segments, key=lambda s: (-s.middle, s.left))
        return
    band: list[Segment] = []
    for segment in sorted(segments, key=lambda s: -s.middle):
        if segment.left < gutter < segment.right:
            yield from _halves(band, gutter, width)
            band = []
            yield [segment]
        else:
            band.append(segment)
    yield from _halves(band, gutter, width)


def _halves(band: Sequence[Segment], gutter: float, width: float) -> Iterator[list[Segment]]:
    yield from _columns([segment for segment in band if segment.right <= gutter], width)
    yield from _columns([segment for segment in band if segment.left >= gutter], width)


def _gutter(segments: Sequence[Segment], width: float) -> float | None:
    """Where a vertical white stripe parts two columns of running text, None where there is one column."""
    best, most = None, 0
    for x in sorted({segment.left - 0.5 for segment in segments}):
        left = [segment for segment in segments if segment.right <= x]
        right = [segment for segment in segments if segment.left >= x]
        crossing = len(segments) - len(left) - len(right)
        smaller = min(len(left), len(right))
        if smaller > most and crossing <= MAX_CROSSING_SHARE * len(segments) and _are_columns(left, right, width):
            best, most = x, smaller
    return best


def _are_columns(left: Sequence[Segment], right: Sequence[Segment], width: float) -> bool:
    """Whether both sides are running text: enough lines, side by side, wide and filled, as close below one another."""
    sides = (left, right)
    if min(len(left), len(right)) < MIN_COLUMN_LINES or not _side_by_side(left, right):
        return False
    if any(_extent(side) < MIN_COLUMN_WIDTH * width or not _is_filled(side, width) for side in sides):
        return False
    steps = [_leading(sorted(side, key=lambda s: -s.middle)) for side in sides]
    return max(steps) < MAX_LEADING_RATIO * min(steps)


def _side_by_side(left: Sequence[Segment], right: Sequence[Segment]) -> bool:
    lower, upper = (
        max(min(s.bottom for s in left), min(s.bottom for s in right)),
        min(max(s.top for s in left), max(s.top for s in right)),
    )
    return upper - lower > MIN_COLUMN_LINES * median(s.height for s in left)


def _is_filled(side: Sequence[Segment], width: float) -> bool:
    """Whether a side is a column of running text, or several of them."""
    return _fill(side) >= MIN_COLUMN_FILL or _gutter(side, width) is not None


def _fill(side: Sequence[Segment]) -> float:
    """The share of the column's width that its typical line takes."""
    return median(s.right - s.left for s in side) / _extent(side)


def _extent(side: Sequence[Segment]) -> float:
    return max(max(s.right for s in side) - min(s.left for s in side), 1.0)


def _paragraphs(rows: Sequence[list[Segment]], body_size: float, starts: Sequence[float]) -> list[_Paragraph]:
    """The paragraphs of one column of a page, whose table columns begin at `starts`."""
    left, right = min(cell.left for row in rows for cell in row), max(cell.right for row in rows for cell in row)
    leading = _leading([row[0] for row in rows])
    paragraphs: list[_Paragraph] = []
    group: list[Segment] = []
    table: list[list[Segment]] = []
    for row in rows:
        in_table = bool(starts) and all(_start_of(cell, starts) is not None for cell in row)
        if in_table and (table or len(row) > 1):
            paragraphs += _closed(group, right, body_size)
            group = []
            table.append(row)
            continue
        paragraphs += _table_rows(table, starts, right)
        table = []
        line = _line(row)
        if group and not _goes_on(group, line, left, right, leading * max(1.0, line.height / body_size)):
            paragraphs += _closed(group, right, body_size)
            group = []
        group.append(line)
    return [*paragraphs, *_table_rows(table, starts, right), *_closed(group, right, body_size)]


def _closed(group: Sequence[Segment], right: float, body_size: float) -> Iterator[_Paragraph]:
    if group:
        yield _Paragraph((tuple(group),), right, _is_heading(group, body_size))


def _rows(column: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Segments on one height, from left to right."""
    row: list[Segment] = []
    for segment in column:
        if row and abs(row[0].middle - segment.middle) > 0.5 * max(row[0].height, segment.height):
            yield sorted(row, key=lambda s: s.left)
            row = []
        row.append(segment)
    if row:
        yield sorted(row, key=lambda s: s.left)


def _line(row: Sequence[Segment]) -> Segment:
    """A row as one line: a bullet with its text, a title with its date."""
    text = " ".join(cell.text for cell in row)
    return Segment(row[0].left, row[-1].right, min(s.bottom for s in row), max(s.top for s in row), text)


def _column_starts(rows: Sequence[Sequence[Segment]], before: Sequence[float]) -> list[float]:
    """Left edges of the columns of a table, empty where the rows are running text or a list.

    Args:
        rows: the rows of one column of a page.
        before: the edges of the table that the column before it holds, which may go on here.
    """
    several = [row for row in rows if len(row) > 1 and not (len(row) == 2 and marker_of(f"{row[0].text} x"))]
    edges = sorted(cell.left for row in several for cell in row)
    starts: list[float] = []
    for edge in edges:
        if not starts or edge - starts[-1] > MAX_EDGE_SHIFT:
            starts.append(edge)
    usual = [start for start in starts if _near(start, before) or len(_near(start, edges)) >= MIN_TABLE_ROWS]
    return usual if len(usual) > 1 else []


def _near(start: float, edges: Sequence[float]) -> list[float]:
    return [edge for edge in edges if abs(start - edge) <= MAX_EDGE_SHIFT]


def _start_of(cell: Segment, starts: Sequence[float]) -> int | None:
    return next((index for index, start in enumerate(starts) if abs(cell.left - start) <= MAX_EDGE_SHIFT), None)


def _table_rows(lines: Sequence[Sequence[Segment]], starts: Sequence[float], right: float) -> Iterator[_Paragraph]:
    """Lines of a table as rows: a line opens a row where its first column is filled, or after more room than usual."""
    rows: list[list[list[Segment]]] = []
    bottom = 0.0
    for line in lines:
        top, height = max(cell.top for cell in line), line[0].height
        opens = _start_of(line[0], starts) == 0 and (len(line) > 1 or bottom - top > ROW_GAP * height)
        if not rows or opens:
            rows.append([[] for _ in starts])
        for cell in line:
            rows[-1][_start_of(cell, starts) or 0].append(cell)
        bottom = min(cell.bottom for cell in line)
    for row in rows:
        yield _Paragraph(tuple(tuple(cell) for cell in row if cell), right)


def _leading(lines: Sequence[Segment]) -> float:
    """The usual distance from line to line."""
    steps = [a.middle - b.middle for a, b in pairwise(lines)]
    steps = [step for step in steps if step > 0]
    return median(steps) if steps else 2 * lines[0].height


def _goes_on(group: Sequence[Segment], line: Segment, left: float, right: float, leading: float) -> bool:
    """Whether a line belongs to the paragraph of the lines above it."""
    last = group[-1]
    if marker_of(line.text):
        return False
    if abs(last.height - line.height) > 0.15 * last.height or last.middle - line.middle > PARAGRAPH_GAP * leading:
        return False
    hangs = bool(marker_of(group[0].text))
    if not hangs and line.left > last.left + 0.7 * line.height and last.text.endswith(SENTENCE_END):
        return False  # an indent opens a paragraph
    first_word = (line.text.split(maxsplit=1) or [""])[0]
    room = right - last.right
    word_width = (line.right - line.left) * (len(first_word) + 1) / max(len(line.text), 1)
    fits = room > 1.5 * word_width
    return not (fits and last.text.endswith(SENTENCE_END)) and not (fits and room > 0.35 * (right - left))


def _is_heading(group: Sequence[Segment], body_size: float) -> bool:
    larger = min(line.height for line in group) > HEADING_SIZE * body_size
    return larger and sum(len(line.text.split()) for line in group) <= MAX_HEADING_WORDS


def _append(paragraphs: list[_Paragraph], following: list[_Paragraph]) -> None:
    """Add the paragraphs of the next column or page; the first may go on with the last one."""
    if paragraphs and following:
        last, first = paragraphs[-1], following[0]
        opening = first.cells[0][0].text
        running = not any(p.is_heading or p.is_row for p in (last, first)) and not marker_of(opening)
        if running and (opening[:1].islower() or last.ends_open):
            paragraphs[-1] = _Paragraph(((*last.cells[0], *first.cells[0]),), first.column_right)
            following = following[1:]
    paragraphs += following


def _joined(paragraphs: Sequence[_Paragraph], running: Sequence[str]) -> PageText:
    """One line per paragraph, a blank line between, the page furniture last."""
    lines = [line.text for paragraph in paragraphs for cell in paragraph.cells for line in cell]
    words = Counter(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", " ".join(lines)))
    texts, hyphens, heading_starts, position = [], "", set[int](), 0
    for paragraph in paragraphs:
        cells = [_unwrapped([line.text for line in cell], words) for cell in paragraph.cells]
        texts.append(CELL_GAP.join(text for text, _ in cells))
        hyphens += "".join(gone for _, gone in cells)
        if paragraph.is_heading:
            heading_starts.add(position)
        position += len(texts[-1]) + 2
    text = "\n\n".join([*texts, *running]) + "\n"
    blocks = tuple(_with_role(block, heading_starts, position) for block in text_blocks(text))
    return PageText(text, blocks, hyphens)


def _with_role(block: Block, heading_starts: set[int], tail: int) -> Block:
    kind: BlockKind = "furniture" if block.start >= tail else "heading" if block.start in heading_starts else block.kind
    if kind == block.kind:
        return block
    return Block(kind, block.start, block.end, 1 if kind == "heading" else 0)


def _unwrapped(lines: Sequence[str], words: Counter[str]) -> tuple[str, str]:
    """The lines as one, hyphenation undone, and the hyphens that went."""
    text, hyphens = lines[0], ""
    for line in lines[1:]:
        if text.endswith(SOFT_HYPHEN):
            text = text[:-1] + "-"
        match = re.search(r"([^\W\d_]+)-$", text)
        tail = re.match(r"[^\W\d_]+", line)
        if not match or not tail or not tail.group()[0].islower():
            text += ("" if text.endswith("-") else " ") + line
        elif words[f"{match[1]}-{tail.group()}"] > words[match[1] + tail.group()]:
            text += line  # the hyphen belongs to the word
        else:
            text, hyphens = text[:-1] + line, hyphens + "-"
    return text.replace(SOFT_HYPHEN, ""), hyphens
