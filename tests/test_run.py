"""The main path and the contract of its output files, through the command line as a user runs it."""

import csv
import json
from pathlib import Path
from time import perf_counter

import pyarrow.parquet as pq
import pytest

from tests.conftest import CommandLine

ITEM_KEYS = (
    "item_id document_id source title start end text language language_confidence category confidence scores "
    "needs_review entities reasons model"
).split()
DOCUMENT_KEYS = "document_id source title published language text blocks".split()


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def inventory(recense: CommandLine, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("inventory")
    run = recense("classify", str(root / "corpus/samples"), "--out", str(out), "--format", "jsonl,csv,parquet,geojson")
    assert run.returncode == 0, run.stderr
    assert run.stdout == ""
    assert "Written to" in run.stderr
    return out


def test_every_item_has_the_fields_of_the_contract_in_order(inventory: Path) -> None:
    items = _lines(inventory / "items.jsonl")
    texts = {d["document_id"]: d["text"] for d in _lines(inventory / "documents.jsonl")}
    assert len(items) >= 10
    for item in items:
        assert list(item) == ITEM_KEYS
        text = texts[item["document_id"]]
        assert text[item["start"] : item["end"]] == item["text"]  # type: ignore[index]


def test_documents_and_run_report(inventory: Path) -> None:
    documents = _lines(inventory / "documents.jsonl")
    assert [list(d) for d in documents] == [DOCUMENT_KEYS] * 4
    report = json.loads((inventory / "run.json").read_text())
    assert report["counts"]["items"] == len(_lines(inventory / "items.jsonl"))
    assert {"model", "versions", "settings", "counts", "timings"} <= set(report)
    assert (inventory / "errors.jsonl").read_bytes() == b""


def test_tables_and_map_hold_every_item(inventory: Path) -> None:
    ids = [item["item_id"] for item in _lines(inventory / "items.jsonl")]
    with (inventory / "items.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["item_id"] for row in csv.DictReader(file)] == ids
    assert pq.read_table(inventory / "items.parquet").column("item_id").to_pylist() == ids
    features = json.loads((inventory / "items.geojson").read_text())["features"]
    assert [feature["id"] for feature in features] == ids
    assert any(feature["geometry"] for feature in features)


def test_output_is_the_same_whatever_the_seed_the_jobs_and_the_order(
    recense: CommandLine, root: Path, tmp_path: Path
) -> None:
    files = sorted(str(path) for path in (root / "corpus/samples").iterdir())
    contents = set()
    for number, (order, jobs, seed) in enumerate([(files, "1", "1"), (files[::-1], "2", "2"), (files[::-1], "1", "3")]):
        out = tmp_path / str(number)
        assert recense("classify", *order, "--out", str(out), "--jobs", jobs, PYTHONHASHSEED=seed).returncode == 0
        contents.add((out / "items.jsonl").read_bytes())
    assert len(contents) == 1


def test_a_bad_input_gets_a_line_and_the_rest_is_done(recense: CommandLine, tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "good.txt").write_text(
        "- The cluster Minalogic (digital, Auvergne-Rhône-Alpes) lends masks to hospitals.\n"
    )
    (source / "latin1.txt").write_bytes(
        "À Nîmes, le pôle prête des respirateurs à l'hôpital où l'on en manque.".encode("latin-1")
    )
    (source / "empty.txt").write_text("")
    (source / "binary.txt").write_bytes(bytes(range(256)) * 9)
    (source / "spanish.txt").write_text("El clúster reúne las ofertas de sus empresas y las envía a los hospitales.")
    out = tmp_path / "out"
    run = recense("classify", str(source), str(tmp_path / "missing"), "--out", str(out))
    assert run.returncode == 1
    errors = {Path(str(line["source"])).name: line["error"] for line in _lines(out / "errors.jsonl")}
    assert errors == {
        "empty.txt": "EmptyInput",
        "binary.txt": "BinaryInput",
        "spanish.txt": "UnsupportedLanguage",
        "missing": "MissingInput",
    }
    for line in _lines(out / "errors.jsonl"):
        assert str(line["message"]) in run.stderr
    read = {Path(str(d["source"])).name: str(d["text"]) for d in _lines(out / "documents.jsonl")}
    assert "Nîmes" in read["latin1.txt"]
    assert "good.txt" in read


@pytest.mark.parametrize("kind", ["empty folder", "missing path"])
def test_nothing_to_read_is_said(recense: CommandLine, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "in"
    if kind == "empty folder":
        path.mkdir()
    run = recense("classify", str(path), "--out", str(tmp_path / "out"))
    assert run.returncode == 1
    assert str(path) in run.stderr


def test_an_output_that_cannot_be_a_folder_is_wrong_use(recense: CommandLine, root: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    run = recense("classify", str(root / "corpus/samples"), "--out", str(blocked))
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
    assert "--out" in run.stderr


def test_standard_input_and_unknown_format(recense: CommandLine, tmp_path: Path) -> None:
    text = "- Le pôle Minalogic prête des serveurs aux hôpitaux de Grenoble pendant la crise sanitaire.\n"
    run = recense("classify", "-", "--out", str(tmp_path / "out"), stdin=text)
    assert run.returncode == 0
    assert _lines(tmp_path / "out/documents.jsonl")[0]["source"] == "-"
    wrong = recense("classify", "-", "--out", str(tmp_path / "out"), "--format", "xls", stdin=text)
    assert wrong.returncode == 2
    assert "geojson" in wrong.stderr


def test_an_interrupted_run_goes_on(recense: CommandLine, root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ("classify", str(root / "corpus/samples"), "--out", str(out))
    assert recense(*arguments).returncode == 0
    complete = (out / "items.jsonl").read_bytes()
    documents = (out / "documents.jsonl").read_bytes().splitlines(keepends=True)
    (out / "documents.jsonl").write_bytes(b"".join(documents[:2]) + documents[2][:50])
    (out / "items.jsonl").write_bytes(complete[: len(complete) * 2 // 3])
    resumed = recense(*arguments, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert (out / "items.jsonl").read_bytes() == complete


def test_what_another_model_made_is_done_again(recense: CommandLine, root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ("classify", str(root / "corpus/samples"), "--out", str(out))
    assert recense(*arguments).returncode == 0
    complete = (out / "items.jsonl").read_text()
    model = json.loads(complete.splitlines()[0])["model"]
    (out / "items.jsonl").write_text(complete.replace(model, "other@0").replace("masks", "stale"))
    assert recense(*arguments, "--resume").returncode == 0
    assert (out / "items.jsonl").read_text() == complete


def test_a_damaged_or_missing_model_is_wrong_use(recense: CommandLine, root: Path, tmp_path: Path) -> None:
    for model in (tmp_path / "none", root / "corpus"):
        run = recense("classify", str(root / "corpus/samples"), "--out", str(tmp_path / "out"), "--model", str(model))
        assert run.returncode == 2
        assert "recense train" in run.stderr


def test_the_program_answers_quickly(recense: CommandLine, tmp_path: Path) -> None:
    source = tmp_path / "one.txt"
    source.write_text("- Le pôle Minalogic prête des serveurs aux hôpitaux de Grenoble pendant la crise sanitaire.\n")
    timings: dict[str, list[float]] = {"help": [], "classify": []}
    for _ in range(3):
        for name, arguments in (
            ("help", ["--help"]),
            ("classify", ["classify", str(source), "--out", str(tmp_path / "o")]),
        ):
            started = perf_counter()
            assert recense(*arguments).returncode == 0
            timings[name].append(perf_counter() - started)
    assert min(timings["help"]) < 0.4
    assert min(timings["classify"]) < 3.0
