"""One source to one document: bytes, format by content, text, layout, language."""

import hashlib
import sys
from pathlib import Path
from typing import NamedTuple

from recense.errors import InputTooLarge, MissingInput, UnsupportedFormat
from recense.language import document_language
from recense.reading.decoding import decode
from recense.reading.html import declared_encoding, looks_like_html, parse_html
from recense.reading.layout import text_blocks
from recense.reading.sources import READABLE_SUFFIXES, STANDARD_INPUT, Source
from recense.records import Block, Document

UNREAD_SUFFIXES = frozenset(
    {".pdf", ".docx", ".doc", ".odt", ".eml", ".msg", ".zip", ".rss", ".atom", ".csv", ".jsonl"}
)
MAX_TITLE_CHARS = 160


class ReadResult(NamedTuple):
    """A document and what had to be repaired to read it, in plain English."""

    document: Document
    notices: list[str]


def read_source(source: Source, *, max_bytes: int) -> ReadResult:
    """Read one file or standard input.

    Raises:
        InputError: the source cannot be used; the message says why and what to do.
    """
    return read_bytes(_load(source, max_bytes), source.name)


def read_bytes(data: bytes, name: str) -> ReadResult:
    """Turn the bytes of a source into a document; the format is found by content."""
    _refuse_other_formats(name)
    decoded = decode(data, name, declared=declared_encoding(data))
    digest = hashlib.sha256(data).hexdigest()
    if looks_like_html(data):
        page = parse_html(decoded.text, name)
        document = _document(page.text, page.blocks, name, digest, title=page.title, published=page.published)
    else:
        document = _document(decoded.text, text_blocks(decoded.text), name, digest)
    return ReadResult(document, decoded.notices)


def read_text(text: str, name: str = STANDARD_INPUT) -> Document:
    """Turn a text that is already decoded into a document."""
    return _document(text, text_blocks(text), name, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())


def _document(
    text: str, blocks: tuple[Block, ...], name: str, digest: str,
    *, title: str | None = None, published: str | None = None,
) -> Document:  # fmt: skip
    return Document(digest, name, title or _own_title(text, blocks), published, document_language(text), text, blocks)


def _own_title(text: str, blocks: tuple[Block, ...]) -> str | None:
    """The first block, where it is short enough to be a title."""
    if not blocks or blocks[0].kind not in ("heading", "paragraph"):
        return None
    first = " ".join(text[blocks[0].start : blocks[0].end].split())
    return first if len(first) <= MAX_TITLE_CHARS else None


def _load(source: Source, max_bytes: int) -> bytes:
    if source.name == STANDARD_INPUT:
        data = sys.stdin.buffer.read(max_bytes + 1)
    else:
        try:
            with Path(source.name).open("rb") as file:
                data = file.read(max_bytes + 1)
        except OSError as error:
            reason = (error.strerror or "it cannot be opened").lower()
            raise MissingInput(source.name, reason, "Check the path and its permissions.") from error
    if len(data) > max_bytes:
        reason = f"the file is larger than {max_bytes / 1e6:.0f} MB"
        raise InputTooLarge(source.name, reason, "Split it into documents.")
    return data


def _refuse_other_formats(name: str) -> None:
    """Name a format that has no reader yet, rather than call it binary."""
    suffix = Path(name).suffix.lower()
    if suffix in UNREAD_SUFFIXES:
        reason = f"there is no reader for {suffix} files yet"
        readable = ", ".join(sorted(READABLE_SUFFIXES))
        raise UnsupportedFormat(name, reason, f"Save it as text or HTML; recense reads {readable}.")
