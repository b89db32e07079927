"""Plain text to layout blocks.

Each line gets a role from its own look (marker, length, punctuation, cells); then lines that were
broken only to fit a width are joined into one block again. Nothing is removed: a block is a span of
the text, and the white space, bullets and rules between blocks are the only characters outside.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from recense.records import Block, BlockKind

BULLET_SIGNS = "•●○◦▪▫■□◆◇►▶▸‣⁃∙·✓✔✅➔➜➤→»›*–—-✦★☑❖⮚="
BULLET = re.compile(rf"(?P<marker>[{re.escape(BULLET_SIGNS)}]|o(?=\s{{2,}}|\t))(?P<gap>\s*)(?=\S)")
NUMBER = re.compile(
    r"(?P<marker>\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]|\(?\d{1,3}\)|\d{1,3}(?:°|/|\s[-–—])"
    r"|\d{1,2}(?:\.\d{1,2}){1,2}\.?(?=\s+[A-ZÀ-Þ«])"
    r"|(?:[Ff]iche|[Ss]heet|[Mm]esure|[Mm]easure|[Aa]ction|[Pp]oint)\s?\d{1,2}\s?[.:)–-])(?P<gap>\s+)(?=\S)"
)
MARKDOWN_HEADING = re.compile(r"(?P<marker>#{1,6})\s+(?=\S)")
# The first cell of a numbered row.
NUMBER_CELL = re.compile(r"(?:\|\s*)?(?P<marker>\(?[A-Z]?\d{1,3}[.)]?)\s*(?:\||\t|\s{2,})\s*(?=\S)")
RULE = re.compile(r"[\s\-_=*~#+.·•–—|:]+$")
# What stands at the head or the foot of each page of a text that was taken from a PDF.
PAGE_MARK = re.compile(
    r"(?:\bpage|\bp\.)\s*\d{1,3}\b|[-–—]?\s*\d{1,3}\s*(?:/|sur|of|de)\s*\d{1,3}\s*[-–—]?$", re.IGNORECASE
)
FOOT = re.compile(r"\s[-–—|·]\s.*\bpage\s*\d|\bpage\s*\d{1,3}\s*(?:/|sur|of|de)\s*\d|\s{4,}", re.IGNORECASE)
MAX_PAGE_MARK_CHARS = 90
MIN_ARROWS = 2
QUOTED_LINE = re.compile(r"(?:>\s*)+(?=\S)")
CELL_BORDER = re.compile(r"\t+|\s*\|\s*|\s{3,}")
SENTENCE_END = re.compile(r"[.!?…:;][\"'»”’)\]]*$")
# What is left of a link or a button when a page becomes text.
LINK_LABEL = re.compile(
    r"[\s\[(]*(?:lire (?:la suite|plus|l['’]article)|voir (?:plus|la suite|tout)|en savoir (?:plus|\+)|read (?:more|on)"
    r"|(?:learn|find out|see) more|continue reading|cliquez ici|click here|suite|partager|share|imprimer|print)"
    r"[\s.…>»→\])]*",
    re.IGNORECASE,
)
# A line that points elsewhere, or files a page under its keywords.
SEE_ALSO = re.compile(
    r"(?:(?:[àa] )?lire aussi|voir aussi|see also|read also)\b"
    r"|(?:pour aller plus loin|pour en savoir plus|further reading|related(?: articles?)?|tags?|mots[- ]cl[ée]s"
    r"|keywords)\s*:",
    re.IGNORECASE,
)
# The caption of a picture, of one sentence: it ends with whom the picture belongs to.
CAPTION = re.compile(
    r"(?:photos?|images?|illustrations?|cr[ée]dits?)\b.{0,160}?©.{0,140}"
    r"|(?:(?![.!?…]\s+\w).){0,160}?(?:(?:^|[-–—|(])\s*|\b(?:photos?|images?|cr[ée]dits?)\s?:?\s*)©\s?\S.{0,140}",
    re.IGNORECASE,
)
SENTENCE_BREAK = re.compile(r"[a-zà-ÿ)»][.!?…]\s+[A-ZÀ-Þ«]")
# Signs that also open a quotation, a dialogue or an aside need a space behind them to be bullets.
SPACED_BULLETS = frozenset("»›*–—-·o=")
# Mail and PDF text is broken at 50-120 characters; a line of a web page that is longer is a whole paragraph.
MIN_WRAP_WIDTH, MAX_WRAP_WIDTH = 35, 130
MAX_HEADING_CHARS = 120
MAX_WORDS_OF_QUESTION = 12


class Line(NamedTuple):
    """A line that is not blank: its visible span, and what it looks like."""

    start: int
    end: int
    indent: int
    blank_before: int
    kind: BlockKind
    level: int
    marker: str


def text_blocks(text: str) -> tuple[Block, ...]:
    """Layout blocks of a plain or Markdown text, in order, covering every visible character but markers and rules."""
    lines = _with_page_furniture(text, _with_arrow_bullets(text, list(_lines(text))))
    width = wrap_width(lines)
    blocks: list[Block] = []
    previous: Line | None = None
    for index, line in enumerate(lines):
        follows = lines[index + 1] if index + 1 < len(lines) else None
        if previous is not None and blocks and _continues(text, previous, line, width):
            blocks[-1] = _extended(blocks[-1], line.end)
        else:
            blocks.append(Block(_role(text, line, follows, width), line.start, line.end, line.level, line.marker))
        previous = line
    return tuple(blocks)


def _with_arrow_bullets(text: str, lines: list[Line]) -> list[Line]:
    """A ">" that opens an entry of a list, not a quoted mail: the lines under it are indented and have none."""
    opens = [
        a.kind == "quote" and b.kind == "paragraph" and not b.blank_before and b.indent > a.indent
        for a, b in itertools.pairwise(lines)
    ]
    if sum(opens) < MIN_ARROWS:
        return lines
    return [line._replace(kind="list_item", level=1, marker=">") if line.kind == "quote" else line for line in lines]


def _with_page_furniture(text: str, lines: list[Line]) -> list[Line]:
    """Page numbers, lines that come back with another number or with wide gaps, and what repeats beside those."""
    masked = [re.sub(r"\d+", "#", text[line.start : line.end]) for line in lines]
    counts = Counter(masked)
    short = [len(" ".join(text[line.start : line.end].split())) <= MAX_PAGE_MARK_CHARS for line in lines]
    sure = [
        is_short and _is_page_furniture(text, line, mask, counts[mask])
        for is_short, line, mask in zip(short, lines, masked, strict=True)
    ]
    beside = [any(sure[max(0, index - 1) : index + 2]) for index in range(len(lines))]
    return [
        line._replace(kind="furniture", level=0, marker="")
        if sure[index] or (beside[index] and short[index] and counts[masked[index]] > 1)
        else line
        for index, line in enumerate(lines)
    ]


def _is_page_furniture(text: str, line: Line, mask: str, count: int) -> bool:
    content = text[line.start : line.end]
    if count > 1 and ("#" in mask or "    " in mask):
        return True
    mark = PAGE_MARK.search(content)
    return mark is not None and (mark.span() == (0, len(content)) or (count > 1 or bool(FOOT.search(content))))


def _extended(block: Block, end: int) -> Block:
    # A line that others continue is no heading.
    kind: BlockKind = "paragraph" if block.kind == "heading" and not block.level else block.kind
    return Block(kind, block.start, end, block.level, block.marker)


def _lines(text: str) -> Iterator[Line]:
    position, blank = 0, 0
    for raw in text.split("\n"):
        start = position + len(raw) - len(raw.lstrip())
        end = position + len(raw.rstrip())
        position += len(raw) + 1
        if start >= end or RULE.fullmatch(text, start, end):
            blank += 1
            continue
        yield _look(text, start, end, indent=start - (position - len(raw) - 1), blank_before=blank)
        blank = 0


def _look(text: str, start: int, end: int, *, indent: int, blank_before: int) -> Line:
    kind: BlockKind = "paragraph"
    level, marker = 0, ""
    if match := MARKDOWN_HEADING.match(text, start, end):
        kind, level, marker, start = "heading", len(match["marker"]), match["marker"], match.end()
    elif any(pattern.fullmatch(text, start, end) for pattern in (LINK_LABEL, CAPTION)) or SEE_ALSO.match(
        text, start, end
    ):
        kind = "furniture"
    elif match := QUOTED_LINE.match(text, start, end):
        kind, start = "quote", match.end()
    elif match := _marker(text, start, end):
        kind, level, marker, start = "list_item", 1 + indent // 2, match["marker"], match.end()
    elif text[start:end].startswith("|") or len(CELL_BORDER.split(text[start:end].strip("| "))) > 2:
        kind = "table_row"
        if match := NUMBER_CELL.match(text, start, end):
            marker, start = match["marker"], match.end()
    return Line(start, end, indent, blank_before, kind, level, marker)


def marker_of(text: str) -> str:
    """The bullet sign or number that a line begins with, "" where there is none."""
    match = _marker(text, 0, len(text))
    return match["marker"] if match else ""


def _marker(text: str, start: int, end: int) -> re.Match[str] | None:
    match = BULLET.match(text, start, end)
    if match and (match["gap"] or match["marker"] not in SPACED_BULLETS) and match.end() < end:
        return match
    return NUMBER.match(text, start, end)


def wrap_width(lines: list[Line]) -> int:
    """The width at which the lines were broken, 0 where they were not.

    A line was broken at width W if the next line's first word would not have fitted. Text counts as
    broken where at least half of the lines that have a direct follower look so (mail: 0.8-0.95;
    web text: under 0.2).
    """
    runs = [line for line in lines if line.kind in ("paragraph", "list_item")]
    lengths = sorted(line.end - line.start + line.indent for line in runs)
    if len(lengths) < 4:
        return 0
    width = lengths[int(0.95 * (len(lengths) - 1))]
    followers = [(a, b) for a, b in itertools.pairwise(lines) if not b.blank_before and b.kind == "paragraph"]
    if not MIN_WRAP_WIDTH <= width <= MAX_WRAP_WIDTH or len(followers) < 3:
        return 0
    long_enough = [a for a, _ in followers if a.end - a.start + a.indent >= 0.7 * width]
    return width if len(long_enough) >= 0.5 * len(followers) else 0


def _continues(text: str, previous: Line, line: Line, width: int) -> bool:
    """Whether a line goes on with the block of the line before."""
    if (
        line.blank_before
        or line.kind not in ("paragraph", "quote")
        or previous.kind
        in (
            "heading",
            "table_row",
            "furniture",
        )
    ):
        return False
    if line.kind == "quote":
        return previous.kind == "quote"
    if previous.kind == "quote":
        return False
    before, first = text[previous.start : previous.end], text[line.start]
    if before.endswith("-") and first.islower():
        return True
    if not width:
        # Unbroken text: only a line that stops in the middle of a sentence and goes on in lower case.
        return first.islower() and not SENTENCE_END.search(before) and len(before) > MIN_WRAP_WIDTH
    first_word = text[line.start : line.end].split(maxsplit=1)[0]
    full = previous.indent + len(before) + 1 + len(first_word) > 0.9 * width
    goes_on = not SENTENCE_END.search(before)
    return full or (goes_on and (first.islower() or len(before) > 0.6 * width))


def _role(text: str, line: Line, follows: Line | None, width: int) -> BlockKind:
    if line.kind == "paragraph" and _is_heading(text, line, follows, width):
        return "heading"
    return line.kind


def _asks_above(content: str, line: Line, follows: Line) -> bool:
    """A question or a call that has a line of its own, right above another: a title, as sentences of a text are not."""
    alone = line.blank_before > 0 and not follows.blank_before and follows.kind == "paragraph"
    return alone and content[-1] in "?!" and len(content.split()) <= MAX_WORDS_OF_QUESTION


def _is_heading(text: str, line: Line, follows: Line | None, width: int) -> bool:
    """A short line without a full stop, or a question or call right above a text, that stands before something."""
    content = text[line.start : line.end]
    if follows is None or len(content) > MAX_HEADING_CHARS:
        return False
    if SENTENCE_END.search(content.rstrip(" :")) and not _asks_above(content, line, follows):
        return False
    if not any(char.isalpha() for char in content) or content[0].islower() or SENTENCE_BREAK.search(content):
        return False
    if width and not follows.blank_before and not line.blank_before and len(content) > 0.7 * width:
        return False
    return len(content.split()) <= 18
