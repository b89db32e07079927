"""E-mail messages (.eml): the body as one document, each attachment as one of its own."""

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message, MIMEPart
from email.utils import parsedate_to_datetime
from hashlib import sha256

from recense.errors import EmptyInput, InputError
from recense.reading.archive import PATH_BREAK
from recense.reading.decoding import decode_leniently
from recense.reading.html import html_text
from recense.reading.parsed import Part

# Newsletters often come with a plain part that says no more than "open this in your browser".
MIN_PLAIN_SHARE = 0.7
HEADER_LINE = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t]|[A-Za-z][A-Za-z0-9-]*:\r?\n")
MAIL_HEADERS = frozenset(
    b"return-path received mime-version message-id delivered-to content-type content-transfer-encoding".split()
)


def looks_like_mail(data: bytes) -> bool:
    """Whether the bytes begin with header lines of which one only a mail program writes."""
    names = set()
    for line in data[:16_384].lstrip(b"\r\n").splitlines():
        if not line.strip():
            break
        if line[:1] in b" \t":
            continue
        if not HEADER_LINE.match(line + b"\n"):
            return False
        names.add(line.partition(b":")[0].lower())
    return bool(names & MAIL_HEADERS)


def mail_parts(data: bytes, name: str) -> Iterator[Part | InputError]:
    """The body and the attachments of a message; pictures and signatures within it are left out.

    Raises:
        EmptyInput: neither body nor attachment holds text.
    """
    message = message_from_bytes(data, policy=policy.default)
    body = _body(message)
    attached = list(_attachments(message, name))
    if body is None and not attached:
        raise EmptyInput(name, "the message has no text and no attachment", "Export it from the mail program again.")
    if body is not None:
        yield Part(
            name=name, data=body.encode("utf-8"), is_document=True, digest=sha256(data).hexdigest(),
            title=_subject(message), published=_date(message),
        )  # fmt: skip
    yield from attached


def _body(message: EmailMessage) -> str | None:
    plain, page = _content(message.get_body(("plain",))), _content(message.get_body(("html",)))
    if page and len((plain or "").split()) < MIN_PLAIN_SHARE * len(html_text(page).split()):
        return page
    return plain or page


def _content(part: MIMEPart | None) -> str | None:
    """The decoded text of a part, also where its header names an unknown encoding or a wrong one."""
    if part is None:
        return None
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return None
    text = decode_leniently(payload, part.get_content_charset())
    return text if text.strip() else None


def _attachments(message: EmailMessage, name: str) -> Iterator[Part]:
    for number, part in enumerate(message.iter_attachments(), start=1):
        kind = part.get_content_maintype()
        if kind in ("image", "audio", "video") or part.get_content_subtype() in ("pkcs7-signature", "pgp-signature"):
            continue
        own_name = f"{name}{PATH_BREAK}{_file_name(part, number)}"
        if kind == "message":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                yield Part(name=own_name, data=inner[0].as_bytes())
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload.strip():
            yield Part(name=own_name, data=payload)


def _file_name(part: EmailMessage, number: int) -> str:
    stated = (part.get_filename() or "").replace("\\", "/").rpartition("/")[2]
    suffix = {"message/rfc822": ".eml", "text/html": ".html", "application/pdf": ".pdf"}.get(part.get_content_type())
    return stated or f"attachment {number}{suffix or ''}"


def _subject(message: EmailMessage) -> str | None:
    return " ".join(str(message.get("Subject") or "").split()) or None


def _date(message: EmailMessage) -> str | None:
    try:
        sent: datetime = parsedate_to_datetime(str(message.get("Date") or ""))
    except ValueError:
        return None
    return sent.date().isoformat()
