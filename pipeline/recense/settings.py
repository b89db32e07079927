"""One frozen settings object; each option is documented where it is defined."""

import os
from pathlib import Path

import msgspec

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def _default_folder(variable: str, relative: str) -> Path:
    """A folder of the checkout, unless the environment names another one."""
    return Path(os.environ.get(variable, PROJECT_ROOT / relative))


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may change about a run.

    Attributes:
        model: folder of the trained model (environment: RECENSE_MODEL).
        corpus: folder of the labelled corpus and the gazetteers (environment: RECENSE_CORPUS).
        max_bytes: a larger source file is refused; 20 MB is about 100 times the longest newsletter we know.
        max_chars: a longer text is refused; 500,000 characters are about 200 pages.
        max_sentences: a text of more sentences is refused, because the splitter's memory grows with them.
        parse_seconds: a file that takes longer to open is refused; a PDF of 200 pages takes about 3.
        text_column: the column of a CSV or JSON lines file that holds the texts, None to look for a usual name.
        jobs: processes that work on documents; the results do not depend on it.
        min_item_chars: a shorter stretch cannot tell of an initiative.
        reasons: how many features explain a prediction.
    """

    model: Path = msgspec.field(default_factory=lambda: _default_folder("RECENSE_MODEL", "models/default"))
    corpus: Path = msgspec.field(default_factory=lambda: _default_folder("RECENSE_CORPUS", "corpus"))
    max_bytes: int = 20_000_000
    max_chars: int = 500_000
    max_sentences: int = 6_000
    parse_seconds: float = 8.0
    text_column: str | None = None
    jobs: int = 1
    min_item_chars: int = 25
    reasons: int = 6
