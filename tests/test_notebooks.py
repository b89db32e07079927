from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from recense.errors import OutputError
from recense.review import category_counts, doubtful, entities_html, load_rows, table_html
from tests.conftest import CommandLine


@pytest.fixture(scope="module")
def inventory(recense: CommandLine, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("inventory")
    assert recense("classify", str(root / "corpus/samples"), "--out", str(out)).returncode == 0
    return out


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", ["01_review_predictions.ipynb"])
def test_the_notebook_runs(name: str, inventory: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECENSE_INVENTORY", str(inventory))
    notebook = nbformat.read(root / "notebooks" / name, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(root / "notebooks")}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert any("<table" in output.get("data", {}).get("text/html", "") for output in outputs)


def test_what_a_reviewer_sees(inventory: Path) -> None:
    rows = load_rows(inventory)
    assert sum(n for by_language in category_counts(rows).values() for n in by_language.values()) == len(rows)
    assert [row.confidence for row in doubtful(rows)] == sorted(row.confidence for row in rows if row.needs_review)
    assert table_html(rows).count("<tr>") == len(rows) + 1
    assert "CLUSTER" in entities_html(next(row for row in rows if any(e.label == "CLUSTER" for e in row.entities)))


def test_a_folder_without_inventory_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="recense classify"):
        load_rows(tmp_path)
    (tmp_path / "items.jsonl").write_text('{"a": 1}\n')
    with pytest.raises(OutputError, match="no inventory"):
        load_rows(tmp_path)
