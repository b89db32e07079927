"""Blocks to sentence units, the smallest stretches that an item is made of."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from recense.records import Block, Document

# A full stop after one of these ends no sentence (French and English press use).
ABBREVIATIONS = frozenset(
    """m mm mme mmes mlle dr drs pr prs prof st ste sts me mr mrs ms jr sr no nos n° vol p pp art fig env ex cf
etc al inc ltd co corp dept dép tél tel fax av bd boul chap éd ed vs approx e.g i.e e.i c.-à-d janv févr
sept oct nov déc jan feb mar apr aug dec lt gén gen col cie éts sté""".split()
)
TERMINATOR = re.compile(r"[.!?…]+(?:\s?[»”]|[\"'’)\]])*")
OPENS_SENTENCE = re.compile(r"[\"'«“‘(\[]*\s*[\dA-ZÀ-ÖØ-ÞŒ#@]")
LAST_WORD = re.compile(r"[\w.°'-]+$")
CLOSING_MARK = {"«": "»", "“": "”", '"': '"'}
# With its "…, says the director" a spoken sentence is nearly half in quotation marks; a quoted name is a fifth.
QUOTED_SHARE = 0.4
# A heading may quote a name, which is much of so short a line: "« Force d'innovation », guichet ouvert".
QUOTED_SHARE_OF_HEADING = 0.8
TRIMMED_RIGHT = " \t\n\u00a0\u202f|"


class Unit(msgspec.Struct, frozen=True):
    """A sentence, or a whole heading, within one block.

    Attributes:
        start: offset of its first character in the document's text.
        end: offset after its last character.
        block: the block that holds it.
        block_index: that block's position in the document.
        first: whether it is the block's first unit.
        last: whether it is the block's last unit.
    """

    start: int
    end: int
    block: Block
    block_index: int
    first: bool
    last: bool


def document_units(document: Document) -> list[Unit]:
    """All units of a document, in order."""
    return [unit for index, block in enumerate(document.blocks) for unit in _block_units(document.text, block, index)]


def _block_units(text: str, block: Block, index: int) -> list[Unit]:
    spans = list(sentence_spans(text, block.start, block.end))
    last = len(spans) - 1
    return [Unit(start, end, block, index, i == 0, i == last) for i, (start, end) in enumerate(spans)]


def sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of `text[start:end]`, without the white space between them."""
    begin = start
    for match in TERMINATOR.finditer(text, start, end):
        if match.end() < end and _ends_sentence(text, begin, match, end):
            yield from _trimmed(text, begin, match.end())
            begin = match.end()
    yield from _trimmed(text, begin, end)


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    following = text[match.end() : min(end, match.end() + 40)]
    if not following[:1].isspace() or not OPENS_SENTENCE.match(following.lstrip()):
        return False
    word = LAST_WORD.search(text, max(begin, match.start() - 30), match.start())
    if word is None or match.group().strip() != ".":
        return True
    stem = word.group().lower().strip(".")
    is_initial = len(stem) == 1 and stem.isalpha() and word.group().isupper()
    return stem not in ABBREVIATIONS and not is_initial


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start] in TRIMMED_RIGHT:
        start += 1
    while start < end and text[end - 1] in TRIMMED_RIGHT:
        end -= 1
    if start < end:
        yield start, end


def quoted_units(text: str, units: Sequence[Unit]) -> list[bool]:
    """For each unit, whether most of it is somebody's speech.

    Quotation marks count over the sentences of a block: what « opens in one may close in the next. A name in
    quotation marks is a small part of its sentence and does not count.
    """
    flags, open_mark = [], ""
    for unit in units:
        if unit.first:
            open_mark = ""  # a mark that is never closed ends with its paragraph
        inside, open_mark = _quoted_characters(text[unit.start : unit.end], open_mark)
        share = QUOTED_SHARE_OF_HEADING if unit.block.kind == "heading" else QUOTED_SHARE
        flags.append(inside >= share * (unit.end - unit.start))
    return flags


def _quoted_characters(sentence: str, open_mark: str) -> tuple[int, str]:
    """Number of characters within quotation marks, and the mark that is still open at the end."""
    inside = 0
    for char in sentence:
        if open_mark:
            inside += 1
            if char == CLOSING_MARK[open_mark]:
                open_mark = ""
        elif char in CLOSING_MARK:
            inside += 1
            open_mark = char
    return inside, open_mark
