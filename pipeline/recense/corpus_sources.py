"""Where the facts of the labelled items come from, and ids for names that no gazetteer holds.

Both lie beside the labelled documents as lists that a person can review: `sources.csv` names the public pages of every
item, `names.csv` the bodies and goods that labels refer to although the gazetteers, which are made from public lists
alone, do not know them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from recense.corpus import LabelledDocument
from recense.entities.gazetteer import read_rows
from recense.records import EntityLabel

SOURCES, NAMES = "sources.csv", "names.csv"


class Name(msgspec.Struct, frozen=True):
    """What an id stands for that only the labels know.

    Attributes:
        id: the slug.
        label: CLUSTER or MATERIAL.
        name_fr: its name in French.
        name_en: its name in English; of a body or a trade name the same.
        kind: of a body, what it is (cluster, federation...); of a good, the id of the wider good.
    """

    id: str
    label: EntityLabel
    name_fr: str
    name_en: str
    kind: str


class Pages(msgspec.Struct, frozen=True):
    """Where the facts of one item come from.

    Attributes:
        document: id of its document.
        item: its number in the document, counted from 1.
        pages: addresses of public pages.
        checked: whether its text was held against a page once more after it was written.
    """

    document: str
    item: int
    pages: tuple[str, ...]
    checked: bool


def load_sources(folder: Path) -> tuple[Pages, ...] | None:
    """The pages of each item; None where a corpus has no such list.

    Raises:
        CorpusError: the list lacks a column.
    """
    if not (folder / SOURCES).is_file():
        return None
    rows = read_rows(folder / SOURCES, ("document", "item", "pages", "checked"))
    return tuple(
        Pages(row["document"], int(row["item"]), tuple(row["pages"].split()), row["checked"] == "yes") for row in rows
    )


def load_names(folder: Path) -> tuple[Name, ...]:
    """The ids that only the labels know; none where a corpus has no such list.

    Raises:
        CorpusError: the list lacks a column.
    """
    if not (folder / NAMES).is_file():
        return ()
    return tuple(msgspec.convert(row, Name) for row in read_rows(folder / NAMES, Name.__struct_fields__))


def without_source(documents: Sequence[LabelledDocument], sources: Sequence[Pages]) -> Iterator[str]:
    """Items without a public page behind them, and pages of items that are not there."""
    items = {(document.id, number) for document in documents for number, _ in enumerate(document.items, start=1)}
    named = {(row.document, row.item) for row in sources if row.pages and all(map(_is_page, row.pages))}
    for document, number in sorted(items - named):
        yield f"{document}: {SOURCES} must name the pages (https://…) of the facts of item {number}"
    for document, number in sorted(named - items):
        yield f"{document}: {SOURCES} names pages for item {number}, which is not there"


def _is_page(address: str) -> bool:
    return address.startswith(("http://", "https://"))
