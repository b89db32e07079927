import json
from pathlib import Path

import pytest
from typer.main import get_command

from recense.cli import app
from tests.conftest import CommandLine


def _commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        children = getattr(command, "commands", None)
        found += [(name, child) for child in children] if children else [(name,)]
    return found


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_has_help_with_an_example_and_is_in_the_readme(
    command: tuple[str, ...], recense: CommandLine, root: Path
) -> None:
    run = recense(*command, "--help")
    assert run.returncode == 0
    assert f"Example: recense {' '.join(command)}" in " ".join(run.stdout.split())
    readme = (root / "README.md").read_text()
    assert f"`recense {command[0]}" in readme
    assert command[-1] in readme


def test_explain_says_why(recense: CommandLine) -> None:
    run = recense("explain", "The plant of Bourg-en-Bresse now makes 5,000 visors a day for hospitals.")
    report = json.loads(run.stdout)
    assert report["language"] == "en"
    assert report["reasons"]
    assert ("REGION", "FR-ARA") in {(e["label"], e["id"]) for e in report["entities"]}


def test_models_are_listed_shown_and_verified(recense: CommandLine, root: Path) -> None:
    assert "default@" in recense("models", "list").stdout
    assert json.loads(recense("models", "show").stdout)["name"] == "default"
    assert "complete" in recense("models", "verify").stdout
    assert recense("models", "verify", str(root / "tests")).returncode == 2


def test_corpus_stats_are_tables(recense: CommandLine) -> None:
    run = recense("corpus", "stats")
    assert run.returncode == 0
    assert "| donations_platforms |" in run.stdout


def test_a_corpus_with_problems_fails_the_check(recense: CommandLine, tmp_path: Path, root: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "taxonomy.toml").write_bytes((root / "corpus/taxonomy.toml").read_bytes())
    bad = {
        "id": "x", "language": "fr", "source_kind": "email", "title": "", "text": "Un texte.", "split": "train",
        "items": [{"start": 0, "end": 99, "language": "fr", "categories": ["other"]}],
    }  # fmt: skip
    (tmp_path / "documents/a.jsonl").write_text(json.dumps(bad))
    run = recense("corpus", "check", "--corpus", str(tmp_path))
    assert run.returncode == 1
    assert "outside" in run.stdout


@pytest.mark.parametrize("arguments", [("classify",), ("nonsense",), ("classify", "x", "--out", "y", "--jobs", "0")])
def test_wrong_use_is_exit_code_2(recense: CommandLine, arguments: tuple[str, ...]) -> None:
    assert recense(*arguments).returncode == 2
