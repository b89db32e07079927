"""Files that are broken, huge or made to harm: each is written by a function, none is kept in the repository."""

import base64
import gzip
import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import docx
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

GIGABYTE = 1_000_000_000
SENTENCE = "Le pôle prête des respirateurs à l'hôpital de Nîmes, où l'on en manque depuis mars. "
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DTD = f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def noise(size: int) -> bytes:
    """Bytes without any order, the same every time."""
    return random.Random(0).randbytes(size)  # noqa: S311


def zipped(members: dict[str, bytes], *, level: int = 9) -> bytes:
    """A ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def pdf(*, pages: int = 1, text: str = SENTENCE, encryption: StandardEncryption | None = None) -> bytes:
    """A PDF with the same text on each page."""
    file = io.BytesIO()
    canvas = Canvas(file, invariant=True, encrypt=encryption)
    for _ in range(pages):
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def raw_pdf(content: bytes, *, filters: bytes = b"/FlateDecode", kids: bytes = b"3 0 R", count: int = 1) -> bytes:
    """A PDF by hand: one page whose content stream is given, packed."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d/Filter[%b]>>stream\n%b\nendstream" % (len(content), filters, content),
    ]
    body, offsets = b"%PDF-1.7\n", []
    for number, content_of in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content_of)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    return body + b"xref\n0 5\n0000000000 65535 f \n" + table + trailer


@cache
def packed_gigabyte() -> bytes:
    """A gigabyte of spaces, packed a thousandfold."""
    packer, block = zlib.compressobj(6), b" " * 1_000_000
    return b"".join(packer.compress(block) for _ in range(1000)) + packer.flush()


def word(body: str = "", *, prolog: str = "", filler: int = 0) -> bytes:
    """A Word document with this XML in its body."""
    file = io.BytesIO()
    docx.Document().save(file)
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    xml = f'<?xml version="1.0"?>{prolog}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    members["word/document.xml"] = xml.encode() + b" " * filler
    return zipped(members)


def encrypted_zip() -> bytes:
    """An archive whose member says that it is encrypted."""
    data = bytearray(zipped({"a.txt": SENTENCE.encode()}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


def lying_zip() -> bytes:
    """An archive that states a hundredth of its member's size."""
    data = bytearray(zipped({"a.txt": b"a" * 50_000_000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(signature) + offset, 500_000)
    return bytes(data)


def nested_zip(depth: int) -> bytes:
    """An archive in an archive in an archive."""
    data = SENTENCE.encode()
    for level in range(depth):
        data = zipped({f"{level}.zip" if level else "a.txt": data})
    return data


def mail(body: bytes, *headers: bytes) -> bytes:
    """A message by hand."""
    start = (b"From: a@example.org", b"Message-ID: <1@example.org>", b"MIME-Version: 1.0", *headers)
    return b"\r\n".join(start) + b"\r\n\r\n" + body


def nested_mail(depth: int) -> bytes:
    """Multipart in multipart in multipart, and no text in the last."""
    body = b""
    for level in range(depth):
        body = (
            b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level + 1, level) + body
            if level
            else b"--b1\r\n\r\n"
        )
    return mail(body, b"Content-Type: multipart/mixed; boundary=b%d" % depth)


def mail_with(attachment: bytes, name: str) -> bytes:
    """A message without text and with one attachment."""
    part = b"--x\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n"
    part += b'Content-Disposition: attachment; filename="%b"\r\n\r\n' % name.encode()
    return mail(part + base64.encodebytes(attachment) + b"\r\n--x--\r\n", b"Content-Type: multipart/mixed; boundary=x")


def feed(content: str, prolog: str = "") -> bytes:
    """An RSS feed."""
    return f'<?xml version="1.0"?>{prolog}<rss version="2.0"><channel>{content}</channel></rss>'.encode()


FILES: dict[str, Callable[[], bytes]] = {
    "empty.txt": lambda: b"",
    "blank.txt": lambda: b" \r\n\t\n" * 10_000,
    "nulls.txt": lambda: bytes(100_000),
    "noise.txt": lambda: noise(100_000),
    "picture.txt": lambda: b"\x89PNG\r\n\x1a\n" + noise(1000),
    "photo.md": lambda: b"\xff\xd8\xff\xe0" + noise(1000),
    "packed.txt": lambda: gzip.compress(SENTENCE.encode()),
    "program.txt": lambda: b"\x7fELF" + noise(1000),
    "half_utf16.txt": lambda: b"\xff\xfe" + SENTENCE.encode("utf-16-le") + b"\x00\xd8a",
    "spanish.txt": ("El clúster reúne las ofertas de sus empresas y las envía a los hospitales. " * 9).encode,
    "long_text.txt": lambda: SENTENCE.encode() * 60_000,
    "one_word.txt": lambda: b"a" * 15_000_000,
    "scripts.html": lambda: b"<html><body>" + b"<script>alert(1)</script>" * 10_000 + b"</body></html>",
    "nested.html": lambda: b"<html><body>" + b"<div>" * 1_000_000,
    "nested_spans.html": lambda: b"<html><body>" + b"<b><i>" * 500_000 + b"</i></b>" * 500_000,
    "laughs.html": f"{DTD}<html><body></body></html>".encode,
    "tables.html": lambda: b"<html><body>" + b"<table><tr><td>" * 100_000,
    "laughs.rss": lambda: feed("<item><title>&l9;</title></item>", DTD),
    "outside.rss": lambda: feed("<title>&x;</title>", '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    "cut.rss": lambda: feed("<item><title>Un don de masques")[:45],
    "no_entries.atom": lambda: b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"></feed>',
    "cut.pdf": lambda: pdf(pages=3)[:900],
    "locked.pdf": lambda: pdf(encryption=StandardEncryption("secret", canPrint=0)),
    "noise.pdf": lambda: b"%PDF-1.7\n" + noise(100_000),
    "bomb.pdf": lambda: raw_pdf(packed_gigabyte()),
    "bomb_in_bomb.pdf": lambda: raw_pdf(zlib.compress(packed_gigabyte(), 9), filters=b"/FlateDecode/FlateDecode"),
    "no_text.pdf": lambda: raw_pdf(zlib.compress(b"0 0 m 10 10 l S")),
    "many_pages.pdf": lambda: pdf(pages=2000),
    "loop.pdf": lambda: raw_pdf(zlib.compress(b""), kids=b"2 0 R 2 0 R", count=100_000),
    "empty.docx": word,
    "cut.docx": lambda: word("<w:p/>")[:2000],
    "bomb.docx": lambda: word(filler=400_000_000),
    "laughs.docx": lambda: word("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>", prolog=DTD),
    "nested.docx": lambda: word("<w:tbl><w:tr><w:tc>" * 20_000),
    "no_word.docx": lambda: zipped({"a.bin": noise(1000)}),
    "sheet.xlsx": lambda: zipped({"xl/workbook.xml": b"<workbook/>", "[Content_Types].xml": b"<Types/>"}),
    "text.odt": lambda: zipped({"mimetype": b"application/vnd.oasis", "META-INF/manifest.xml": b"<m/>"}),
    "old.doc": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise(5000),
    "rich.rtf": lambda: b"{\\rtf1\\ansi Le p\\'f4le pr\\'eate des masques.}",
    "bomb.zip": lambda: zipped({"a.txt": b"a" * 300_000_000}),
    "nested.zip": lambda: nested_zip(8),
    "outside.zip": lambda: zipped({"../../outside.txt": SENTENCE.encode()}),
    "absolute.zip": lambda: zipped({"/etc/outside.txt": SENTENCE.encode()}),
    "cut.zip": lambda: zipped({"a.txt": noise(10_000)})[:5000],
    "locked.zip": encrypted_zip,
    "many.zip": lambda: zipped({f"{n}.txt": b"" for n in range(20_000)}, level=1),
    "lying.zip": lying_zip,
    "nothing.zip": lambda: zipped({}),
    "no_text.eml": lambda: mail(b""),
    "no_boundary.eml": lambda: mail(b"--x\r\n\r\n", b"Content-Type: multipart/mixed"),
    "nested.eml": lambda: nested_mail(2000),
    "bad_base64.eml": lambda: mail(b"====", b"Content-Type: text/plain", b"Content-Transfer-Encoding: base64"),
    "bomb.eml": lambda: mail_with(zipped({"a.txt": b"a" * 300_000_000}), "a.zip"),
    "no_texts.csv": lambda: b"number,amount\n1,2\n3,4\n",
    "open_quote.csv": lambda: b'text\n"' + b"a" * 12_000_000,
    "no_rows.csv": lambda: b"title,text\n",
    "broken.jsonl": lambda: b'{"text": "Un don de masques"}\n{"text": \n',
    "nested.jsonl": lambda: b'{"text": 1}\n{"text": ' + b"[" * 1_000_000,
}


def write_all(folder: Path) -> list[Path]:
    """Write the files, and those that are not made of bytes alone."""
    for name, content in FILES.items():
        (folder / name).write_bytes(content())
    with (folder / "one_gigabyte_line.txt").open("wb") as file:
        file.write(b"a" * 1_000_000)
        file.truncate(GIGABYTE)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.txt")
    return sorted(folder.iterdir())
