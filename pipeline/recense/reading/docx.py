"""DOCX to text and layout blocks: python-docx opens it, every paragraph of the body is read, wherever it is nested."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

from recense.errors import DamagedInput, EmptyInput
from recense.reading.archive import refuse_bombs
from recense.reading.layout import text_blocks
from recense.reading.parsed import ParsedText
from recense.records import Block, BlockKind

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
HEADING_STYLE = re.compile(r"(?:heading|titre)\s*(\d)?|title|subtitle", re.IGNORECASE)
LIST_STYLE = re.compile(r"list|liste|puce", re.IGNORECASE)
QUOTE_STYLE = re.compile(r"quote|citation", re.IGNORECASE)
# Parts that stand around the body on every page, or below it.
FURNITURE_PARTS = re.compile(r"/word/(?:header|footer)\d*\.xml")
NOTE_PARTS = re.compile(r"/word/(?:footnotes|endnotes|comments)\.xml")
CELL_BORDER = " | "


class _Paragraph(NamedTuple):
    """A paragraph or a table row, with what its style says of it; `kind` is None where it says nothing."""

    text: str
    kind: BlockKind | None = None
    level: int = 0


def parse_docx(data: bytes, name: str) -> ParsedText:
    """Read a Word document.

    Raises:
        DamagedInput: it cannot be opened.
        InputTooLarge: it unpacks to far more than its size.
        EmptyInput: it holds no text.
    """
    import docx  # noqa: PLC0415 - time that only Word documents need
    from lxml.etree import XMLSyntaxError  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            refuse_bombs(archive, name)
        document = docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, KeyError, ValueError, XMLSyntaxError) as error:
        raise DamagedInput(name, "the Word document is damaged", "Open it in Word and save it again.") from error
    styles = {style.style_id: style.name or "" for style in document.styles}
    body = list(_paragraphs(document.element.body, styles))
    other_roots = _other_roots(document)
    around = [paragraph for root in other_roots for paragraph in _paragraphs(root, styles)]
    if not any(paragraph.text for paragraph in body):
        raise EmptyInput(name, "the Word document holds no text", "If it shows pictures, save their text.")
    text, blocks = _laid_out(body, _distinct(around))
    visible = "\n".join(_plain(root) for root in (document.element.body, *other_roots))
    core = document.core_properties
    written = core.modified or core.created
    published = written.date().isoformat() if written else None
    return ParsedText(text=text, blocks=blocks, visible=visible, title=core.title or None, published=published)


def _other_roots(document: Any) -> list[Any]:
    """The XML of headers, footers and notes."""
    from lxml import etree  # noqa: PLC0415

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    parts = sorted(document.part.package.iter_parts(), key=lambda part: str(part.partname))
    named = [p for p in parts if FURNITURE_PARTS.fullmatch(p.partname) or NOTE_PARTS.fullmatch(p.partname)]
    return [etree.fromstring(part.blob, parser) for part in named]


def _plain(root: Any) -> str:
    return "".join(node.text or "" for node in root.iter(f"{WORD}t") if not _is_fallback(node))


def _is_fallback(node: Any) -> bool:
    """Whether it repeats, for old programs, what stands beside it."""
    return any(parent.tag == FALLBACK for parent in node.iterancestors())


def _paragraphs(root: Any, styles: dict[str, str]) -> Iterator[_Paragraph]:
    """The paragraphs in document order; a table row is one, unless its cells hold several paragraphs each."""
    for node in root.iterchildren():
        if node.tag == f"{WORD}p":
            yield from _paragraph(node, styles)
        elif node.tag == f"{WORD}tr":
            yield from _row(node, styles)
        elif node.tag != FALLBACK:
            yield from _paragraphs(node, styles)


def _row(row: Any, styles: dict[str, str]) -> Iterator[_Paragraph]:
    cells = [list(_paragraphs(cell, styles)) for cell in row.iterchildren(f"{WORD}tc")]
    filled = [[p for p in cell if p.text] for cell in cells]
    filled = [cell for cell in filled if cell]
    if len(filled) > 1 and all(len(cell) == 1 for cell in filled):
        yield _Paragraph(CELL_BORDER.join(cell[0].text for cell in filled), "table_row")
    else:
        # A table that only lays the page out: each cell is text of its own.
        yield from (paragraph for cell in cells for paragraph in cell)


def _paragraph(node: Any, styles: dict[str, str]) -> Iterator[_Paragraph]:
    kind, level = _role(node, styles)
    lines = _text(node).split("\n")
    if kind == "heading":
        lines = [" ".join(lines)]
    for line in lines:
        yield _Paragraph(" ".join(line.split()), kind, level)
    for box in node.iter(f"{WORD}txbxContent"):
        if not _is_fallback(box) and next(_boxes_around(box), None) is None:
            yield from _paragraphs(box, styles)


def _boxes_around(node: Any) -> Iterator[Any]:
    return node.iterancestors(f"{WORD}txbxContent")  # type: ignore[no-any-return]


def _text(node: Any) -> str:
    """The paragraph's own text, without that of the text boxes anchored in it."""
    pieces: list[str] = []
    for child in node.iter(f"{WORD}t", f"{WORD}br", f"{WORD}cr", f"{WORD}tab"):
        if _is_fallback(child) or _paragraph_of(child) is not node:
            continue
        pieces.append((child.text or "") if child.tag == f"{WORD}t" else "\t" if child.tag == f"{WORD}tab" else "\n")
    return "".join(pieces)


def _paragraph_of(node: Any) -> Any:
    return next(node.iterancestors(f"{WORD}p"), None)


def _role(node: Any, styles: dict[str, str]) -> tuple[BlockKind | None, int]:
    properties = node.find(f"{WORD}pPr")
    if properties is None:
        return None, 0
    style = properties.find(f"{WORD}pStyle")
    name = styles.get(style.get(f"{WORD}val"), "") if style is not None else ""
    numbering = properties.find(f"{WORD}numPr")
    if heading := HEADING_STYLE.fullmatch(name):
        return "heading", int(heading[1] or 1)
    if numbering is not None or LIST_STYLE.search(name):
        depth = numbering.find(f"{WORD}ilvl") if numbering is not None else None
        return "list_item", 1 + int(depth.get(f"{WORD}val", 0) if depth is not None else 0)
    if QUOTE_STYLE.search(name):
        return "quote", 0
    return None, 0


def _distinct(paragraphs: list[_Paragraph]) -> list[str]:
    return list(dict.fromkeys(paragraph.text for paragraph in paragraphs if paragraph.text))


def _laid_out(body: list[_Paragraph], around: list[str]) -> tuple[str, tuple[Block, ...]]:
    """The text, and its blocks: the role of a paragraph's style wins over what its text looks like."""
    pieces, roles, position = [], {}, 0
    for paragraph in body:
        sign = "• " if paragraph.kind == "list_item" else ""
        roles[position + len(sign)] = paragraph
        pieces.append(sign + paragraph.text)
        position += len(pieces[-1]) + 1
    tail = position
    text = "\n".join([*pieces, *around]) + "\n"
    return text, tuple(_with_role(block, roles, tail) for block in text_blocks(text))


def _with_role(block: Block, roles: dict[int, _Paragraph], tail: int) -> Block:
    if block.start >= tail:
        return Block("furniture", block.start, block.end)
    paragraph = roles.get(block.start)
    if paragraph is None or paragraph.kind is None:
        return block
    return Block(paragraph.kind, block.start, block.end, paragraph.level, block.marker)
