"""HTML to text and layout blocks.

inscriptis lays the page out as text and says which stretch came from which tag. It keeps every card of
a listing page, where extractors of "the main text" drop most of a "card + Read more" page (trafilatura
kept 4 of 13 by default). Title and date come from trafilatura, which reads meta tags and JSON-LD.
"""

import re
from typing import Any, NamedTuple

from recense.errors import EmptyInput
from recense.reading.layout import BULLET_SIGNS, text_blocks
from recense.records import Block, BlockKind

HTML_START = re.compile(rb"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
META_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
KIND_OF_TAG: dict[str, BlockKind] = {
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "li": "list_item", "dd": "list_item", "tr": "table_row", "blockquote": "quote",
    "nav": "furniture", "footer": "furniture", "header": "furniture", "button": "furniture",
    "form": "furniture",
}  # fmt: skip
# Outer tags win over inner ones: a link list inside <nav> is furniture.
PRIORITY: tuple[BlockKind, ...] = ("furniture", "quote", "heading", "table_row", "list_item")
MARKER = re.compile(rf"[\s{re.escape(BULLET_SIGNS)}]*(?:\d+\.\s+)?")


class HtmlText(NamedTuple):
    """The visible text of a page, its layout, and what its head says of it."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None
    published: str | None


def looks_like_html(data: bytes) -> bool:
    """Whether the bytes begin as a web page does, whatever the file is called."""
    return HTML_START.search(data[:2048]) is not None


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the page's meta tag names, if any."""
    match = META_CHARSET.search(data[:4096])
    return match[1].decode("ascii").lower() if match else None


def parse_html(markup: str, name: str) -> HtmlText:
    """Lay out a page as text.

    Raises:
        EmptyInput: nothing on the page is visible.
    """
    from inscriptis import get_annotated_text  # noqa: PLC0415 - time that only web pages need
    from inscriptis.model.config import ParserConfig  # noqa: PLC0415

    rules = {tag: [tag] for tag in KIND_OF_TAG}
    laid_out = get_annotated_text(_without_prolog(markup), ParserConfig(annotation_rules=rules, display_links=False))
    text = laid_out["text"]
    if not text.strip():
        raise EmptyInput(name, "the page shows no text", "Save the page from the browser after it has loaded.")
    blocks = _blocks(text, laid_out.get("label", []))
    title, published = _metadata(markup)
    return HtmlText(text, blocks, title, published)


def _without_prolog(markup: str) -> str:
    """Lxml refuses an encoding declaration in a string that is already decoded."""
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", markup)


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

    found: Any = extract_metadata(markup)
    return (found.title or None, found.date or None) if found is not None else (None, None)
