"""The corpus in the formats of annotation tools, and back: Prodigy, doccano, Label Studio, spaCy.

Every format gets the same flat spans over the document's text: "item:<category>" for an item,
"second:<category>" and "language:<code>" over the same stretch where they are needed, and CLUSTER, REGION or
MATERIAL for a mention. What a format can hold comes back unchanged: all of it but the ids of the entities,
which doccano has no place for.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from spacy.tokens import Doc, DocBin
from spacy.tokens import Span as SpacySpan
from spacy.vocab import Vocab

from recense.corpus import LabelledDocument, LabelledEntity, LabelledItem
from recense.errors import CorpusError

ITEM, SECOND, LANGUAGE = "item:", "second:", "language:"
META_FIELDS = ("id", "language", "source_kind", "title", "split", "annotator", "note")
SPACY_GROUP = "recense"
PIECE = re.compile(r"\w+|\s|[^\w\s]")


class FlatSpan(NamedTuple):
    """A labelled stretch of a document's text."""

    start: int
    end: int
    label: str
    id: str | None = None


class FlatDocument(NamedTuple):
    """A document as every annotation tool sees it: text, spans, and what is known of the whole."""

    text: str
    spans: list[FlatSpan]
    meta: dict[str, str]


def flatten(document: LabelledDocument) -> FlatDocument:
    """Items and entities as flat spans."""
    spans = []
    for item in document.items:
        spans.append(FlatSpan(item.start, item.end, ITEM + item.category))
        spans += [FlatSpan(item.start, item.end, SECOND + name) for name in item.categories[1:]]
        if item.language != document.language:
            spans.append(FlatSpan(item.start, item.end, LANGUAGE + item.language))
        spans += [FlatSpan(e.start, e.end, e.label, e.id) for e in item.entities]
    return FlatDocument(document.text, spans, {name: getattr(document, name) for name in META_FIELDS})


def unflatten(flat: FlatDocument) -> LabelledDocument:
    """Flat spans as items with their entities.

    Raises:
        CorpusError: a field is missing, or a label is none of ours.
    """
    content = {**flat.meta, "text": flat.text, "items": [_item(flat, span) for span in _items(flat.spans)]}
    try:
        return msgspec.convert(content, LabelledDocument)
    except msgspec.ValidationError as error:
        name = flat.meta.get("id", "a document")
        raise CorpusError(name, f"it cannot be imported: {error}", "See corpus/README.md for the labels.") from error


def _items(spans: Iterable[FlatSpan]) -> list[FlatSpan]:
    return sorted(span for span in spans if span.label.startswith(ITEM))


def _item(flat: FlatDocument, item: FlatSpan) -> LabelledItem:
    same = [span.label for span in flat.spans if (span.start, span.end) == (item.start, item.end)]
    second = [label.removeprefix(SECOND) for label in same if label.startswith(SECOND)]
    language = [label.removeprefix(LANGUAGE) for label in same if label.startswith(LANGUAGE)]
    entities = [
        LabelledEntity(span.start, span.end, span.label, span.id)  # type: ignore[arg-type]
        for span in sorted(flat.spans)
        if ":" not in span.label and item.start <= span.start and span.end <= item.end
    ]
    own_language = language[0] if language else flat.meta.get("language", "")
    categories = (item.label.removeprefix(ITEM), *second)
    return LabelledItem(item.start, item.end, own_language, categories, tuple(entities))  # type: ignore[arg-type]


def to_prodigy(document: LabelledDocument) -> dict[str, Any]:
    """A Prodigy task; overlapping spans as for `spans.manual`."""
    flat = flatten(document)
    spans = [{"start": s.start, "end": s.end, "label": s.label} | ({"id": s.id} if s.id else {}) for s in flat.spans]
    return {"text": flat.text, "spans": spans, "meta": flat.meta}


def from_prodigy(task: Mapping[str, Any]) -> LabelledDocument:
    """A Prodigy task that was annotated."""
    spans = [FlatSpan(s["start"], s["end"], s["label"], s.get("id")) for s in task.get("spans", [])]
    return unflatten(FlatDocument(task["text"], spans, dict(task.get("meta", {}))))


def to_doccano(document: LabelledDocument) -> dict[str, Any]:
    """A doccano line for sequence labelling, overlaps allowed."""
    flat = flatten(document)
    return {"text": flat.text, "label": [[s.start, s.end, s.label] for s in flat.spans], "meta": flat.meta}


def from_doccano(line: Mapping[str, Any]) -> LabelledDocument:
    """A doccano line, with `label` as triples or, from newer exports, `entities` as objects."""
    triples = line.get("label") or [(e["start_offset"], e["end_offset"], e["label"]) for e in line.get("entities", [])]
    spans = [FlatSpan(start, end, label) for start, end, label in triples]
    return unflatten(FlatDocument(line["text"], spans, dict(line.get("meta", {}))))


def to_label_studio(document: LabelledDocument) -> dict[str, Any]:
    """A Label Studio task with one annotation (`<Labels name="label" toName="text">`)."""
    flat = flatten(document)
    results = [
        {
            "id": f"{index}", "from_name": "label", "to_name": "text", "type": "labels",
            "value": {"start": s.start, "end": s.end, "text": flat.text[s.start : s.end], "labels": [s.label]},
        } | ({"meta": {"text": [s.id]}} if s.id else {})
        for index, s in enumerate(flat.spans)
    ]  # fmt: skip
    return {"data": {"text": flat.text, **flat.meta}, "annotations": [{"result": results}]}


def from_label_studio(task: Mapping[str, Any]) -> LabelledDocument:
    """A Label Studio task; of several annotations the last counts."""
    data = dict(task["data"])
    results = task["annotations"][-1]["result"] if task.get("annotations") else []
    spans = [
        FlatSpan(r["value"]["start"], r["value"]["end"], label, (r.get("meta", {}).get("text") or [None])[0])
        for r in results
        for label in r["value"].get("labels", [])
    ]
    return unflatten(FlatDocument(data.pop("text"), spans, data))


def to_spacy(documents: Iterable[LabelledDocument]) -> bytes:
    """A DocBin: all spans in `doc.spans["recense"]`, ids as `kb_id_`, the rest in `doc.user_data`."""
    store = DocBin(store_user_data=True)
    vocab = Vocab()
    for document in documents:
        flat = flatten(document)
        doc = _doc(vocab, flat)
        spans = [doc.char_span(s.start, s.end, label=s.label, kb_id=s.id or "") for s in flat.spans]
        doc.spans[SPACY_GROUP] = [span for span in spans if span is not None]
        doc.user_data["recense"] = flat.meta
        store.add(doc)
    return bytes(store.to_bytes())


def _doc(vocab: Vocab, flat: FlatDocument) -> Doc:
    """Tokens that never cross a span's border, so that every span is a whole number of tokens."""
    borders = {offset for span in flat.spans for offset in (span.start, span.end)}
    words: list[str] = []
    spaces: list[bool] = []
    for match in PIECE.finditer(flat.text):
        if match.group() == " " and words and not spaces[-1] and match.start() not in borders - {match.end()}:
            spaces[-1] = True
            continue
        for piece in _pieces(match, borders):
            words.append(piece)
            spaces.append(False)
    return Doc(vocab, words=words, spaces=spaces)


def _pieces(match: re.Match[str], borders: set[int]) -> Iterator[str]:
    start = match.start()
    for cut in [*sorted(b for b in borders if match.start() < b < match.end()), match.end()]:
        yield match.string[start:cut]
        start = cut


def from_spacy(data: bytes) -> list[LabelledDocument]:
    """The documents of a DocBin."""
    return [_from_doc(doc) for doc in DocBin().from_bytes(data).get_docs(Vocab())]


def _from_doc(doc: Doc) -> LabelledDocument:
    group: Iterable[SpacySpan] = doc.spans.get(SPACY_GROUP, [])
    spans = [FlatSpan(s.start_char, s.end_char, s.label_, s.kb_id_ or None) for s in group]
    return unflatten(FlatDocument(doc.text, spans, dict(doc.user_data.get("recense", {}))))


class LineFormat(NamedTuple):
    """A format with one JSON object per document."""

    write: Callable[[LabelledDocument], dict[str, Any]]
    read: Callable[[Mapping[str, Any]], LabelledDocument]


LINE_FORMATS = {"prodigy": LineFormat(to_prodigy, from_prodigy), "doccano": LineFormat(to_doccano, from_doccano)}
FORMATS = (*LINE_FORMATS, "label-studio", "spacy")


def export_corpus(documents: Iterable[LabelledDocument], name: str) -> bytes:
    """Documents in one of the formats.

    Raises:
        CorpusError: there is no such format.
    """
    _check_format(name)
    if name == "spacy":
        return to_spacy(documents)
    if name == "label-studio":
        return json.dumps([to_label_studio(document) for document in documents], ensure_ascii=False, indent=1).encode()
    lines = (json.dumps(LINE_FORMATS[name].write(document), ensure_ascii=False) for document in documents)
    return "".join(line + "\n" for line in lines).encode()


def import_corpus(path: Path, name: str) -> list[LabelledDocument]:
    """Documents from a file in one of the formats.

    Raises:
        CorpusError: the file is missing, or is not of that format.
    """
    _check_format(name)
    try:
        data = path.read_bytes()
        if name == "spacy":
            return from_spacy(data)
        if name == "label-studio":
            return [from_label_studio(task) for task in json.loads(data)]
        return [LINE_FORMATS[name].read(json.loads(line)) for line in data.splitlines() if line.strip()]
    except OSError as error:
        raise CorpusError(str(path), "it cannot be read", "Check the path.") from error
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        reason = f"this is no {name} file ({type(error).__name__}: {error})"
        raise CorpusError(str(path), reason, f"Choose the format with --format: {', '.join(FORMATS)}.") from error


def _check_format(name: str) -> None:
    if name not in FORMATS:
        raise CorpusError("--format", f"there is no format {name!r}", f"Choose from {', '.join(FORMATS)}.")
