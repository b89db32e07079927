"""The loss meter: where each visible character of a source went.

Characters are counted, not words, because formats part words differently; white space and control
characters are not visible. Each format has a second, plainer way to its text, which says what there was to read.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable

from recense.reading.parsed import ParsedText
from recense.records import Document, LossMeter


def measure_reading(parsed: ParsedText) -> LossMeter:
    """What reading kept, left out on purpose, and lost; nothing is in items yet."""
    there, kept = visible_characters(parsed.visible), visible_characters(parsed.text)
    missing = there - kept
    left_out = missing & visible_characters(parsed.left_out)
    lost = missing - left_out
    return LossMeter(
        visible=there.total(), in_items=0, outside_items=kept.total(), left_out=left_out.total(),
        unaccounted=lost.total(),
    )  # fmt: skip


def measure_items(document: Document, meter: LossMeter, spans: Iterable[tuple[int, int]]) -> LossMeter:
    """The same meter once it is known which stretches of the document's text are items."""
    in_items = sum(visible_characters(document.text[start:end]).total() for start, end in spans)
    text = meter.in_items + meter.outside_items
    return LossMeter(
        visible=meter.visible, in_items=in_items, outside_items=text - in_items, left_out=meter.left_out,
        unaccounted=meter.unaccounted,
    )  # fmt: skip


def visible_characters(text: str) -> Counter[str]:
    """How often each visible character occurs, in composed form."""
    counts = Counter(unicodedata.normalize("NFC", text))
    for char in list(counts):
        if char.isspace() or unicodedata.category(char)[0] == "C":
            del counts[char]
    return counts
