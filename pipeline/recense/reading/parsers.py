"""One entry per format: bytes in, parsed texts or parts out."""

from collections.abc import Callable, Iterator

import msgspec

from recense.errors import InputError
from recense.reading.archive import zip_parts
from recense.reading.decoding import decode
from recense.reading.docx import parse_docx
from recense.reading.feed import feed_parts
from recense.reading.formats import Format
from recense.reading.html import declared_encoding, parse_html
from recense.reading.layout import text_blocks
from recense.reading.mail import mail_parts
from recense.reading.parsed import Failure, Parsed, ParsedText
from recense.reading.pdf import parse_pdf
from recense.reading.table import csv_parts, json_lines_parts


class ParsingOptions(msgspec.Struct, frozen=True):
    """What the parsers need to know of the settings.

    Attributes:
        max_bytes: a larger member of a container is refused.
        text_column: the column of a table that holds the texts, None to look for a usual name.
    """

    max_bytes: int
    text_column: str | None = None


def parse(form: Format, data: bytes, name: str, options: ParsingOptions) -> list[Parsed]:
    """What the bytes of a file hold; never raises an InputError, but returns it as a Failure."""
    parsed: list[Parsed] = []
    try:
        for piece in PARSERS[form](data, name, options):
            parsed.append(Failure.of(piece) if isinstance(piece, InputError) else piece)
    except InputError as error:
        parsed.append(Failure.of(error))
    return parsed


def parse_text(text: str, *, notices: tuple[str, ...] = ()) -> ParsedText:
    """A plain or Markdown text."""
    return ParsedText(text=text, blocks=text_blocks(text), visible=text, notices=notices)


def _text(data: bytes, name: str, _: ParsingOptions) -> Iterator[Parsed]:
    decoded = decode(data, name)
    yield parse_text(decoded.text, notices=tuple(decoded.notices))


def _html(data: bytes, name: str, _: ParsingOptions) -> Iterator[Parsed]:
    decoded = decode(data, name, declared=declared_encoding(data))
    yield msgspec.structs.replace(parse_html(decoded.text, name), notices=tuple(decoded.notices))


def _csv(data: bytes, name: str, options: ParsingOptions) -> Iterator[Parsed | InputError]:
    yield from csv_parts(decode(data, name).text, name, options.text_column)


def _json_lines(data: bytes, name: str, options: ParsingOptions) -> Iterator[Parsed | InputError]:
    yield from json_lines_parts(decode(data, name).text, name, options.text_column)


PARSERS: dict[Format, Callable[[bytes, str, ParsingOptions], Iterator[Parsed | InputError]]] = {
    "text": _text,
    "html": _html,
    "pdf": lambda data, name, _: iter([parse_pdf(data, name)]),
    "docx": lambda data, name, _: iter([parse_docx(data, name)]),
    "mail": lambda data, name, _: mail_parts(data, name),
    "feed": lambda data, name, _: iter(feed_parts(data, name)),
    "csv": _csv,
    "json_lines": _json_lines,
    "zip": lambda data, name, options: zip_parts(data, name, options.max_bytes),
}
