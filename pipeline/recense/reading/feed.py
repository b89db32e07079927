"""RSS and Atom feeds: one document per entry."""

import html
import re
import time
from collections.abc import Iterator
from typing import Any

from recense.errors import DamagedInput, EmptyInput, UnsafeInput
from recense.reading.parsed import Part

# Comments, instructions and a document type may stand before the first tag.
FEED_START = re.compile(
    r"\s*(?:<!--.*?-->\s*|<\?[^>]*\?>\s*|<!DOCTYPE[^\[>]*(?:\[.*?\])?\s*>\s*)*<(?:rss|feed|rdf:RDF)[\s>]",
    re.DOTALL | re.IGNORECASE,
)


def looks_like_feed(start: str) -> bool:
    """Whether a text begins as a feed does."""
    return FEED_START.match(start) is not None


def feed_parts(data: bytes, name: str) -> Iterator[Part]:
    """The entries as small web pages: title, then the fullest of their texts.

    Raises:
        UnsafeInput: it declares entities of its own.
        DamagedInput: it is not well formed and no entry can be read.
        EmptyInput: it has no entries.
    """
    import feedparser  # noqa: PLC0415 - time that only feeds need

    if b"<!ENTITY" in data:
        raise UnsafeInput(name, "the feed declares entities of its own, as attacks do", "Ask where it comes from.")
    parsed: Any = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.entries:
        if parsed.bozo:
            reason = f"the feed is damaged ({parsed.bozo_exception})"
            raise DamagedInput(name, reason, "Download it again.")
        raise EmptyInput(name, "the feed has no entries", "Check its address.")
    for number, entry in enumerate(parsed.entries, start=1):
        page = _page(entry)
        if page:
            yield Part(
                name=f"{name}#{number}", data=page.encode("utf-8"), is_document=True,
                title=_plain(entry.get("title")), published=_date(entry),
            )  # fmt: skip


def _page(entry: Any) -> str | None:
    texts = [content.get("value") or "" for content in entry.get("content", [])] + [entry.get("summary") or ""]
    body = max(texts, key=len)
    title = entry.get("title") or ""
    if not title and not body:
        return None
    return f"<!doctype html><html><body><h1>{title}</h1>\n<div>{_as_html(body)}</div></body></html>"


def _as_html(body: str) -> str:
    """Plain text in a feed keeps its lines."""
    if "<" in body:
        return body
    return "".join(f"<p>{line}</p>" for line in body.splitlines() if line.strip())


def _plain(title: str | None) -> str | None:
    return html.unescape(re.sub(r"<[^>]+>", "", title)).strip() or None if title else None


def _date(entry: Any) -> str | None:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    return time.strftime("%Y-%m-%d", moment) if moment else None
