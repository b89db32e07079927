"""One source to its documents: bytes, format by content, text, layout, language.

A container (archive, message, feed, table) holds several documents, and may hold other containers.
"""

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from recense.errors import CostlyInput, EmptyInput, InputError, InputTooLarge, MissingInput
from recense.language import document_language
from recense.reading.formats import Format, detect_format
from recense.reading.isolation import ParsingWorker
from recense.reading.loss import measure_reading
from recense.reading.parsed import Failure, Parsed, ParsedText, Part
from recense.reading.parsers import ParsingOptions, parse, parse_text
from recense.reading.sources import STANDARD_INPUT, Source
from recense.records import Block, Document, LossMeter
from recense.sentences import document_units
from recense.settings import Settings

WORD = re.compile(r"[^\W\d_]{2}")
MAX_TITLE_CHARS = 160
# A mail in an archive in a mail: more is a way to make readers run for ever.
MAX_DEPTH = 4
# Parsers that are ours and simple enough to need no limits.
SAFE_FORMATS: frozenset[Format] = frozenset({"text"})
_worker = ParsingWorker()


class ReadResult(NamedTuple):
    """A document, what had to be repaired to read it, in plain English, and where its characters went."""

    document: Document
    notices: tuple[str, ...]
    meter: LossMeter


def read_source(source: Source, settings: Settings) -> Iterator[ReadResult | InputError]:
    """The documents of one file or of standard input, in order; what cannot be used is an error in its place."""
    try:
        data = _load(source, settings.max_bytes)
    except InputError as error:
        yield error
    else:
        yield from read_bytes(data, source.name, settings)


def read_bytes(data: bytes, name: str, settings: Settings) -> Iterator[ReadResult | InputError]:
    """The documents in the bytes of a file."""
    yield from _read(Part(name=name, data=data), settings, depth=0)


def read_text(text: str, name: str = STANDARD_INPUT) -> Document:
    """Turn a text that is already decoded into a document."""
    return _document(parse_text(text), name, hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())


def _read(part: Part, settings: Settings, *, depth: int) -> Iterator[ReadResult | InputError]:
    if depth > MAX_DEPTH:
        yield CostlyInput(part.name, f"it lies more than {MAX_DEPTH} containers deep", "Unpack it and name the file.")
        return
    try:
        form = _format(part, settings.text_column)
    except InputError as error:
        yield error
        return
    pieces = _parse(form, part, settings)
    if not pieces:
        yield EmptyInput(part.name, "it holds no document", "Check that it was saved completely.")
    for piece in pieces:
        if isinstance(piece, Failure):
            yield piece.error()
        elif isinstance(piece, ParsedText):
            yield _result(piece, part, settings)
        else:
            yield from _read(piece, settings, depth=depth + 1)


def _format(part: Part, text_column: str | None) -> Format:
    if not part.is_document:
        return detect_format(part.data, part.name, text_column)
    # The container says that this is text; it can only be a page or plain.
    form = detect_format(part.data, "")
    return "html" if form == "html" else "text"


def _parse(form: Format, part: Part, settings: Settings) -> list[Parsed]:
    options = ParsingOptions(settings.max_bytes, settings.text_column)
    if form in SAFE_FORMATS:
        return parse(form, part.data, part.name, options)
    return _worker.parse(form, part.data, part.name, options, seconds=settings.parse_seconds)


def _result(parsed: ParsedText, part: Part, settings: Settings) -> ReadResult | InputError:
    if len(parsed.text) > settings.max_chars:
        reason = f"its text is longer than {settings.max_chars:,} characters"
        return InputTooLarge(part.name, reason, "Split it into documents.")
    if not WORD.search(parsed.text):
        return EmptyInput(part.name, "it holds no words", "Check that it was saved completely.")
    stated = msgspec.structs.replace(
        parsed, title=part.title or parsed.title, published=part.published or parsed.published
    )
    document = _document(stated, part.name, part.digest or hashlib.sha256(part.data).hexdigest())
    if len(document_units(document)) > settings.max_sentences:
        reason = f"its text has more than {settings.max_sentences:,} sentences"
        return InputTooLarge(part.name, reason, "Split it into documents.")
    return ReadResult(document, parsed.notices, measure_reading(parsed))


def _document(parsed: ParsedText, name: str, digest: str) -> Document:
    title = parsed.title or _own_title(parsed.text, parsed.blocks)
    language = document_language(parsed.text)
    return Document(digest, name, title, parsed.published, language, parsed.text, parsed.blocks)


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
