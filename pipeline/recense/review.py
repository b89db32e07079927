"""What a reviewer looks at: an output folder as tables and highlighted text, for notebooks."""

from collections import Counter
from html import escape
from pathlib import Path

import msgspec
from spacy import displacy

from recense.errors import OutputError
from recense.export import ITEMS
from recense.records import InventoryRow

ENTITY_COLOURS = {"CLUSTER": "#b7e4c7", "REGION": "#ffd6a5", "MATERIAL": "#bde0fe"}
COLUMNS = ("title", "language", "category", "confidence", "clusters", "regions", "materials")


def load_rows(folder: Path | str) -> list[InventoryRow]:
    """The items of an output folder of `recense classify`.

    Raises:
        OutputError: the folder has no items.jsonl, or it was written by something else.
    """
    path = Path(folder) / ITEMS
    try:
        return [msgspec.json.decode(line, type=InventoryRow) for line in path.read_bytes().splitlines()]
    except OSError as error:
        raise OutputError(str(path), "there is no inventory here", "Run: recense classify PATH --out DIR") from error
    except msgspec.MsgspecError as error:
        raise OutputError(str(path), f"this is no inventory: {error}", "Run recense classify again.") from error


def doubtful(rows: list[InventoryRow]) -> list[InventoryRow]:
    """The items that need a look, the least certain first."""
    return sorted((row for row in rows if row.needs_review), key=lambda row: row.confidence)


def best_category(row: InventoryRow) -> str:
    """The likeliest category, with a question mark where the classifier abstains."""
    best = max(row.scores, key=row.scores.__getitem__)
    return best if row.category else f"{best}?"


def category_counts(rows: list[InventoryRow]) -> dict[str, dict[str, int]]:
    """Category -> language -> number of items, the most frequent category first; doubtful items by their best guess."""
    totals = Counter(best_category(row).rstrip("?") for row in rows)
    pairs = Counter((best_category(row).rstrip("?"), row.language) for row in rows)
    languages = sorted({row.language for row in rows})
    return {name: {language: pairs[name, language] for language in languages} for name, _ in totals.most_common()}


def table_html(rows: list[InventoryRow]) -> str:
    """The items as an HTML table."""
    head = "".join(f"<th>{name}</th>" for name in COLUMNS)
    return f"<table><tr>{head}</tr>{''.join(map(_row_html, rows))}</table>"


def _row_html(row: InventoryRow) -> str:
    entities = [_names(row, label) for label in ENTITY_COLOURS]
    cells = (row.title, row.language, best_category(row), f"{row.confidence:.2f}", *entities)
    return "<tr>" + "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _names(row: InventoryRow, label: str) -> str:
    return ", ".join(dict.fromkeys(e.name or e.text for e in row.entities if e.label == label))


def entities_html(row: InventoryRow) -> str:
    """An item's text with its entities highlighted by displaCy."""
    spans = [{"start": e.start, "end": e.end, "label": e.label} for e in row.entities]
    document = {"text": row.text, "ents": spans, "title": f"{best_category(row)} ({row.confidence:.2f})"}
    html: str = displacy.render(document, style="ent", manual=True, jupyter=False, options={"colors": ENTITY_COLOURS})
    return html
