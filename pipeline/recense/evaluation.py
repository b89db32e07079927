"""The measures of quality, each with the number of cases behind it."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, get_args

import msgspec
import numpy as np
from sklearn.metrics import f1_score

from recense.classification import Classifier
from recense.corpus import Corpus, LabelledDocument, LabelledItem
from recense.entities import EntityFinder
from recense.entities.focus import focus_region
from recense.entities.folding import fold
from recense.entities.gazetteer import read_rows
from recense.reading import read_text
from recense.records import Document, Entity, EntityLabel
from recense.segmentation import Splitter
from recense.segmentation_metrics import (
    Ratio,
    boundaries,
    boundary_edits,
    matched_within,
    pk,
    token_starts,
    window_diff,
)
from recense.splitting_baselines import BASELINES
from recense.stock_entities import StockFinder, stock_models_installed

BOOTSTRAP_ROUNDS = 1000
# A border that is two tokens off loses nothing that a reader would miss.
NEAR_TOKENS = 2
COUNTED = ("exact", "boundary", "near_boundary", "tokens")
RATIOS = ("pk", "window_diff", "edits", "kept", "foreign")
SplitFunction = Callable[[Document], Sequence[tuple[int, int]]]
SEED = 20200507


class Score(msgspec.Struct, frozen=True):
    """A measured figure.

    Attributes:
        value: the figure.
        low: lower end of its 95 % interval (bootstrap by document).
        high: upper end.
        cases: number of cases it is measured on.
    """

    value: float
    low: float
    high: float
    cases: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] (n={self.cases})"


class Counts(msgspec.Struct, frozen=True):
    """Found, expected and both: what precision, recall and F1 are made of."""

    matched: int
    predicted: int
    expected: int

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.matched + other.matched, self.predicted + other.predicted, self.expected + other.expected)

    @property
    def f1(self) -> float:
        """2PR / (P + R); 1 where there was nothing to find and nothing was found."""
        total = self.predicted + self.expected
        return 2 * self.matched / total if total else 1.0


NOTHING = Counts(0, 0, 0)
ENTITY_LABELS = get_args(EntityLabel)


def count_spans(predicted: Iterable[Any], expected: Iterable[Any]) -> Counts:
    """Exact matches between two sets of spans."""
    found, wanted = set(predicted), set(expected)
    return Counts(len(found & wanted), len(found), len(wanted))


class Case(msgspec.Struct, frozen=True):
    """A gold item with what the classifier said of it."""

    document: str
    layout: str
    language: str
    text: str
    expected: tuple[str, ...]
    predicted: str
    confidence: float


def macro_f1(cases: Sequence[Case], categories: Sequence[str]) -> float:
    """Mean F1 over the categories that occur among the expected ones (primary category)."""
    expected = [case.expected[0] for case in cases]
    present = [name for name in categories if name in set(expected)]
    predicted = [case.predicted for case in cases]
    return float(f1_score(expected, predicted, labels=present, average="macro", zero_division=0.0))


def with_interval(cases: Sequence[Case], measure: Callable[[Sequence[Case]], float]) -> Score:
    """A measure with its 95 % percentile interval from a bootstrap by document (Efron 1979)."""
    if not cases:
        return Score(0.0, 0.0, 0.0, 0)
    of_document: dict[str, list[Case]] = {}
    for case in cases:
        of_document.setdefault(case.document, []).append(case)
    groups = list(of_document.values())
    random = np.random.default_rng(SEED)
    values = []
    for _ in range(BOOTSTRAP_ROUNDS):
        drawn = random.integers(0, len(groups), len(groups))
        values.append(measure([case for index in drawn for case in groups[index]]))
    low, high = np.quantile(values, (0.025, 0.975))
    return Score(round(measure(cases), 4), round(float(low), 4), round(float(high), 4), len(cases))


def classified_cases(documents: Iterable[LabelledDocument], classifier: Classifier) -> list[Case]:
    """The gold items of some documents with the classifier's best category, also where it abstains."""
    pairs = [(document, item) for document in documents for item in document.items]
    if not pairs:
        return []
    probabilities = classifier.probabilities([document.text_of(item) for document, item in pairs])
    best = probabilities.argmax(axis=1)
    return [
        _case(document, item, classifier.categories[index], float(row[index]))
        for (document, item), index, row in zip(pairs, best, probabilities, strict=True)
    ]


def _case(document: LabelledDocument, item: LabelledItem, predicted: str, confidence: float) -> Case:
    return Case(
        document.id, document.note_field("layout"), item.language, document.text_of(item), item.categories,
        predicted, confidence,
    )  # fmt: skip


def category_scores(cases: Sequence[Case], categories: Sequence[str], threshold: float) -> dict[str, Any]:
    """Macro-F1 in all and by language, F1 by category, and what abstention buys."""

    def measure(some: Sequence[Case]) -> float:
        return macro_f1(some, categories)

    accepted = [case for case in cases if case.confidence >= threshold]
    precision = sum(case.predicted == case.expected[0] for case in accepted) / max(1, len(accepted))
    expected, predicted = [case.expected[0] for case in cases], [case.predicted for case in cases]
    by_category = f1_score(expected, predicted, labels=list(categories), average=None, zero_division=0.0)
    return {
        "macro_f1": with_interval(cases, measure),
        "macro_f1_fr": with_interval([case for case in cases if case.language == "fr"], measure),
        "macro_f1_en": with_interval([case for case in cases if case.language == "en"], measure),
        "f1_by_category": {name: round(float(f1), 4) for name, f1 in zip(categories, by_category, strict=True)},
        "cases_by_category": {name: expected.count(name) for name in categories},
        "accepted_precision": round(precision, 4),
        "accepted_share": round(len(accepted) / max(1, len(cases)), 4),
    }


class SplittingTally(msgspec.Struct, frozen=True, kw_only=True):
    """What the measures of splitting are made of, for one document or many; ratios are (errors or hits, cases).

    Attributes:
        exact: items with both borders right.
        boundary: borders at the very token.
        near_boundary: borders within two tokens.
        tokens: words and signs inside items.
        pk: windows in error, of all.
        window_diff: windows in error, of all.
        edits: edits of boundary similarity, of all borders.
        kept: characters of gold items that are in some predicted item.
        foreign: characters of predicted items that are in no gold item.
    """

    exact: Counts = NOTHING
    boundary: Counts = NOTHING
    near_boundary: Counts = NOTHING
    tokens: Counts = NOTHING
    pk: Ratio = (0, 0)
    window_diff: Ratio = (0, 0)
    edits: Ratio = (0, 0)
    kept: Ratio = (0, 0)
    foreign: Ratio = (0, 0)

    def __add__(self, other: "SplittingTally") -> "SplittingTally":
        summed: dict[str, Any] = {name: getattr(self, name) + getattr(other, name) for name in COUNTED}
        summed |= {name: _added(getattr(self, name), getattr(other, name)) for name in RATIOS}
        return SplittingTally(**summed)

    def scores(self) -> dict[str, float]:
        """The measures, with the number of gold items behind them."""
        return {
            "exact_item_f1": round(self.exact.f1, 4),
            "boundary_f1": round(self.boundary.f1, 4),
            "near_boundary_f1": round(self.near_boundary.f1, 4),
            "pk": _share(self.pk),
            "window_diff": _share(self.window_diff),
            "boundary_similarity": round(1 - _share(self.edits), 4),
            "token_f1": round(self.tokens.f1, 4),
            "item_text_recall": _share(self.kept, empty=1.0),
            "foreign_text_share": _share(self.foreign),
            "items": self.exact.expected,
        }


def _added(one: Ratio, other: Ratio) -> Ratio:
    return one[0] + other[0], one[1] + other[1]


def _share(ratio: Ratio, *, empty: float = 0.0) -> float:
    return round(ratio[0] / ratio[1], 4) if ratio[1] else empty


def splitting_scores(documents: Iterable[LabelledDocument], split: SplitFunction) -> dict[str, Any]:
    """All measures of splitting: over all documents, by language and by layout."""
    total, groups = (
        SplittingTally(),
        {"by_language": dict[str, SplittingTally](), "by_layout": dict[str, SplittingTally]()},
    )
    for document in documents:
        tally = _tally(document, split(read_text(document.text, document.id)))
        total += tally
        for group, name in (("by_language", document.language), ("by_layout", document.note_field("layout"))):
            groups[group][name] = groups[group].get(name, SplittingTally()) + tally
    return total.scores() | {
        group: {name: tally.scores() for name, tally in sorted(tallies.items())} for group, tallies in groups.items()
    }


def _tally(document: LabelledDocument, spans: Sequence[tuple[int, int]]) -> SplittingTally:
    predicted = [(start, end) for start, end in spans]
    gold = [(item.start, item.end) for item in document.items]
    starts = token_starts(document.text)
    reference, hypothesis = boundaries(starts, gold), boundaries(starts, predicted)
    ours, theirs = sorted(reference), sorted(hypothesis)
    sizes = len(theirs), len(ours)
    in_gold, in_predicted = _characters(gold), _characters(predicted)
    return SplittingTally(
        exact=count_spans(predicted, gold),
        boundary=Counts(matched_within(ours, theirs, 0), *sizes),
        near_boundary=Counts(matched_within(ours, theirs, NEAR_TOKENS), *sizes),
        tokens=count_spans(
            (s for s in starts if s in in_predicted),
            (s for s in starts if s in in_gold),
        ),
        pk=pk(reference, hypothesis, len(starts)),
        window_diff=window_diff(reference, hypothesis, len(starts)),
        edits=boundary_edits(reference, hypothesis),
        kept=(len(in_gold & in_predicted), len(in_gold)),
        foreign=(len(in_predicted - in_gold), len(in_predicted)),
    )


def _characters(spans: Iterable[tuple[int, ...]]) -> set[int]:
    return {offset for start, end in spans for offset in range(start, end)}


class Finder(Protocol):
    """Finds entities: the program, or what it is compared with."""

    def find(self, text: str) -> list[Entity]:
        """The entities of one item."""

    def knows_cluster(self, name: str) -> bool:
        """Whether its lists have a cluster of that name."""


def entity_scores(
    documents: Iterable[LabelledDocument], finder: Finder, trained: Iterable[LabelledDocument] = ()
) -> dict[str, Any]:
    """Strict span F1 by label and language, recall of clusters never seen, and the share of right regions.

    Args:
        documents: what to measure on.
        finder: what to measure.
        trained: the documents that the finder learned from; a cluster is never seen if neither they nor the lists
            have its name.
    """
    seen = {
        fold(document.text_of(entity))
        for document in trained
        for item in document.items
        for entity in item.entities
        if entity.label == "CLUSTER"
    }
    totals: dict[str, Counts] = dict.fromkeys((*ENTITY_LABELS, "CLUSTER never seen"), NOTHING)
    linked = right = 0
    for document in documents:
        for item in document.items:
            text = document.text_of(item)
            found = {(e.label, e.start, e.end): e.id for e in finder.find(text)}
            gold = {(e.label, e.start - item.start, e.end - item.start): e.id for e in item.entities}
            for label in ENTITY_LABELS:
                counts = count_spans((k for k in found if k[0] == label), (k for k in gold if k[0] == label))
                totals[label] += counts
                totals[f"{label} {item.language}"] = totals.get(f"{label} {item.language}", NOTHING) + counts
            totals["CLUSTER never seen"] += count_spans(
                (key for key in found if _is_new(key, text, seen, finder)),
                (key for key in gold if _is_new(key, text, seen, finder)),
            )
            regions = [key for key in found.keys() & gold.keys() if key[0] == "REGION"]
            linked += len(regions)
            right += sum(found[key] == gold[key] for key in regions)
    scores: dict[str, Any] = {}
    for name, counts in totals.items():
        key = name.lower().replace(" ", "_")
        scores |= {f"{key}_f1": round(counts.f1, 4), f"{key}_cases": counts.expected}
    return scores | {"region_linking": round(right / max(1, linked), 4), "region_linking_cases": linked}


def place_scores(corpus_folder: Path, finder: EntityFinder) -> dict[str, Any]:
    """The share of the written variants of French places in `cases/place_variants.csv` that are linked right.

    Returns:
        The share, the number of variants (0 where a corpus has no such table), and the misses as [written, expected
        code, found code].
    """
    path = corpus_folder / "cases/place_variants.csv"
    rows = read_rows(path, ("written", "code")) if path.is_file() else []
    found = [finder.region_of(row["written"]) for row in rows]
    misses = [[row["written"], row["code"], code] for row, code in zip(rows, found, strict=True) if code != row["code"]]
    return {"linked": round(1 - len(misses) / max(1, len(rows)), 4), "variants": len(rows), "misses": misses}


def focus_scores(corpus: Corpus, finder: EntityFinder) -> dict[str, Any]:
    """The share of the items of the test split whose region of focus is told right, from the entities that are found.

    The region of each item that names one is in `cases/focus_regions.csv`: a code, or "several" or "none", which the
    program does not tell apart.

    Returns:
        The share and the number of items, 0 where a corpus has no such table.
    """
    path = corpus.folder / "cases/focus_regions.csv"
    rows = read_rows(path, ("document", "item", "region")) if path.is_file() else []
    expected = {(row["document"], int(row["item"])): row["region"] for row in rows}
    right = cases = 0
    for document in corpus.of_split("test"):
        for number, item in enumerate(document.items, start=1):
            if (region := expected.get((document.id, number))) is not None:
                text = document.text_of(item)
                focus = focus_region(text, finder.find(text))
                cases += 1
                right += (focus.id if focus else None) == (None if region in ("several", "none") else region)
    return {"right": round(right / max(1, cases), 4), "cases": cases}


def _is_new(key: tuple[str, int, int], text: str, seen: set[str], finder: Finder) -> bool:
    """Whether a mention is a cluster whose name neither the lists nor the training texts have."""
    label, start, end = key
    return label == "CLUSTER" and fold(text[start:end]) not in seen and not finder.knows_cluster(text[start:end])


def evaluate(
    corpus: Corpus, classifier: Classifier, splitter: Splitter, finder: EntityFinder, lists_alone: EntityFinder
) -> dict[str, Any]:
    """All measures on the test split, as plain data.

    Args:
        corpus: the labelled corpus.
        classifier: the trained classifier.
        splitter: the trained splitter.
        finder: the entity finder.
        lists_alone: the finder without its recogniser, as a baseline.
    """
    documents, trained = corpus.of_split("test"), corpus.of_split("train", "dev")
    cases = classified_cases(documents, classifier)
    others: dict[str, Finder] = {"gazetteers and patterns alone": lists_alone}
    if stock_models_installed():
        others["stock spaCy models"] = StockFinder()
    report = {
        "corpus": corpus.digest,
        "documents": len(documents),
        "classification": category_scores(cases, classifier.categories, classifier.threshold),
        "splitting": splitting_scores(documents, splitter.spans)
        | {"baselines": {name: splitting_scores(documents, split) for name, split in BASELINES.items()}},
        "entities": entity_scores(documents, finder, trained)
        | {"places": place_scores(corpus.folder, finder), "focus": focus_scores(corpus, finder)}
        | {"baselines": {name: entity_scores(documents, other, trained) for name, other in others.items()}},
    }
    plain: dict[str, Any] = msgspec.to_builtins(report)
    return plain
