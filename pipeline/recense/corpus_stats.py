"""`recense corpus stats`: what the corpus is made of, as tables."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median

from recense.corpus import LabelledDocument, Split, load_corpus
from recense.corpus_sources import Pages, load_sources
from recense.model_card import table
from recense.near_duplicates import distinct_share, item_overlaps

SPLITS: tuple[Split, ...] = ("train", "dev", "test")


def corpus_tables(folder: Path) -> str:
    """Composition by split, language, layout, category and entities, in Markdown."""
    corpus = load_corpus(folder)
    documents = corpus.documents
    return "\n\n".join(
        [
            f"Corpus `{corpus.digest[:16]}`",
            _by_split(documents),
            _by_category(documents, corpus.taxonomy.ids),
            _by_layout(documents),
            _entities(documents),
            _texts(documents),
            _sources(documents, load_sources(folder) or ()),
        ]
    )


def _by_split(documents: Sequence[LabelledDocument]) -> str:
    rows = []
    for split in (*SPLITS, "all"):
        own = [d for d in documents if split in ("all", d.split)]
        languages = Counter(d.language for d in own)
        items = [item for d in own for item in d.items]
        counts = (languages["fr"], languages["en"], languages["mixed"])
        spoken = Counter(item.language for item in items)
        rows.append((split, len(own), *counts, len(items), spoken["fr"], spoken["en"]))
    return table(("Split", "Documents", "fr", "en", "mixed", "Items", "fr", "en"), rows)


def _by_category(documents: Sequence[LabelledDocument], categories: Sequence[str]) -> str:
    counts = Counter((item.category, item.language, d.split) for d in documents for item in d.items)
    second = Counter(item.categories[1] for d in documents for item in d.items if len(item.categories) > 1)
    rows = []
    for category in categories:
        fr, en = (sum(counts[category, lang, s] for s in SPLITS) for lang in ("fr", "en"))
        by_split = [sum(counts[category, lang, s] for lang in ("fr", "en")) for s in SPLITS]
        rows.append((category, fr + en, fr, en, *by_split, second[category]))
    return table(("Category", "Items", "fr", "en", "train", "dev", "test", "as second"), rows)


def _by_layout(documents: Sequence[LabelledDocument]) -> str:
    layouts = Counter((document.note_field("layout"), document.split) for document in documents)
    names = sorted({layout for layout, _ in layouts})
    topics = Counter(document.note_field("topic") for document in documents)
    by_split = {name: [layouts[name, split] for split in SPLITS] for name in names}
    rows = [(name, sum(counts), *counts) for name, counts in by_split.items()]
    return (
        table(("Layout", "Documents", *SPLITS), rows) + "\n\n" + table(("Topic", "Documents"), sorted(topics.items()))
    )


def _entities(documents: Sequence[LabelledDocument]) -> str:
    rows = []
    for label in ("CLUSTER", "REGION", "MATERIAL"):
        mentions = [(d, e) for d in documents for i in d.items for e in i.entities if e.label == label]
        ids = {e.id for _, e in mentions if e.id}
        forms = {d.text_of(e).lower() for d, e in mentions}
        linked = sum(e.id is not None for _, e in mentions) / max(1, len(mentions))
        rows.append((label, len(mentions), len(forms), len(ids), f"{linked:.0%}"))
    header = ("Label", "Mentions", "Written forms", "Different ids", "Linked")
    return (
        table(header, rows)
        + f"\n\nCluster names of the test split that training never sees: {unseen_clusters(documents):.0%}"
    )


def unseen_clusters(documents: Sequence[LabelledDocument]) -> float:
    """Share of the cluster names of the test split that do not occur in the training split."""
    names: dict[str, set[str]] = {"train": set(), "dev": set(), "test": set()}
    for document in documents:
        for item in document.items:
            names[document.split] |= {
                e.id or document.text_of(e).lower() for e in item.entities if e.label == "CLUSTER"
            }
    return len(names["test"] - names["train"]) / max(1, len(names["test"]))


def _texts(documents: Sequence[LabelledDocument]) -> str:
    words = [len(d.text_of(item).split()) for d in documents for item in d.items]
    outside = [1 - sum(i.end - i.start for i in d.items) / len(d.text) for d in documents]
    rows = [
        ("Words of an item: median (least, most)", f"{median(words):.0f} ({min(words)}, {max(words)})"),
        ("Text outside items, average document", f"{mean(outside):.0%}"),
        ("Largest share of word 5-grams of two items from different documents", f"{_largest_overlap(documents):.0%}"),
    ]
    for language in ("fr", "en"):
        texts = [d.text_of(item) for d in documents for item in d.items if item.language == language]
        rows.append((f"Distinct of all word 4-grams, {language}", f"{distinct_share(texts):.3f}"))
    return table(("Measure", "Value"), rows)


def _largest_overlap(documents: Sequence[LabelledDocument]) -> float:
    return max((overlap.share for overlap in item_overlaps(documents, least=0.0)), default=0.0)


def _sources(documents: Sequence[LabelledDocument], sources: Sequence[Pages]) -> str:
    items = sum(len(document.items) for document in documents)
    rows = [
        ("Items with a public page behind them", f"{sum(bool(row.pages) for row in sources)} of {items}"),
        ("Held against a page again after they were written", f"{sum(row.checked for row in sources)} of {items}"),
        ("Different pages", len({page for row in sources for page in row.pages})),
    ]
    return table(("Sources", "Value"), rows)
