"""How well two readers agree: the ceiling for every model that learns from their labels."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sklearn.metrics import cohen_kappa_score

from recense.corpus import LabelledDocument, LabelledItem, read_documents
from recense.errors import CorpusError
from recense.evaluation import NOTHING, Counts, count_spans
from recense.model_card import table

# Labels as the two readers left them, before their disagreements were settled in the corpus.
READINGS = "readings"
LABELS = ("CLUSTER", "REGION", "MATERIAL")
# Two items are the same if each covers this part of both of them together (intersection over union).
MIN_OVERLAP = 0.5

Pair = tuple[LabelledDocument, LabelledDocument]


def agreement_table(corpus: Path) -> str:
    """Agreement between two independent readings of the same documents, by language, in Markdown.

    Items: F1 of exact borders, and of borders within 2 words. Categories: Cohen's kappa of the primary
    category over the items that both found. Entities: F1 of exact spans within those items.

    Raises:
        CorpusError: a reading is missing, or the texts of the two differ.
    """
    pairs = list(reader_pairs(corpus))
    rows = [_row(name, [pair for pair in pairs if name in ("all", pair[0].language)]) for name in ("fr", "en", "all")]
    entities = (f"{label} F1" for label in LABELS)
    return table(("Language", "Documents", "Items", "Items exact F1", "Items near F1", "Kappa", *entities), rows)


def reader_pairs(corpus: Path) -> Iterator[Pair]:
    """Each document that was labelled twice: first reader's, second reader's."""
    folder = corpus / READINGS
    first = {document.id: document for document in read_documents(folder / "first.jsonl")}
    for second in read_documents(folder / "second.jsonl"):
        if second.id not in first or first[second.id].text != second.text:
            reason = f"the two readings of {second.id} are not of the same text"
            raise CorpusError(str(folder), reason, "Restore both files from the repository.")
        yield first[second.id], second


def _row(name: str, pairs: Sequence[Pair]) -> tuple[object, ...]:
    exact = sum((count_spans(_borders(a), _borders(b)) for a, b in pairs), start=NOTHING)
    matched = [(a, b, x, y) for a, b in pairs for x, y in matched_items(a, b)]
    near = Counts(sum(_near(a, x, y) for a, _, x, y in matched), exact.predicted, exact.expected)
    kappa = _kappa([(x.category, y.category) for _, _, x, y in matched])
    entities = [_entity_f1(label, ((x, y) for _, _, x, y in matched)) for label in LABELS]
    figures = (exact.f1, near.f1, kappa, *entities)
    return (name, len(pairs), exact.predicted, *(f"{figure:.2f}" for figure in figures))


def _kappa(pairs: Sequence[tuple[str, str]]) -> float:
    if not pairs:
        return 1.0
    return float(cohen_kappa_score([first for first, _ in pairs], [second for _, second in pairs]))


def matched_items(first: LabelledDocument, second: LabelledDocument) -> Iterator[tuple[LabelledItem, LabelledItem]]:
    """Items of the two readers that cover mostly the same text."""
    for item in first.items:
        for other in second.items:
            shared = min(item.end, other.end) - max(item.start, other.start)
            if shared > MIN_OVERLAP * (max(item.end, other.end) - min(item.start, other.start)):
                yield item, other


def _borders(document: LabelledDocument) -> list[tuple[int, int]]:
    return [(item.start, item.end) for item in document.items]


def _near(document: LabelledDocument, item: LabelledItem, other: LabelledItem) -> bool:
    """Whether both borders differ by two words at most."""
    gaps = (sorted((item.start, other.start)), sorted((item.end, other.end)))
    return all(len(document.text[low:high].split()) <= 2 for low, high in gaps)


def _entity_f1(label: str, pairs: Iterable[tuple[LabelledItem, LabelledItem]]) -> float:
    total = NOTHING
    for item, other in pairs:
        spans = [{(e.start, e.end) for e in each.entities if e.label == label} for each in (item, other)]
        total += count_spans(*spans)
    return total.f1
