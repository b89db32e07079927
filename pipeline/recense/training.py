"""The labelled corpus to a model folder: splitter, classifier, threshold, card."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.model_selection import StratifiedGroupKFold

from recense.classification import Classifier, softmax
from recense.corpus import LabelledDocument, load_corpus
from recense.embeddings import embedding_files
from recense.entities import EntityFinder, load_gazetteer
from recense.evaluation import Case, evaluate, macro_f1
from recense.features import Vector
from recense.linear_training import fit_linear
from recense.model_card import model_card
from recense.model_store import Manifest, save_model
from recense.recogniser_training import RecogniserSettings, train_recogniser
from recense.splitter_training import SplitterSettings, train_splitter
from recense.taxonomy import Taxonomy

Report = Callable[[str], None]
FOLDS = 5
SEED = 20200507
FINGERPRINT_DIGITS = 3


class TrainingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a model is trained.

    Attributes:
        regularisation: inverse strength C of the logistic regression. Swept 1-100 by cross-validation on the
            training split: flat from 5 to 30.
        embedding: the model2vec model whose vectors stand beside TF-IDF: a folder, also relative to the checkout, or a
            name on the Hugging Face hub; None for TF-IDF alone.
        splitter: how the splitter is trained.
        recogniser: how the recogniser of entities is trained.
        accepted_precision: the threshold for review is the lowest at which the items that the classifier
            accepts are right this often, on the dev split and the held-out folds of the training split. At 0.95
            this classifier would accept a quarter of the items, at 0.90 nearly half.
    """

    regularisation: float = 10.0
    embedding: str | None = "models/embedding"
    splitter: SplitterSettings = SplitterSettings()
    recogniser: RecogniserSettings = RecogniserSettings()
    accepted_precision: float = 0.92


class Examples(msgspec.Struct, frozen=True):
    """Items as parallel lists for scikit-learn: texts, categories, and the documents they come from."""

    texts: list[str]
    categories: list[str]
    documents: list[str]
    languages: list[str]


def train(
    corpus_folder: Path, out: Path, settings: TrainingSettings | None = None, *, report: Report = lambda _: None
) -> Manifest:
    """Train all stages on the training split and write a model folder.

    Args:
        corpus_folder: the labelled corpus.
        out: the model folder to write.
        settings: how to train.
        report: called with a line of progress now and then.

    Raises:
        CorpusError: the corpus breaks its format or has too little in it.
    """
    settings = settings or TrainingSettings()
    report("reading the corpus")
    corpus = load_corpus(corpus_folder)
    training, dev = corpus.of_split("train"), corpus.of_split("dev")
    gazetteer = load_gazetteer(corpus_folder / "gazetteers")
    # The splitter and the recogniser have no threshold to choose on the dev split, so they may learn from it.
    report(f"training the splitter on {len(training) + len(dev)} documents")
    splitter = train_splitter([*training, *dev], gazetteer.place_words, settings.splitter)
    report("training the recogniser of entities")
    recogniser = train_recogniser([*training, *dev], gazetteer, settings.recogniser)
    examples = examples_of(training)
    report(f"cross-validating the classifier on {len(examples.texts)} items")
    held_out = held_out_probabilities(examples, corpus.taxonomy, settings)
    expected = expected_columns(examples, corpus.taxonomy)
    temperature = fit_temperature(np.log(held_out), expected)
    report("training the classifier")
    classifier = train_classifier(examples, corpus.taxonomy, settings)
    classifier.temperature = temperature
    unseen = examples_of(dev)
    calibrated = np.vstack([softmax(np.log(held_out) / temperature), classifier.probabilities(unseen.texts)])
    expected += expected_columns(unseen, corpus.taxonomy)
    threshold = choose_threshold(calibrated, expected, settings.accepted_precision)
    # What the dev split was kept for is chosen; the classifier that is kept may learn from it too.
    classifier = train_classifier(examples_of([*training, *dev]), corpus.taxonomy, settings)
    classifier.temperature, classifier.threshold = temperature, threshold
    cross_validation = cross_validation_report(examples, held_out, corpus.taxonomy)
    report("measuring on the test split")
    metrics = evaluate(corpus, classifier, splitter, EntityFinder(gazetteer, recogniser), EntityFinder(gazetteer))
    return save_model(
        out,
        {"classifier": classifier, "splitter": splitter, "recogniser": recogniser},
        {
            "metrics.json": msgspec.json.format(msgspec.json.encode(metrics), indent=2) + b"\n",
            "README.md": model_card(out.name, corpus, settings, cross_validation, metrics).encode(),
            **(embedding_files(settings.embedding) if settings.embedding else {}),
        },
        corpus=corpus.digest,
        taxonomy=corpus.taxonomy,
        settings=msgspec.to_builtins(settings) | {"temperature": temperature, "threshold": classifier.threshold},
        cross_validation=cross_validation,
        fingerprint=fingerprint(classifier, corpus.taxonomy),
    )


def examples_of(documents: Sequence[LabelledDocument]) -> Examples:
    """The gold items of some documents."""
    pairs = [(document, item) for document in documents for item in document.items]
    return Examples(
        [document.text_of(item) for document, item in pairs],
        [item.category for _, item in pairs],
        [document.id for document, _ in pairs],
        [item.language for _, item in pairs],
    )


def train_classifier(examples: Examples, taxonomy: Taxonomy, settings: TrainingSettings) -> Classifier:
    """Fit the classifier on some items."""
    return fit_linear(
        examples.texts, examples.categories, taxonomy.ids,
        regularisation=settings.regularisation, embedding=settings.embedding,
    )  # fmt: skip


def cross_validation_report(examples: Examples, probabilities: Vector, taxonomy: Taxonomy) -> dict[str, Any]:
    """Macro-F1 of held-out predictions, in all and by language, with the number of items."""
    predicted = [taxonomy.ids[index] for index in probabilities.argmax(axis=1)]
    columns = (examples.documents, examples.languages, examples.categories, predicted)
    cases = [
        Case(document, "", language, "", (category,), guess, 0.0)
        for document, language, category, guess in zip(*columns, strict=True)
    ]
    report: dict[str, Any] = {"folds": FOLDS, "items": len(cases), "macro_f1": round(macro_f1(cases, taxonomy.ids), 4)}
    for language in ("fr", "en"):
        own = [case for case in cases if case.language == language]
        report[f"macro_f1_{language}"] = round(macro_f1(own, taxonomy.ids), 4)
    return report


def expected_columns(examples: Examples, taxonomy: Taxonomy) -> list[int]:
    """The column of each item's category."""
    return [taxonomy.ids.index(category) for category in examples.categories]


def held_out_probabilities(examples: Examples, taxonomy: Taxonomy, settings: TrainingSettings) -> Vector:
    """Probabilities (items x categories) of each item by a classifier that saw nothing of its document."""
    texts, categories = np.array(examples.texts, dtype=object), np.array(examples.categories)
    probabilities = np.zeros((len(texts), len(taxonomy.ids)))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for training, held_out in folds.split(texts, categories, examples.documents):
        classifier = train_classifier(_subset(examples, training), taxonomy, settings)
        probabilities[held_out] = classifier.probabilities(list(texts[held_out]))
    return probabilities


def _subset(examples: Examples, indexes: Sequence[int]) -> Examples:
    return Examples(*([column[i] for i in indexes] for column in msgspec.structs.astuple(examples)))


def fit_temperature(scores: Any, expected: Sequence[int]) -> float:
    """The divisor of the scores that minimises the log loss of the expected columns."""

    def log_loss(temperature: float) -> float:
        chosen = softmax(scores / temperature)[np.arange(len(expected)), list(expected)]
        return float(-np.log(np.clip(chosen, 1e-12, 1)).mean())

    return round(float(minimize_scalar(log_loss, bounds=(0.1, 5.0), method="bounded").x), 3)


def choose_threshold(probabilities: Vector, expected: Sequence[int], wanted: float) -> float:
    """The lowest confidence from which on the accepted items are right often enough.

    Args:
        probabilities: of items that the classifier did not train on (items x categories).
        expected: the right column of each.
        wanted: the precision of the accepted items.

    Returns:
        A probability in steps of 0.01; 0.99 where no threshold gives that precision.
    """
    right = probabilities.argmax(axis=1) == np.array(expected)
    confidence = probabilities.max(axis=1)
    for threshold in (percent / 100 for percent in range(20, 99)):
        accepted = confidence >= threshold
        if accepted.any() and right[accepted].mean() >= wanted:
            return threshold
    return 0.99


def fingerprint(classifier: Classifier, taxonomy: Taxonomy) -> str:
    """A hash of the predictions on the taxonomy's own texts.

    Two trainings on the same corpus give the same fingerprint, while their joblib dumps differ byte for
    byte between hash seeds.
    """
    texts = [text for c in taxonomy.categories for text in (c.fr, c.en, c.definition_fr, c.definition_en)]
    rounded = np.round(classifier.probabilities(texts), FINGERPRINT_DIGITS) + 0.0
    return hashlib.sha256(msgspec.json.encode(rounded.tolist())).hexdigest()
