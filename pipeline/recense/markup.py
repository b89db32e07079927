"""Labelled text as a person writes it, with the labels inside, to the corpus format.

    id: doc-017
    language: fr
    kind: newsletter

    ⟦donations_platforms⟧Le pôle {CLUSTER:Cosmetic Valley} ouvre … en {REGION:Normandie=FR-NOR}.⟦/⟧

`⟦first|second⟧` notes a second category, `⟦treatments@en⟧` the language of an item in a mixed document.
Further header lines (layout, topic, sources) go to the document's note.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from recense.corpus import LabelledDocument, LabelledEntity, LabelledItem, Split
from recense.errors import CorpusError

MARK = re.compile(r"⟦/⟧|⟦(?P<item>[^⟧/]+)⟧|\{(?P<label>CLUSTER|REGION|MATERIAL):(?P<surface>[^{}]*)\}")
LEFTOVER = re.compile(r"[⟦⟧]|\{[A-Z]+:")
OWN_FIELDS = frozenset({"id", "language", "kind", "title"})
Linker = Callable[[str, str], str | None]


def parse_markup(raw: str, *, split: Split, annotator: str, link: Linker | None = None) -> LabelledDocument:
    """One marked-up document to one labelled document.

    Args:
        raw: header, an empty line, marked-up text.
        split: the split to note.
        annotator: who labelled it.
        link: (label, surface) -> id for clusters and materials, whose ids the markup does not hold.

    Raises:
        CorpusError: the markup is wrong; the message says where.
    """
    head, _, body = raw.partition("\n\n")
    meta = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
    name = meta.get("id", "?")
    text, items = _Parser(name, meta.get("language", ""), link).parse(body)
    note = "; ".join(f"{key}: {value}" for key, value in meta.items() if key not in OWN_FIELDS)
    content = {
        "id": name, "language": meta.get("language"), "source_kind": meta.get("kind"), "title": meta.get("title", ""),
        "text": text, "items": items, "split": split, "annotator": annotator, "note": note,
    }  # fmt: skip
    try:
        return msgspec.convert(content, LabelledDocument)
    except msgspec.ValidationError as error:
        raise CorpusError(name, f"the header is wrong: {error}", "Compare with corpus/README.md.") from error


class _Parser:
    """Takes the marks out of a body and notes where they stood."""

    def __init__(self, name: str, language: str, link: Linker | None) -> None:
        self.name, self.language, self.link = name, language, link
        self.text = ""
        self.items: list[LabelledItem] = []
        self.open: dict[str, Any] | None = None

    def parse(self, body: str) -> tuple[str, list[LabelledItem]]:
        position = 0
        for mark in MARK.finditer(body):
            self.text += body[position : mark.start()]
            position = mark.end()
            if mark["label"]:
                self._entity(mark["label"], mark["surface"])
            elif mark["item"]:
                self._begin_item(mark["item"])
            else:
                self._end_item()
        self.text += body[position:]
        if self.open is not None or LEFTOVER.search(self.text):
            raise self._error("an item is not closed, or markup is left in the text")
        return self.text, self.items

    def _entity(self, label: str, surface: str) -> None:
        code: str | None = None
        if label == "REGION":
            surface, _, region = surface.partition("=")
            code = region or None
        elif self.link:
            code = self.link(label, surface)
        if self.open is not None:
            start = len(self.text)
            entity = LabelledEntity(start, start + len(surface), label, code)  # type: ignore[arg-type]
            self.open["entities"].append(entity)
        self.text += surface

    def _begin_item(self, mark: str) -> None:
        if self.open is not None:
            raise self._error("an item begins inside an item")
        names, _, language = mark.partition("@")
        self.open = {
            "start": len(self.text),
            "language": language or self.language,
            "categories": tuple(names.split("|")),
            "entities": [],
        }

    def _end_item(self) -> None:
        if self.open is None:
            raise self._error("an item ends that never began")
        try:
            self.items.append(msgspec.convert({**self.open, "end": len(self.text)}, LabelledItem))
        except msgspec.ValidationError as error:
            raise self._error(str(error)) from error
        self.open = None

    def _error(self, reason: str) -> CorpusError:
        return CorpusError(self.name, f"{reason}, near {self.text[-40:]!r}", "Correct the markup.")
