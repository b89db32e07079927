"""The main path: sources in, an inventory out.

1. find the sources      4. find and link the entities
2. read each one         5. assign a category
3. split it into items   6. write the inventory
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

from recense import model_store
from recense.entities import EntityFinder, load_gazetteer
from recense.errors import InputError, ModelError, UnsupportedLanguage
from recense.export import DocumentKey, InventoryWriter, RunSummary, document_key
from recense.language import identify, refuse_other_language
from recense.reading import ReadResult, Source, find_sources, read_source
from recense.records import Document, DocumentResult, Entity, ErrorRow, InventoryRow, Item, Prediction
from recense.segmentation import split
from recense.settings import Settings

Progress = Callable[[int, int], None]


def classify(
    paths: Iterable[str], out: Path, settings: Settings, *, formats: Sequence[str] = ("jsonl",),
    resume: bool = False, progress: Progress | None = None,
) -> RunSummary:  # fmt: skip
    """Turn documents into an inventory in a folder; see `export` for the files.

    Args:
        paths: files, folders, or "-" for standard input.
        out: the folder to write, created where it is missing.
        settings: which model, how many processes.
        formats: "jsonl" is always written; "csv", "parquet" and "geojson" on request.
        resume: keep what an interrupted run with the same model finished in `out`.
        progress: called with (documents done, documents in all).

    Raises:
        ModelError: the model cannot be used.
        OutputError: the folder cannot be written.
    """
    started = perf_counter()
    manifest = model_store.verify(settings.model)
    found = find_sources(paths)
    with InventoryWriter(out, formats, manifest, settings, resume=resume) as writer:
        writer.add_errors(error_row(error.subject, error) for error in found.errors)
        for done, of_source in enumerate(results(found.sources, settings, writer.finished), start=1):
            for result in of_source:
                writer.add(result)
            if progress:
                progress(done, len(found.sources))
        return writer.finish(perf_counter() - started)


def results(
    sources: Sequence[Source], settings: Settings, finished: frozenset[DocumentKey] = frozenset()
) -> Iterator[list[DocumentResult]]:
    """What each source gives, in the order of the sources, whatever the number of processes."""
    if settings.jobs == 1 or len(sources) <= 1:
        return (process_source(source, settings, finished) for source in sources)
    from joblib import Parallel, delayed  # noqa: PLC0415 - only for batches

    work: Any = Parallel(n_jobs=settings.jobs, return_as="generator")
    parallel: Iterator[list[DocumentResult]] = work(
        delayed(process_source)(source, settings, finished) for source in sources
    )
    return parallel


def process_source(
    source: Source, settings: Settings, finished: frozenset[DocumentKey] = frozenset()
) -> list[DocumentResult]:
    """Read one source and take its documents through all stages; an error becomes a row, never an exception."""
    done: list[DocumentResult] = []
    try:
        for read in read_source(source, settings):
            done.append(_failed(read) if isinstance(read, InputError) else _process(read, settings, finished))
    except ModelError:
        raise
    except Exception as error:
        message = f"{source.name}: unexpected {type(error).__name__}: {error}. Please report it with the file."
        done.append(DocumentResult(errors=(ErrorRow(source.name, "internal", type(error).__name__, message),)))
    return done


def _failed(error: InputError) -> DocumentResult:
    return DocumentResult(errors=(error_row(error.subject, error),))


def _process(read: ReadResult, settings: Settings, finished: frozenset[DocumentKey]) -> DocumentResult:
    document = read.document
    result = DocumentResult(document=document, notices=read.notices, meter=read.meter)
    if document_key(document) in finished:
        return result
    try:
        refuse_other_language(document.text, document.source)
    except UnsupportedLanguage as error:
        # It was read: its text is kept in documents.jsonl beside the error.
        return msgspec.structs.replace(result, errors=(error_row(document.source, error),))
    return msgspec.structs.replace(result, rows=tuple(inventory(document, settings)))


def inventory(document: Document, settings: Settings) -> list[InventoryRow]:
    """The items of one document, with entities and category."""
    model, finder = load_stages(settings)
    items = split(document, model.splitter, min_chars=settings.min_item_chars)
    entities = [finder.find(item.text) for item in items]
    predictions = [model.classifier.predict(item.text, reasons=settings.reasons) for item in items]
    rows = zip(items, entities, predictions, strict=True)
    return [_row(item, found, prediction, model.manifest.model_id) for item, found, prediction in rows]


def load_stages(settings: Settings) -> tuple[model_store.Model, EntityFinder]:
    """The trained model and the entity finder, loaded once per process."""
    return _loaded_stages(settings.model, settings.corpus)


@lru_cache(maxsize=2)
def _loaded_stages(model: Path, corpus: Path) -> tuple[model_store.Model, EntityFinder]:
    loaded = model_store.load_model(model)
    return loaded, EntityFinder(load_gazetteer(corpus / "gazetteers"), loaded.recogniser)


def _row(item: Item, entities: list[Entity], prediction: Prediction, model_id: str) -> InventoryRow:
    return InventoryRow(
        item.item_id, item.document_id, item.source, item.title, item.start, item.end, item.text,
        item.language, item.language_confidence, prediction.category, prediction.confidence, prediction.scores,
        prediction.needs_review, tuple(entities), prediction.reasons, model_id,
    )  # fmt: skip


def error_row(source: str, error: InputError) -> ErrorRow:
    """An input error as a line of errors.jsonl."""
    return ErrorRow(source, error.stage, type(error).__name__, str(error))


def explain_text(text: str, settings: Settings) -> str:
    """One text's category, probabilities, reasons and entities, as JSON."""
    model, finder = load_stages(settings)
    prediction = model.classifier.predict(text, reasons=settings.reasons)
    report = {
        "language": identify(text).language,
        "category": prediction.category,
        "label_fr": model.manifest.taxonomy.label(prediction.category, "fr"),
        "label_en": model.manifest.taxonomy.label(prediction.category, "en"),
        "confidence": prediction.confidence,
        "needs_review": prediction.needs_review,
        "scores": dict(sorted(prediction.scores.items(), key=lambda pair: -pair[1])),
        "reasons": prediction.reasons,
        "entities": finder.find(text),
        "model": model.manifest.model_id,
    }
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()
