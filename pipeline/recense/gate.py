"""Measuring a stored model again: the report, the floors below which it fails, its fingerprint."""

from pathlib import Path
from typing import Any

import msgspec

from recense.corpus import load_corpus
from recense.entities import EntityFinder, load_gazetteer
from recense.errors import ModelDamaged, ModelNotFound
from recense.evaluation import evaluate
from recense.model_store import RETRAIN, load_model
from recense.training import fingerprint


class Floors(msgspec.Struct, frozen=True):
    """The pinned floors.

    Attributes:
        corpus: digest of the corpus that they were measured on.
        floors: dotted name of a figure in the report -> the least it may be.
    """

    corpus: str
    floors: dict[str, float]


def evaluate_model(corpus_folder: Path, model_folder: Path) -> dict[str, Any]:
    """The report on the test split; see `evaluation.evaluate`."""
    model, corpus = load_model(model_folder), load_corpus(corpus_folder)
    gazetteer = load_gazetteer(corpus_folder / "gazetteers")
    finder, lists_alone = EntityFinder(gazetteer, model.recogniser), EntityFinder(gazetteer)
    return evaluate(corpus, model.classifier, model.splitter, finder, lists_alone)


def below_floors(report: dict[str, Any], path: Path) -> list[str]:
    """What the report fails of the pinned floors, a message each, ending with the command to run.

    Raises:
        ModelNotFound: there are no floors at the path.
    """
    if not path.is_file():
        raise ModelNotFound(str(path), "there are no pinned floors here", "Copy models/floors.json beside the model.")
    floors = msgspec.json.decode(path.read_bytes(), type=Floors)
    failures = []
    if floors.corpus != report["corpus"]:
        failures.append(f"{path}: the floors were pinned on another corpus. Run: recense evaluate, and pin them again")
    for name, least in floors.floors.items():
        value = figure(report, name)
        if value < least:
            failures.append(
                f"{name} is {value:.4f}, under its floor {least:.4f}. Run: recense train && recense evaluate"
            )
    return failures


def figure(report: dict[str, Any], name: str) -> float:
    """A figure of the report by its dotted name ("splitting.exact_item_f1")."""
    value: Any = report
    for part in name.split("."):
        value = value[part]
    return float(value)


def verify_predictions(folder: Path) -> str:
    """Check a model's files and that it still predicts what it did.

    Raises:
        ModelError: it must not be used.
    """
    model = load_model(folder)
    found = fingerprint(model.classifier, model.manifest.taxonomy)
    if found != model.manifest.fingerprint:
        raise ModelDamaged(str(folder), "it no longer predicts what it did when it was saved", RETRAIN)
    return f"{folder}: complete, {model.manifest.model_id}"
