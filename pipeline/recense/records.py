"""Every data type that crosses a module border.

All offsets are Python string offsets (code points), half open. The invariant of the whole line:
`item.text == document.text[item.start:item.end]`, and within an item
`entity.text == item.text[entity.start:entity.end]`.
"""

from typing import Literal

import msgspec

Language = Literal["fr", "en", "und"]
BlockKind = Literal["heading", "paragraph", "list_item", "table_row", "quote", "furniture"]
EntityLabel = Literal["CLUSTER", "REGION", "MATERIAL"]


class Block(msgspec.Struct, frozen=True):
    """A stretch of a document with one role in its layout; markers such as bullets stay outside.

    Attributes:
        kind: the role.
        start: offset of its first character in the document's text.
        end: offset after its last character.
        level: depth of a heading or of a list item, from 1; 0 for the other kinds.
        marker: the bullet sign or number that introduced a list item, "" where there is none.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    marker: str = ""


class Document(msgspec.Struct, frozen=True):
    """One text that was read, with its layout.

    Attributes:
        document_id: sha256 of the source bytes, in hexadecimal.
        source: the path as the user gave it, or "-" for standard input.
        title: the document's own title, None where it has none.
        published: ISO 8601 date where the source states one.
        language: the main language.
        text: the visible text, decoded and repaired; every offset refers to it.
        blocks: the layout, in order, not overlapping.
    """

    document_id: str
    source: str
    title: str | None
    published: str | None
    language: Language
    text: str
    blocks: tuple[Block, ...]


class LossMeter(msgspec.Struct, frozen=True, kw_only=True):
    """Where the visible characters of a source went: white space and control characters do not count.

    Attributes:
        visible: in the source.
        in_items: in an item.
        outside_items: in the document's text but in no item; bullets and cell borders that reading adds count too.
        left_out: left out by reading on purpose (hyphens at the ends of lines).
        unaccounted: in the source but neither in the text nor left out; must be 0.
    """

    visible: int
    in_items: int
    outside_items: int
    left_out: int
    unaccounted: int


class Item(msgspec.Struct, frozen=True):
    """One initiative as the document tells it: `text == document.text[start:end]`."""

    item_id: str
    document_id: str
    source: str
    title: str
    start: int
    end: int
    text: str
    language: Language
    language_confidence: float


class Entity(msgspec.Struct, frozen=True, omit_defaults=True):
    """A mention of a cluster, a place or a good inside an item.

    Attributes:
        label: CLUSTER, REGION or MATERIAL.
        text: the mention as written.
        start: offset in the item's text.
        end: offset after its last character in the item's text.
        id: the gazetteer's id (an ISO 3166-2 code for a place), None where the name could not be linked.
        name: the linked entry's preferred name, None where there is none.
        rule: what found it, for a reviewer ("alias: great east", "pattern: cluster + name").
        latitude: degrees north, for a place.
        longitude: degrees east, for a place.
    """

    label: EntityLabel
    text: str
    start: int
    end: int
    id: str | None
    name: str | None
    rule: str
    latitude: float | msgspec.UnsetType = msgspec.UNSET
    longitude: float | msgspec.UnsetType = msgspec.UNSET


class Reason(msgspec.Struct, frozen=True):
    """A feature that moved an item to its category.

    Attributes:
        feature: its name ("word: essai clinique").
        weight: its contribution to the category's decision score, in logits.
        start: offset in the item's text where it stands first, None where it is no stretch of text.
        end: offset after it, None likewise.
    """

    feature: str
    weight: float
    start: int | None
    end: int | None


class Prediction(msgspec.Struct, frozen=True):
    """What the classifier says of one text.

    Attributes:
        category: the best category, None where the classifier abstains.
        confidence: the probability of the best category, also where it abstains.
        scores: probability by category, in the taxonomy's order; they sum to 1.
        needs_review: a person should look, because the confidence is under the model's threshold.
        reasons: the features that spoke most for the best category.
    """

    category: str | None
    confidence: float
    scores: dict[str, float]
    needs_review: bool
    reasons: tuple[Reason, ...]


class InventoryRow(msgspec.Struct, frozen=True):
    """A line of items.jsonl; the order of the fields is part of the contract."""

    item_id: str
    document_id: str
    source: str
    title: str
    start: int
    end: int
    text: str
    language: Language
    language_confidence: float
    category: str | None
    confidence: float
    scores: dict[str, float]
    needs_review: bool
    entities: tuple[Entity, ...]
    reasons: tuple[Reason, ...]
    model: str


class ErrorRow(msgspec.Struct, frozen=True):
    """A line of errors.jsonl: an input that could not be used, and why."""

    source: str
    stage: str
    error: str
    message: str


class DocumentResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one document gave, or the errors in its place.

    Attributes:
        document: the document, None where there is none.
        rows: its items; empty where an earlier run has them.
        errors: why there is no document, or no items.
        notices: what had to be repaired to read it, in plain English.
        meter: where its characters went in reading.
    """

    document: Document | None = None
    rows: tuple[InventoryRow, ...] = ()
    errors: tuple[ErrorRow, ...] = ()
    notices: tuple[str, ...] = ()
    meter: LossMeter | None = None
