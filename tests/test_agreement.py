from pathlib import Path

import msgspec
import pytest

from recense.agreement import READINGS, agreement_table, reader_pairs
from recense.corpus import write_documents
from recense.errors import CorpusError
from recense.markup import parse_markup

TEXT = (
    "id: {0}\nlanguage: fr\nkind: email\n\n⟦other⟧Un {{MATERIAL:masque}} {0} pour tous les hôpitaux.⟦/⟧ Fin. "
    "⟦research⟧Une étude {0} commence.⟦/⟧"
)


@pytest.fixture
def corpus_folder(tmp_path: Path) -> Path:
    (tmp_path / READINGS).mkdir()
    documents = [parse_markup(TEXT.format(name), split="train", annotator="first") for name in ("a", "b")]
    for reader in ("first", "second"):
        write_documents(tmp_path / READINGS / f"{reader}.jsonl", documents)
    return tmp_path


def test_equal_labels_agree_fully(corpus_folder: Path) -> None:
    assert "| all | 2 | 4 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 |" in agreement_table(corpus_folder)


def test_differences_lower_the_figures(corpus_folder: Path) -> None:
    first, second = (pair[1] for pair in reader_pairs(corpus_folder))
    shorter = msgspec.structs.replace(first.items[0], end=first.items[0].end - 1, categories=("research",), entities=())
    changed = msgspec.structs.replace(first, items=(shorter, first.items[1]))
    write_documents(corpus_folder / READINGS / "second.jsonl", [changed, second])
    row = agreement_table(corpus_folder).splitlines()[-1].split(" | ")
    assert row[2:] == ["4", "0.75", "1.00", "0.50", "1.00", "1.00", "0.67 |"]


def test_a_changed_text_is_refused(corpus_folder: Path) -> None:
    first, second = (pair[1] for pair in reader_pairs(corpus_folder))
    write_documents(
        corpus_folder / READINGS / "second.jsonl", [msgspec.structs.replace(first, text=first.text + "x"), second]
    )
    with pytest.raises(CorpusError, match="not of the same text"):
        agreement_table(corpus_folder)


def test_the_shipped_second_reading_is_large_enough(root: Path) -> None:
    assert len(list(reader_pairs(root / "corpus"))) >= 60
