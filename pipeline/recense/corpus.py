"""The labelled corpus: read, check its format, and hand out its splits (by document, never by item)."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from recense.errors import CorpusError
from recense.records import EntityLabel
from recense.taxonomy import Taxonomy, load_taxonomy

Split = Literal["train", "dev", "test"]
SourceKind = Literal["newsletter", "press_release", "article", "email", "listing"]
SEE_GUIDE = "See corpus/README.md for the format."


class LabelledEntity(msgspec.Struct, frozen=True):
    """A labelled mention; offsets refer to the document's text."""

    start: int
    end: int
    label: EntityLabel
    id: str | None = None


class LabelledItem(msgspec.Struct, frozen=True):
    """A labelled item; offsets refer to the document's text.

    Attributes:
        start: offset of its first character.
        end: offset after its last character.
        language: its language.
        categories: the primary category, and a second where both are right.
        entities: its mentions, in order.
    """

    start: int
    end: int
    language: Literal["fr", "en"]
    categories: tuple[str, ...]
    entities: tuple[LabelledEntity, ...] = ()

    @property
    def category(self) -> str:
        """The primary category."""
        return self.categories[0]


class LabelledDocument(msgspec.Struct, frozen=True):
    """One labelled document: a line of `corpus/documents/*.jsonl`.

    Attributes:
        id: unique in the corpus.
        language: its language, "mixed" where items of both stand side by side.
        source_kind: what sort of text it is.
        title: a short title.
        text: the text that all offsets refer to.
        items: the items, in order, not overlapping.
        split: the part of the corpus it belongs to.
        annotator: who labelled it.
        note: free text; ours holds "layout: …; topic: …; sources: …".
    """

    id: str
    language: Literal["fr", "en", "mixed"]
    source_kind: SourceKind
    title: str
    text: str
    items: tuple[LabelledItem, ...]
    split: Split
    annotator: str = ""
    note: str = ""

    def note_field(self, name: str) -> str:
        """A field of the note ("layout"), "" where it is absent."""
        for part in self.note.split(";"):
            key, _, value = part.partition(":")
            if key.strip() == name:
                return value.strip()
        return ""

    def text_of(self, span: LabelledItem | LabelledEntity) -> str:
        """The text of an item or of an entity."""
        return self.text[span.start : span.end]


class Corpus(msgspec.Struct, frozen=True):
    """A labelled corpus with its taxonomy.

    Attributes:
        folder: where it was read from.
        documents: all documents, in the order of the files.
        taxonomy: the categories.
        digest: sha256 of the documents and the taxonomy; a model names the corpus it was trained on by it.
    """

    folder: Path
    documents: tuple[LabelledDocument, ...]
    taxonomy: Taxonomy
    digest: str

    def of_split(self, *splits: Split) -> list[LabelledDocument]:
        """The documents of some splits."""
        return [document for document in self.documents if document.split in splits]


def load_corpus(folder: Path) -> Corpus:
    """Read and check a corpus.

    Raises:
        CorpusError: a file is missing or the first line that breaks the format, with what is wrong.
    """
    taxonomy = load_taxonomy(folder / "taxonomy.toml")
    documents = load_documents(folder)
    problems = list(format_problems(documents, taxonomy))
    if problems:
        raise CorpusError(
            str(folder), f"{len(problems)} problems, the first: {problems[0]}", "Run: recense corpus check"
        )
    return Corpus(folder, documents, taxonomy, corpus_digest(documents, taxonomy))


def load_documents(folder: Path) -> tuple[LabelledDocument, ...]:
    """The labelled documents of a corpus folder, only their JSON checked.

    Raises:
        CorpusError: there are none, or a line is no labelled document.
    """
    paths = sorted((folder / "documents").glob("*.jsonl"))
    if not paths:
        raise CorpusError(str(folder), "there are no labelled documents in documents/*.jsonl", SEE_GUIDE)
    return tuple(document for path in paths for document in read_documents(path))


def read_documents(path: Path) -> Iterator[LabelledDocument]:
    """The labelled documents of one file; a line that is none raises a CorpusError with its number."""
    if not path.is_file():
        raise CorpusError(str(path), "there is no such file", SEE_GUIDE)
    decoder = msgspec.json.Decoder(LabelledDocument)
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            yield decoder.decode(line)
        except msgspec.MsgspecError as error:
            raise CorpusError(f"{path}:{number}", f"the line breaks the format: {error}", SEE_GUIDE) from error


def write_documents(path: Path, documents: Iterable[LabelledDocument]) -> None:
    """Write documents as JSON lines."""
    path.write_bytes(b"".join(msgspec.json.encode(document) + b"\n" for document in documents))


def corpus_digest(documents: Iterable[LabelledDocument], taxonomy: Taxonomy) -> str:
    """A hash of the content, whatever the order and the files of the documents."""
    digest = hashlib.sha256(msgspec.json.encode(taxonomy.ids))
    for document in sorted(documents, key=lambda each: each.id):
        digest.update(msgspec.json.encode(document))
    return digest.hexdigest()


def format_problems(documents: Iterable[LabelledDocument], taxonomy: Taxonomy) -> Iterator[str]:
    """Everything that breaks the format, a line each: "document: what is wrong"."""
    seen: set[str] = set()
    for document in documents:
        if document.id in seen:
            yield f"{document.id}: another document has this id"
        seen.add(document.id)
        for problem in _document_problems(document, taxonomy):
            yield f"{document.id}: {problem}"


def _document_problems(document: LabelledDocument, taxonomy: Taxonomy) -> Iterator[str]:
    end = 0
    for item in document.items:
        where = f"item {item.start}-{item.end}"
        if item.start < end:
            yield f"{where} overlaps the item before or is out of order"
        end = item.end
        yield from _span_problems(document, item, where, 0, len(document.text))
        unknown = set(item.categories) - set(taxonomy.ids)
        if unknown or not 1 <= len(item.categories) <= 2:
            yield f"{where} needs one or two of the taxonomy's categories, not {list(item.categories)}"
        yield from _entity_problems(document, item)


def _entity_problems(document: LabelledDocument, item: LabelledItem) -> Iterator[str]:
    end = item.start
    for entity in item.entities:
        where = f"{entity.label} {entity.start}-{entity.end}"
        if entity.start < end:
            yield f"{where} overlaps the entity before or is out of order"
        end = entity.end
        yield from _span_problems(document, entity, where, item.start, item.end)


def _span_problems(
    document: LabelledDocument, span: LabelledItem | LabelledEntity, where: str, low: int, high: int
) -> Iterator[str]:
    if not low <= span.start < span.end <= high:
        yield f"{where} lies outside {low}-{high}"
        return
    content = document.text_of(span)
    if content != content.strip():
        yield f"{where} begins or ends with white space: {content[:40]!r}"
