"""Files that are broken, huge or made to harm end quickly, in little memory, with a line in errors.jsonl."""

import json
import multiprocessing
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from recense.reading import read_text
from recense.records import Document
from recense.run import inventory
from recense.settings import Settings
from tests import hostile
from tests.conftest import CommandLine

MAX_SECONDS = 10
MAX_MEGABYTES = 512
NAMES = sorted([*hostile.FILES, "one_gigabyte_line.txt", "loop.txt", "pipe.txt"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    # In a process of its own, because some of them take a gigabyte to make.
    maker = multiprocessing.get_context("spawn").Process(target=hostile.write_all, args=(folder,))
    maker.start()
    maker.join()
    assert maker.exitcode == 0
    return folder


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 40


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_ends_quickly_with_a_line(folder: Path, tmp_path: Path, name: str) -> None:
    command = [str(Path(sys.executable).parent / "recense"), "classify", str(folder / name), "--out", str(tmp_path)]
    started = monotonic()
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak: dict[int, float] = {}
    while run.poll() is None:
        for process in [run.pid, *_children(run.pid)]:
            peak[process] = max(peak.get(process, 0), _megabytes(process))
        sleep(0.02)
    assert run.returncode == 1
    assert monotonic() - started < MAX_SECONDS
    assert sum(peak.values()) < MAX_MEGABYTES
    errors = [json.loads(line) for line in (tmp_path / "errors.jsonl").read_text(encoding="utf-8").splitlines()]
    assert errors
    for error in errors:
        assert name in error["source"]
        assert error["error"] not in ("Exception", "RecursionError", "MemoryError")
        assert error["message"].count(". ") >= 1  # the reason, and the next step


def _children(process: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def _megabytes(process: int) -> float:
    """Peak resident memory of a process so far."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def test_nothing_is_written_outside_the_output_folder(folder: Path, tmp_path: Path, recense: CommandLine) -> None:
    before = set(folder.parent.iterdir())
    recense("classify", str(folder / "outside.zip"), str(folder / "absolute.zip"), "--out", str(tmp_path / "out"))
    assert set(folder.parent.iterdir()) == before
    assert not Path("/etc/outside.txt").exists()


@pytest.mark.parametrize("piece", ["a", "A", "ab(", "« ab ", "LE POLE ", "ab@", "e\u0301", "ab - ", hostile.SENTENCE])
def test_a_text_made_to_be_slow_is_not(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    document: Document = read_text(text)
    started = monotonic()
    inventory(document, Settings())
    assert monotonic() - started < MAX_SECONDS
