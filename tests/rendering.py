"""One newsletter in many layouts and formats: what reading and splitting must not change."""

import base64
import html
import io
import textwrap
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import docx
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer, Table, TableStyle

NEWSLETTER = Path(__file__).parent / "data/newsletter_fr.txt"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
LAYOUTS = ("bullets", "numbered", "headings", "paragraphs", "regions", "table", "wrapped", "lines")


class Initiative(NamedTuple):
    """An item of the newsletter."""

    region: str
    heading: str
    text: str


class Newsletter(NamedTuple):
    """A newsletter before it has a layout."""

    title: str
    opening: str
    items: list[Initiative]
    closing: list[str]


class Piece(NamedTuple):
    """A part of a laid-out newsletter: its role, and its text or cells."""

    role: str
    text: str
    cells: tuple[str, ...] = ()


def load_newsletter(path: Path = NEWSLETTER) -> Newsletter:
    """Read the newsletter: # title, ## region, @ heading; other lines are text."""
    title, region, heading = "", "", ""
    items, plain = list[Initiative](), list[str]()
    for line in filter(None, path.read_text(encoding="utf-8").split("\n")):
        if line.startswith("# "):
            title = line[2:]
        elif line.startswith("## "):
            region = line[3:]
        elif line.startswith("@ "):
            heading = line[2:]
        elif heading:
            items.append(Initiative(region, heading, line))
            heading = ""
        else:
            plain.append(line)
    return Newsletter(title, plain[0], items, plain[1:])


def lay_out(newsletter: Newsletter, layout: str) -> list[Piece]:
    """The newsletter as a sequence of pieces in one of the layouts."""
    pieces = [Piece("title", newsletter.title), Piece("paragraph", newsletter.opening)]
    region = ""
    for number, item in enumerate(newsletter.items, start=1):
        if layout == "regions" and item.region != region:
            region = item.region
            pieces.append(Piece("heading", region))
        pieces += _item_pieces(item, number, layout)
    return [*pieces, *(Piece("paragraph", text) for text in newsletter.closing)]


def _item_pieces(item: Initiative, number: int, layout: str) -> list[Piece]:
    if layout == "headings":
        return [Piece("heading", item.heading), Piece("paragraph", item.text)]
    if layout == "table":
        return [Piece("row", item.text, (str(number), item.region, item.text))]
    role = {"numbered": "number", "paragraphs": "paragraph", "lines": "line"}.get(layout, "bullet")
    return [Piece(role, item.text, (f"{number}.",))]


def to_text(pieces: list[Piece], layout: str) -> str:
    """Plain text."""
    width = 72 if layout == "wrapped" else 0
    lines: list[str] = []
    for piece in pieces:
        sign = {"bullet": "- ", "number": f"{piece.cells[0]} " if piece.cells else ""}.get(piece.role, "")
        body = sign + ("\t".join(piece.cells) if piece.role == "row" else piece.text)
        if piece.role in ("paragraph", "heading", "title"):
            lines.append("")
        lines += textwrap.wrap(body, width, subsequent_indent="  " if sign else "") if width else [body]
        if piece.role in ("paragraph", "title"):
            lines.append("")
    return "\n".join(lines).strip() + "\n"


def to_markdown(pieces: list[Piece], layout: str) -> str:
    """Markdown."""
    marked = []
    for piece in pieces:
        sign = {"title": "# ", "heading": "## "}.get(piece.role, "")
        text = "| " + " | ".join(piece.cells) + " |" if piece.role == "row" else sign + piece.text
        marked.append(Piece("paragraph" if sign else "line" if piece.role == "row" else piece.role, text, piece.cells))
    return to_text(marked, layout)


def to_html(pieces: list[Piece], encoding: str) -> str:
    """A web page."""
    tags = {"title": "h1", "heading": "h2", "paragraph": "p", "line": "div"}
    body, wrapper = [], ""
    for piece in pieces:
        wanted = {"bullet": "ul", "number": "ol", "row": "table"}.get(piece.role, "")
        if wanted != wrapper:
            body.append((f"</{wrapper}>" if wrapper else "") + (f"<{wanted}>" if wanted else ""))
            wrapper = wanted
        if piece.role == "row":
            body.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in piece.cells) + "</tr>")
        else:
            tag = "li" if wanted else tags[piece.role]
            body.append(f"<{tag}>{html.escape(piece.text)}</{tag}>")
    charset = encoding.removesuffix("-sig")
    head = f'<head><meta charset="{charset}"><title>{html.escape(pieces[0].text)}</title></head>'
    return f"<!doctype html>\n<html>{head}\n<body>\n" + "\n".join(body) + "\n</body></html>\n"


def to_mail(text: str, encoding: str) -> bytes:
    """A message with a plain body in this character set."""
    message = EmailMessage()
    message["From"], message["To"] = "lettre@example.org", "adherents@example.org"
    message["Subject"], message["Date"] = "Lettre des filières", "Tue, 05 May 2020 09:00:00 +0200"
    if encoding == "utf-8":
        message.set_content(text, cte="quoted-printable")
    else:
        message["Content-Type"] = f'text/plain; charset="{encoding.removesuffix("-sig")}"'
        message["Content-Transfer-Encoding"] = "base64"
        message.set_payload(base64.encodebytes(text.encode(encoding)).decode("ascii"))
    return message.as_bytes()


def to_atom(page: str, encoding: str) -> bytes:
    """A feed with the newsletter as its only entry."""
    charset = encoding.removesuffix("-sig")
    body = page.partition("<body>")[2].partition("</body>")[0].partition("</h1>")[2]
    feed = (
        f'<?xml version="1.0" encoding="{charset}"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Filières</title>'
        "<id>urn:1</id><updated>2020-05-05T09:00:00Z</updated><entry><title>Lettre des filières</title><id>urn:2</id>"
        f'<updated>2020-05-05T09:00:00Z</updated><content type="html">{html.escape(body)}</content></entry></feed>'
    )
    return feed.encode(encoding)


def to_docx(pieces: list[Piece]) -> bytes:
    """A Word document with its own styles."""
    document, rows = docx.Document(), []
    styles = {"heading": "Heading 2", "bullet": "List Bullet", "number": "List Number", "title": "Title"}
    for piece in pieces:
        if piece.role == "row":
            rows.append(piece.cells)
            continue
        _add_rows(document, rows)
        rows = []
        document.add_paragraph(piece.text, style=styles.get(piece.role))
    _add_rows(document, rows)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add_rows(document: "docx.document.Document", rows: list[tuple[str, ...]]) -> None:
    if rows:
        table = document.add_table(rows=0, cols=len(rows[0]))
        for cells in rows:
            for cell, text in zip(table.add_row().cells, cells, strict=True):
                cell.text = text


def to_pdf(pieces: list[Piece], *, columns: int = 1) -> bytes:
    """A PDF with a running header and page numbers."""
    file = io.BytesIO()
    template = BaseDocTemplate(file, pagesize=A4, invariant=True)
    gap = 20
    width = (template.width - gap * (columns - 1)) / columns
    frames = [
        Frame(template.leftMargin + i * (width + gap), template.bottomMargin, width, template.height, 0, 0, 0, 0)
        for i in range(columns)
    ]
    template.addPageTemplates(PageTemplate("page", frames, onPage=_furniture))
    template.build(_flowables(pieces))
    return file.getvalue()


def _furniture(canvas: Canvas, template: BaseDocTemplate) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(72, A4[1] - 40, "Lettre des filières – numéro 58")
    canvas.drawCentredString(A4[0] / 2, 30, f"Page {template.page}")


def _flowables(pieces: list[Piece]) -> list[Flowable]:
    styles = getSampleStyleSheet()
    body = ParagraphStyle("body", parent=styles["Normal"], fontSize=10, leading=13, spaceAfter=6)
    item = ParagraphStyle("item", parent=body, leftIndent=14, bulletIndent=2)
    flowables: list[Flowable] = []
    rows: list[list[Paragraph]] = []
    for piece in pieces:
        if piece.role == "row":
            rows.append([Paragraph(html.escape(cell), body) for cell in piece.cells])
            continue
        flowables += _table(rows)
        rows = []
        sign = {"bullet": "•", "number": piece.cells[0] if piece.cells else ""}.get(piece.role)
        style = {"title": styles["Title"], "heading": styles["Heading2"], "bullet": item, "number": item}
        flowables.append(Paragraph(html.escape(piece.text), style.get(piece.role, body), bulletText=sign))
    return [*flowables, *_table(rows), Spacer(1, 6)]


def _table(rows: list[list[Paragraph]]) -> list[Flowable]:
    if not rows:
        return []
    return [Table(rows, colWidths=[24, 90, 320], style=TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP")]))]


def _encoded_text(pieces: list[Piece], layout: str, encoding: str) -> bytes:
    return to_text(pieces, layout).encode(encoding)


FORMATS: dict[str, Callable[[list[Piece], str, str], bytes]] = {
    "txt": _encoded_text,
    "md": lambda pieces, layout, encoding: to_markdown(pieces, layout).encode(encoding),
    "html": lambda pieces, layout, encoding: to_html(pieces, encoding).encode(encoding),
    "eml": lambda pieces, layout, encoding: to_mail(to_text(pieces, layout), encoding),
    "atom": lambda pieces, layout, encoding: to_atom(to_html(pieces, encoding), encoding),
    "docx": lambda pieces, layout, encoding: to_docx(pieces),
    "pdf": lambda pieces, layout, encoding: to_pdf(pieces),
}
# These say in themselves how they are encoded.
SELF_CONTAINED = ("docx", "pdf")
