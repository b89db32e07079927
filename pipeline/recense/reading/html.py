"""HTML to text and layout blocks.

inscriptis lays the page out as text and says which stretch came from which tag. It keeps every card of
a listing page, where extractors of "the main text" drop most of a "card + Read more" page (trafilatura
kept 4 of 13 by default). Title and date come from trafilatura, which reads meta tags and JSON-LD.
"""

import re
from collections.abc import Iterator
from typing import Any

from recense.errors import EmptyInput
from recense.reading.layout import BULLET_SIGNS, text_blocks
from recense.reading.loss import visible_characters
from recense.reading.parsed import ParsedText
from recense.records import Block, BlockKind

HTML_START = re.compile(r"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
# A fragment, as rows of tables and parts of mails hold them: two tags that text does not have by chance.
FRAGMENT = re.compile(
    r"\s*<(p|div|ul|ol|h[1-6]|table|section|article|span|strong|br)\b[^<>]*>.*<(/\1|br|/?p|li)\b", re.S
)
META_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
KIND_OF_TAG: dict[str, BlockKind] = {
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "li": "list_item", "dd": "list_item", "tr": "table_row", "blockquote": "quote",
    "nav": "furniture", "footer": "furniture", "header": "furniture", "button": "furniture",
    "form": "furniture",
}  # fmt: skip
# Outer tags win over inner ones: a link list inside <nav> is furniture.
PRIORITY: tuple[BlockKind, ...] = ("furniture", "quote", "heading", "table_row", "list_item")
# inscriptis writes "*", "+", "o" or "-" before an entry, by its depth.
MARKER = re.compile(rf"[\s{re.escape(BULLET_SIGNS)}+]*(?:o\s+)?(?:\d+\.\s+)?")
UNSEEN_TAGS = frozenset("script style noscript template head title meta link svg math iframe object select".split())
BLOCK_TAGS = frozenset(
    """address article aside blockquote br center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5
h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul""".split()
)
TABLE_PARTS = frozenset("thead tbody tfoot tr td th caption".split())
CELLS = ("td", "th")
CELL_BORDER = " | "
# Tags that stand on lines of their own, which inscriptis takes for a part of the line.
MORE_BLOCKS = ("tr", "summary", "details", "button", "legend", "option")
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# A tag that looks empty to readers of pages but not to us; more lost text than this and the plain way is better.
MAX_LAYOUT_LOSS = 0.01


def looks_like_html(start: str) -> bool:
    """Whether a text begins as a web page or a fragment of one does, whatever the file is called."""
    return HTML_START.search(start[:2048]) is not None or FRAGMENT.match(start) is not None


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the page's meta tag names, if any."""
    match = META_CHARSET.search(data[:4096])
    return match[1].decode("ascii").lower() if match else None


def parse_html(markup: str, name: str) -> ParsedText:
    """Lay out a page as text.

    Raises:
        EmptyInput: nothing on the page is visible.
    """
    tree = _tree(markup)
    visible = _plain_text(tree) if tree is not None else ""
    if tree is None or not visible.strip():
        raise EmptyInput(name, "the page shows no text", "Save the page from the browser after it has loaded.")
    text, blocks = _laid_out(tree, visible)
    title, published = _metadata(markup)
    return ParsedText(text=text, blocks=blocks, visible=visible, title=title, published=published)


def html_text(markup: str) -> str:
    """The visible text of a page or fragment, a line per block."""
    tree = _tree(markup)
    return _plain_text(tree) if tree is not None else ""


def _tree(markup: str) -> Any:
    from lxml import etree, html  # noqa: PLC0415 - time that only web pages need

    # Lxml refuses an encoding declaration in a string that is already decoded.
    without_prolog = re.sub(r"^\s*<\?xml[^>]*\?>", "", markup)
    parser = html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(without_prolog, parser=parser)
    except etree.ParserError:
        return None


def _plain_text(tree: Any) -> str:
    """All text that a browser would show, a line per block; no recursion, because pages may be nested deeply."""
    from lxml.etree import iterwalk  # noqa: PLC0415

    pieces: list[str] = []
    hidden = 0
    for event, node in iterwalk(tree, events=("start", "end")):
        unseen = not isinstance(node.tag, str) or node.tag in UNSEEN_TAGS or _is_hidden(node)
        if event == "start":
            hidden += unseen
            pieces += _opening(node) if not hidden else []
        else:
            hidden -= unseen
            pieces += _closing(node) if not hidden else []
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _opening(node: Any) -> Iterator[str]:
    yield "\n" if node.tag in BLOCK_TAGS else ""
    yield _one_line(node.text)


def _closing(node: Any) -> Iterator[str]:
    yield "\n" if node.tag in BLOCK_TAGS else ""
    yield _one_line(node.tail)


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _is_hidden(node: Any) -> bool:
    return "hidden" in node.attrib or bool(HIDDEN_STYLE.search(node.get("style", "")))


def _laid_out(tree: Any, visible: str) -> tuple[str, tuple[Block, ...]]:
    """The page as inscriptis lays it out; as plain lines where that loses text."""
    from inscriptis.css_profiles import CSS_PROFILES  # noqa: PLC0415
    from inscriptis.html_engine import Inscriptis  # noqa: PLC0415
    from inscriptis.html_properties import Display  # noqa: PLC0415
    from inscriptis.model.config import ParserConfig  # noqa: PLC0415
    from inscriptis.model.html_element import HtmlElement  # noqa: PLC0415

    _remove_unseen(tree)
    _open_tables(tree)
    rules = {tag: [tag] for tag in KIND_OF_TAG}
    css = CSS_PROFILES["relaxed"] | {tag: HtmlElement(display=Display.block) for tag in MORE_BLOCKS}
    try:
        page = Inscriptis(tree, ParserConfig(css=css, annotation_rules=rules, display_links=False))
        text, labels = page.get_text(), [(a.start, a.end, a.metadata) for a in page.get_annotations()]
    except RecursionError:
        text, labels = "", []
    there = visible_characters(visible)
    if (there - visible_characters(text)).total() > MAX_LAYOUT_LOSS * there.total():
        return visible, text_blocks(visible)
    return text, _blocks(text, labels)


def _remove_unseen(tree: Any) -> None:
    for node in list(tree.iter()):
        if node is not tree and (node.tag in UNSEEN_TAGS or _is_hidden(node)):
            node.drop_tree()


def _open_tables(tree: Any) -> None:
    """Turn tables into divisions: those that only place text on the page whole, those of data row by row.

    inscriptis lays the cells of a row side by side, which reads two columns of text across.
    """
    # The inner tables first, while the outer ones are still tables.
    for table in reversed(list(tree.iter("table"))):
        own = [node for node in table.iterdescendants() if node.tag in TABLE_PARTS and _table_of(node) is table]
        cells = [node for node in own if node.tag in CELLS]
        places_text = len(cells) < 2 or any(_holds_blocks(cell) for cell in cells)
        if not places_text:
            for row in (node for node in own if node.tag == "tr"):
                _join_cells([cell for cell in row if cell.tag in CELLS])
        for node in own:
            if places_text or node.tag not in ("tr", "span"):
                node.tag = "div"
        table.tag = "div"


def _join_cells(cells: list[Any]) -> None:
    for cell in cells:
        cell.tag = "span"
        cell.tail = CELL_BORDER if cell is not cells[-1] else ""


def _table_of(node: Any) -> Any:
    return next(node.iterancestors("table"), None)


def _holds_blocks(cell: Any) -> bool:
    parts = [node for node in cell.iterdescendants() if node.tag in BLOCK_TAGS and node.tag != "br"]
    return len(parts) > 1 or any(node.tag in ("table", "ul", "ol", "h1", "h2", "h3", "h4") for node in parts)


def _blocks(text: str, labels: list[tuple[int, int, str]]) -> tuple[Block, ...]:
    """The layout of the text as such, with the roles that the tags give."""
    return tuple(_block_with_tag_role(text, block, labels) for block in text_blocks(text))


def _block_with_tag_role(text: str, block: Block, labels: list[tuple[int, int, str]]) -> Block:
    covering = [(kind, tag) for start, end, tag in labels if start <= block.start < end and (kind := KIND_OF_TAG[tag])]
    for kind in PRIORITY:
        tags = [tag for found, tag in covering if found == kind]
        if tags:
            return _with_role(text, block, kind, tags)
    return block


def _with_role(text: str, block: Block, kind: BlockKind, tags: list[str]) -> Block:
    if kind == "heading":
        return Block(kind, block.start, block.end, int(tags[-1][1]))
    if kind == "list_item":
        match = MARKER.match(text, block.start, block.end)
        start = match.end() if match else block.start
        return Block(kind, min(start, block.end - 1), block.end, len(tags), block.marker or "*")
    return Block(kind, block.start, block.end)


def _metadata(markup: str) -> tuple[str | None, str | None]:
    from trafilatura import extract_metadata  # noqa: PLC0415 - 0.3 s that only web pages need

    # The extensive search for a date takes "© 2020" for one.
    found: Any = extract_metadata(markup, extensive=False)
    return (found.title or None, found.date or None) if found is not None else (None, None)
