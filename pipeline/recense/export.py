"""Records to files: the output folder of `recense classify`.

`items.jsonl`, `documents.jsonl`, `errors.jsonl` and `run.json` are always written; CSV, Parquet and
GeoJSON on request. Lines are appended as documents are finished, the items of a document before the
document itself, so that `--resume` can tell what is complete.
"""

import csv
import io
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import msgspec

from recense.entities.focus import focus_region
from recense.errors import OutputError, SettingsError
from recense.model_store import LIBRARIES, Manifest
from recense.reading.loss import measure_items
from recense.records import Document, DocumentResult, Entity, ErrorRow, InventoryRow, LossMeter
from recense.settings import Settings
from recense.taxonomy import Taxonomy

ITEMS, DOCUMENTS, ERRORS, RUN = "items.jsonl", "documents.jsonl", "errors.jsonl", "run.json"
# A spreadsheet runs a cell that begins with one of these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CSV_COLUMNS = (
    "item_id", "document_id", "source", "title", "language", "category", "category_fr", "category_en",
    "confidence", "needs_review", "clusters", "regions", "materials", "latitude", "longitude", "text", "focus_region",
)  # fmt: skip


# What tells one document from all others of a run: its source and its id.
DocumentKey = tuple[str, str]


def document_key(document: Document) -> DocumentKey:
    """The key of a document."""
    return document.source, document.document_id


class RunSummary(msgspec.Struct, frozen=True):
    """What a run did, for the summary on the terminal and for run.json.

    Attributes:
        out: the output folder.
        rows: all items.
        documents: number of documents read.
        errors: inputs that could not be used.
        notices: what had to be repaired.
        meters: for each document, its source and where its characters went.
        seconds: wall time.
        taxonomy: the model's categories.
        model: the model's id.
    """

    out: Path
    rows: tuple[InventoryRow, ...]
    documents: int
    errors: tuple[ErrorRow, ...]
    notices: tuple[str, ...]
    meters: tuple[tuple[str, LossMeter], ...]
    seconds: float
    taxonomy: Taxonomy
    model: str


class InventoryWriter:
    """Writes an output folder; use it as a context manager.

    Args:
        out: the folder.
        formats: the formats that were asked for.
        manifest: the manifest of the model that is used.
        settings: the settings of the run.
        resume: keep the complete documents of an earlier run with the same model.

    Raises:
        SettingsError: a format is unknown.
        OutputError: the folder cannot be written.
    """

    def __init__(
        self, out: Path, formats: Sequence[str], manifest: Manifest, settings: Settings, *, resume: bool = False
    ) -> None:
        self.out, self.formats, self.manifest, self.settings = out, tuple(formats), manifest, settings
        unknown = sorted(set(formats) - {"jsonl", *EXPORTERS})
        if unknown:
            raise SettingsError(
                "--format", f"unknown format {unknown[0]!r}", f"Choose from jsonl, {', '.join(EXPORTERS)}."
            )
        self._finished: dict[DocumentKey, tuple[InventoryRow, ...]] = {}
        self._done: list[tuple[Document, tuple[InventoryRow, ...], LossMeter | None]] = []
        self._errors: list[ErrorRow] = []
        self._notices: list[str] = []
        self._open: dict[str, BinaryIO] = {}
        self._earlier: list[Document] = []
        if resume:
            self._load_finished()

    def __enter__(self) -> Self:
        try:
            self.out.mkdir(parents=True, exist_ok=True)
            for name in (ITEMS, DOCUMENTS, ERRORS):
                self._open[name] = (self.out / name).open("wb")
        except OSError as error:
            raise self._cannot_write(error) from error
        for document in self._earlier:
            self._write(ITEMS, self._finished[document_key(document)])
            self._write(DOCUMENTS, [document])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._open.values():
            file.close()

    @property
    def finished(self) -> frozenset[DocumentKey]:
        """The documents whose items an earlier run wrote."""
        return frozenset(self._finished)

    def add(self, result: DocumentResult) -> None:
        """Write what one document gave."""
        self._notices += result.notices
        self.add_errors(result.errors)
        if result.document is None:
            return
        earlier = self._finished.get(document_key(result.document))
        rows = result.rows if earlier is None else earlier
        meter = result.meter and measure_items(result.document, result.meter, [(row.start, row.end) for row in rows])
        self._done.append((result.document, rows, meter))
        if earlier is None:
            self._write(ITEMS, rows)
            self._write(DOCUMENTS, [result.document])

    def add_errors(self, errors: Iterable[ErrorRow]) -> None:
        """Write inputs that could not be used."""
        rows = list(errors)
        self._errors += rows
        self._write(ERRORS, rows)

    def finish(self, seconds: float) -> RunSummary:
        """Put the lines in the order of the sources, write the other formats and run.json."""
        rows = tuple(row for _, own, _ in self._done for row in own)
        meters = tuple((document.source, meter) for document, _, meter in self._done if meter is not None)
        summary = RunSummary(
            self.out, rows, len(self._done), tuple(self._errors), tuple(self._notices), meters, seconds,
            self.manifest.taxonomy, self.manifest.model_id,
        )  # fmt: skip
        try:
            self._rewrite(ITEMS, rows)
            self._rewrite(DOCUMENTS, [document for document, _, _ in self._done])
            errors = sorted(self._errors, key=lambda row: (row.source, row.stage))
            self._rewrite(ERRORS, errors)
            for name in self.formats:
                if name in EXPORTERS:
                    (self.out / f"items.{name}").write_bytes(EXPORTERS[name](rows, self.manifest.taxonomy))
            (self.out / RUN).write_bytes(_pretty(run_report(summary, self.manifest, self.settings)))
        except OSError as error:
            raise self._cannot_write(error) from error
        return summary

    def _write(self, name: str, records: Iterable[msgspec.Struct]) -> None:
        try:
            self._open[name].write(json_lines(records))
            self._open[name].flush()
        except OSError as error:
            raise self._cannot_write(error) from error

    def _rewrite(self, name: str, records: Iterable[msgspec.Struct]) -> None:
        self._open[name].close()
        temporary = self.out / f".{name}.part"
        temporary.write_bytes(json_lines(records))
        temporary.replace(self.out / name)

    def _cannot_write(self, error: OSError) -> OutputError:
        reason = f"the folder cannot be written ({(error.strerror or 'unknown reason').lower()})"
        return OutputError(str(self.out), reason, "Choose another folder with --out.")

    def _load_finished(self) -> None:
        """Documents whose line is complete, with their items; nothing if another model made any of them."""
        rows = _read_lines(self.out / ITEMS, InventoryRow)
        if any(row.model != self.manifest.model_id for row in rows):
            return
        rows_of: dict[DocumentKey, list[InventoryRow]] = {}
        for row in rows:
            rows_of.setdefault((row.source, row.document_id), []).append(row)
        failed = {row.source for row in _read_lines(self.out / ERRORS, ErrorRow)}
        for document in _read_lines(self.out / DOCUMENTS, Document):
            if document.source not in failed:
                self._earlier.append(document)
                self._finished[document_key(document)] = tuple(rows_of.get(document_key(document), ()))


def json_lines(records: Iterable[msgspec.Struct]) -> bytes:
    """Records as JSON lines, UTF-8."""
    return b"".join(msgspec.json.encode(record) + b"\n" for record in records)


def _read_lines(path: Path, kind: type[Any]) -> list[Any]:
    """The complete lines of a file that an interrupted run may have cut."""
    if not path.is_file():
        return []
    decoder, records = msgspec.json.Decoder(kind), []
    for line in path.read_bytes().splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        try:
            records.append(decoder.decode(line))
        except msgspec.MsgspecError:
            break
    return records


def run_report(summary: RunSummary, manifest: Manifest, settings: Settings) -> dict[str, Any]:
    """The content of run.json: versions, model id, settings, counts, timings."""
    return {
        "model": summary.model,
        "corpus": manifest.corpus,
        "versions": {
            "recense": version("recense"),
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
        "settings": {name: str(value) for name, value in msgspec.to_builtins(settings, enc_hook=str).items()},
        "counts": {
            "documents": summary.documents,
            "items": len(summary.rows),
            "needs_review": sum(row.needs_review for row in summary.rows),
            "errors": len(summary.errors),
            "by_category": dict(sorted(Counter(row.category or "" for row in summary.rows).items())),
            "by_language": dict(sorted(Counter(row.language for row in summary.rows).items())),
        },
        "characters": _characters(summary),
        "notices": list(summary.notices),
        "timings": {"seconds": round(summary.seconds, 3)},
    }


def _characters(summary: RunSummary) -> dict[str, Any]:
    """The loss meter in all and by document."""
    names = LossMeter.__struct_fields__
    total = {name: sum(getattr(meter, name) for _, meter in summary.meters) for name in names}
    return {"total": total, "by_document": [{"source": source, **to_plain(meter)} for source, meter in summary.meters]}


def to_plain(record: msgspec.Struct) -> dict[str, Any]:
    """A record as plain data."""
    plain: dict[str, Any] = msgspec.to_builtins(record)
    return plain


def _pretty(content: Mapping[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def flat_row(row: InventoryRow, taxonomy: Taxonomy) -> dict[str, Any]:
    """An item as one flat record, for tables."""
    focus = focus_region(row.text, row.entities)
    place = _on_the_map(row.entities, focus)
    return {
        "item_id": row.item_id,
        "document_id": row.document_id,
        "source": row.source,
        "title": row.title,
        "language": row.language,
        "category": row.category or "",
        "category_fr": taxonomy.label(row.category, "fr"),
        "category_en": taxonomy.label(row.category, "en"),
        "confidence": row.confidence,
        "needs_review": row.needs_review,
        "clusters": _names(row, "CLUSTER"),
        "regions": "; ".join(dict.fromkeys(e.id for e in row.entities if e.label == "REGION" and e.id)),
        "materials": _names(row, "MATERIAL"),
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "text": row.text,
        "focus_region": (focus.id or "") if focus else "",
    }


def _on_the_map(entities: Sequence[Entity], focus: Entity | None) -> Entity | None:
    """The place where an item is drawn: the first in the region where it happens, or else the first of all."""
    places = [entity for entity in entities if isinstance(entity.latitude, float)]
    return next((place for place in places if focus and place.id == focus.id), places[0] if places else None)


def _names(row: InventoryRow, label: str) -> str:
    return "; ".join(dict.fromkeys(e.name or e.text for e in row.entities if e.label == label))


def to_csv(rows: Sequence[InventoryRow], taxonomy: Taxonomy) -> bytes:
    """A table that spreadsheets open: UTF-8 with a byte order mark, formulas made harmless."""
    file = io.StringIO()
    writer = csv.DictWriter(file, CSV_COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _harmless(value) for name, value in flat_row(row, taxonomy).items()})
    return file.getvalue().encode("utf-8-sig")


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def to_geojson(rows: Sequence[InventoryRow], taxonomy: Taxonomy) -> bytes:
    """A FeatureCollection (RFC 7946): a point per item, where it happens; no geometry where there is none."""
    features = [_feature(flat_row(row, taxonomy)) for row in rows]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features}) + b"\n"


def _feature(flat: dict[str, Any]) -> dict[str, Any]:
    latitude, longitude = flat.pop("latitude"), flat.pop("longitude")
    geometry = None if latitude is None else {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "id": flat["item_id"], "geometry": geometry, "properties": flat}


def to_parquet(rows: Sequence[InventoryRow], taxonomy: Taxonomy) -> bytes:
    """The flat table as Parquet."""
    import pyarrow as pa  # noqa: PLC0415 - 0.3 s that only Parquet needs
    import pyarrow.parquet as pq  # noqa: PLC0415

    kinds = {
        "confidence": pa.float64(),
        "latitude": pa.float64(),
        "longitude": pa.float64(),
        "needs_review": pa.bool_(),
    }
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in CSV_COLUMNS])
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([flat_row(row, taxonomy) for row in rows], schema=schema), buffer)
    return buffer.getvalue()


EXPORTERS: dict[str, Callable[[Sequence[InventoryRow], Taxonomy], bytes]] = {
    "csv": to_csv,
    "geojson": to_geojson,
    "parquet": to_parquet,
}
