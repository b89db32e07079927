import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from recense.corpus import Corpus, write_documents
from recense.errors import ModelNotFound
from recense.gate import below_floors
from recense.model_store import load_model
from recense.training import choose_threshold, fit_temperature


@pytest.fixture(scope="module")
def small_corpus(corpus: Corpus, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "documents").mkdir()
    (folder / "taxonomy.toml").write_bytes((root / "corpus/taxonomy.toml").read_bytes())
    (folder / "gazetteers").symlink_to(root / "corpus/gazetteers")
    parts = [*corpus.of_split("train")[:24], *corpus.of_split("dev")[:4], *corpus.of_split("test")[:4]]
    write_documents(folder / "documents/all.jsonl", parts)
    return folder


def test_two_trainings_with_other_hash_seeds_predict_alike(small_corpus: Path, tmp_path: Path) -> None:
    fingerprints = set()
    for seed in ("1", "2"):
        out = tmp_path / seed
        command = [sys.executable, "-m", "recense", "train", "--corpus", str(small_corpus), "--out", str(out)]
        subprocess.run(command, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True)
        model = load_model(out)
        fingerprints.add(model.manifest.fingerprint)
        assert "\n# Model card" in (out / "README.md").read_text()
        assert json.loads((out / "metrics.json").read_text())["documents"] == 4
    assert len(fingerprints) == 1


def test_temperature_makes_overconfident_scores_milder() -> None:
    random = np.random.default_rng(0)
    expected = random.integers(0, 3, 600)
    scores = random.normal(size=(600, 3)) + 1.0 * np.eye(3)[expected]
    assert fit_temperature(scores * 4, list(expected)) == pytest.approx(
        4 * fit_temperature(scores, list(expected)), rel=0.05
    )


def test_the_threshold_is_the_lowest_with_the_wanted_precision() -> None:
    probabilities = np.array([[0.95, 0.05], [0.85, 0.15], [0.75, 0.25], [0.65, 0.35], [0.4, 0.6]])
    expected = [0, 0, 1, 0, 0]
    assert choose_threshold(probabilities, expected, 1.0) == pytest.approx(0.76)
    assert choose_threshold(probabilities, expected, 0.75) == pytest.approx(0.61)
    assert choose_threshold(probabilities, [1] * 5, 0.9) == 0.99


def test_the_shipped_model_was_trained_on_the_shipped_corpus(corpus: Corpus, root: Path) -> None:
    assert load_model(root / "models/default").manifest.corpus == corpus.digest


def test_the_shipped_metrics_hold_the_floors(root: Path) -> None:
    metrics = json.loads((root / "models/default/metrics.json").read_text())
    floors = root / "models/floors.json"
    assert below_floors(metrics, floors) == []
    metrics["classification"]["macro_f1"]["value"] = 0.1
    failures = below_floors(metrics, floors)
    assert len(failures) == 1
    assert failures[0].endswith("Run: recense train && recense evaluate")
    with pytest.raises(ModelNotFound, match=r"floors\.json"):
        below_floors(metrics, root / "tests/floors.json")
    metrics["corpus"] = "another"
    assert len(below_floors(metrics, floors)) == 2
