"""What README and CONTRIBUTING show is true."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CommandLine


def test_every_make_target_that_the_docs_name_exists(root: Path) -> None:
    makefile = (root / "Makefile").read_text()
    for page in ("README.md", "CONTRIBUTING.md", "corpus/README.md"):
        for target in re.findall(r"`make ([a-z-]+)", (root / page).read_text()):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page}: make {target}"


def test_every_path_that_the_readme_links_exists(root: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", (root / "README.md").read_text()):
        assert (root / link).exists(), link


def test_the_demo_table_in_the_readme_is_what_the_demo_shows(recense: CommandLine, root: Path, tmp_path: Path) -> None:
    run = recense("classify", str(root / "corpus/samples"), "--out", str(tmp_path), COLUMNS="110")
    shown = re.search(r"```\n(Inventory.*?)```", (root / "README.md").read_text(), re.DOTALL)
    assert shown is not None
    table = [line.rstrip() for line in shown[1].splitlines() if "│" in line]
    assert table == [line.rstrip() for line in run.stderr.splitlines() if "│" in line]


@pytest.mark.parametrize("name", ["train", "evaluate"])
def test_slow_commands_of_the_readme_have_the_options_shown(recense: CommandLine, name: str) -> None:
    text = recense(name, "--help").stdout
    assert "--corpus" in text


def test_the_table_of_meanings_has_a_command(recense: CommandLine) -> None:
    assert "models/embedding" in recense("embeddings", "distill", "--help").stdout


def test_the_python_that_the_readme_shows_runs(root: Path) -> None:
    shown = re.search(r"```python\n(.*?)```", (root / "README.md").read_text(), re.DOTALL)
    assert shown is not None
    run = subprocess.run([sys.executable, "-c", shown[1]], capture_output=True, text=True, check=True)
    assert "medicen-paris-region" in run.stdout


def test_the_example_at_the_top_of_the_readme_is_true(recense: CommandLine, root: Path) -> None:
    readme = (root / "README.md").read_text()
    text = re.search(r"^in:  - (.*)$", readme, re.MULTILINE)
    shown = re.search(r'"category": "(\w+)", "confidence": ([\d.]+)', readme)
    assert text is not None
    assert shown is not None
    report = json.loads(recense("explain", text[1]).stdout)
    assert report["category"] == shown[1]
    assert report["confidence"] == pytest.approx(float(shown[2]), abs=0.01)
    assert {"CLUSTER", "REGION", "MATERIAL"} == {entity["label"] for entity in report["entities"]}
