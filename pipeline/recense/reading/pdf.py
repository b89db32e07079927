"""PDF to text and layout blocks: characters with their places from PDFium, reading order from the page's geometry."""

import ctypes
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from recense.errors import DamagedInput, EmptyInput, InputError, InputTooLarge, ProtectedInput
from recense.reading.parsed import ParsedText
from recense.reading.pdf_layout import SOFT_HYPHEN, Page, Segment, lay_out

MAX_PAGES = 300
# A gap wider than this many line heights is a gutter or a cell border, not a word space (justified text: up to 0.8).
WIDE_GAP = 1.0
# Two characters are on one line where their middles differ by less than this share of the line height.
SAME_LINE = 0.5
LINE_BREAKS = "\r\n"
# PDFium's signs for a hyphen that only ends a line.
LINE_END_HYPHENS = "\x02\ufffe"
PDF_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")


def parse_pdf(data: bytes, name: str) -> ParsedText:
    """Read the text layer of a PDF.

    Raises:
        ProtectedInput: it opens only with a password.
        DamagedInput: PDFium cannot read it.
        EmptyInput: the pages are pictures without text.
        InputTooLarge: it has more than 300 pages.
    """
    import pypdfium2  # noqa: PLC0415 - time that only PDF files need

    try:
        pdf = pypdfium2.PdfDocument(data)
        if len(pdf) > MAX_PAGES:
            raise InputTooLarge(
                name, f"the PDF has {len(pdf)} pages, more than {MAX_PAGES}", "Split it into documents."
            )
        pages = [_page(pdf[index]) for index in range(len(pdf))]
        metadata = pdf.get_metadata_dict()
    except pypdfium2.PdfiumError as error:
        raise _unreadable(name, error) from error
    laid_out = lay_out([page for page, _ in pages])
    if not laid_out.text.strip():
        raise EmptyInput(name, "the pages hold pictures, no text", "Run a text recognition (OCR) on it first.")
    date = PDF_DATE.match(metadata.get("CreationDate", ""))
    published = "-".join(date.groups()) if date else None
    visible = "\n".join(plain for _, plain in pages)
    return ParsedText(
        text=laid_out.text, blocks=laid_out.blocks, visible=visible, left_out=laid_out.left_out, published=published
    )


def _unreadable(name: str, error: Exception) -> InputError:
    if "password" in str(error).lower():
        return ProtectedInput(name, "the PDF is protected by a password", "Save a copy without it and try again.")
    return DamagedInput(name, "the PDF is damaged or incomplete", "Open it in a viewer and print it to a new PDF.")


def _page(page: Any) -> tuple[Page, str]:
    """The segments of one page, and its text as PDFium itself orders it."""
    text_page = page.get_textpage()
    width, height = page.get_size()
    return Page(width, height, tuple(_segments(text_page.raw))), text_page.get_text_range()


class _Char(NamedTuple):
    """A visible character and its box, in points from the lower left corner of the page."""

    char: str
    left: float
    right: float
    bottom: float
    top: float


def _segments(text_page: Any) -> Iterator[Segment]:
    """Runs of characters that stand side by side, cut at wide gaps."""
    run: list[_Char] = []
    for char in _characters(text_page):
        if run and (char.char in LINE_BREAKS or not _follows(run[-1], char)):
            yield from _segment(run)
            run = []
        if char.char not in LINE_BREAKS and (run or not char.char.isspace()):
            run.append(char)
    yield from _segment(run)


def _characters(text_page: Any) -> Iterator[_Char]:
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    box = pdfium.FS_RECTF()
    previous: _Char | None = None
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        char = chr(pdfium.FPDFText_GetUnicode(text_page, index))
        if char in LINE_END_HYPHENS:
            char = SOFT_HYPHEN
        if pdfium.FPDFText_IsGenerated(text_page, index) == 1 and previous is not None:
            # A space or a line break that PDFium put in has no box of its own.
            yield _Char(char, previous.right, previous.right, previous.bottom, previous.top)
            continue
        if not char.isprintable() and char != SOFT_HYPHEN:
            continue
        if pdfium.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box)):
            previous = _Char(char, box.left, box.right, box.bottom, box.top)
            yield previous


def _follows(before: _Char, char: _Char) -> bool:
    height = max(before.top - before.bottom, char.top - char.bottom, 1.0)
    middles = abs((before.top + before.bottom) - (char.top + char.bottom)) / 2
    gap = char.left - before.right
    return middles < SAME_LINE * height and -height < gap < WIDE_GAP * height


def _segment(run: list[_Char]) -> Iterator[Segment]:
    while run and run[-1].char.isspace():
        run.pop()
    if run:
        text = re.sub(r"\s+", " ", "".join(char.char for char in run))
        tops, bottoms = [char.top for char in run], [char.bottom for char in run]
        yield Segment(run[0].left, max(char.right for char in run), min(bottoms), max(tops), text)
