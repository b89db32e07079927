"""A file that hangs or kills its parser ends the worker, not the run."""

import os
import signal

from recense.reading.isolation import ParsingWorker
from recense.reading.parsed import Failure, ParsedText
from recense.reading.parsers import ParsingOptions
from tests.hostile import pdf

OPTIONS = ParsingOptions(max_bytes=10**6)


def test_a_worker_that_is_too_slow_is_replaced() -> None:
    worker = ParsingWorker()
    (slow,) = worker.parse("pdf", pdf(pages=250), "slow.pdf", OPTIONS, seconds=0.01)
    assert isinstance(slow, Failure)
    assert slow.kind == "CostlyInput"
    (good,) = worker.parse("pdf", pdf(), "good.pdf", OPTIONS, seconds=20)
    assert isinstance(good, ParsedText)
    worker.close()


def test_a_worker_that_was_killed_is_replaced() -> None:
    worker = ParsingWorker()
    worker.parse("pdf", pdf(), "good.pdf", OPTIONS, seconds=20)
    process = worker._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    (good,) = worker.parse("pdf", pdf(), "good.pdf", OPTIONS, seconds=20)
    assert isinstance(good, ParsedText)
    worker.close()
