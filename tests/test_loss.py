"""The loss meter finds what reading loses."""

from hypothesis import given
from hypothesis import strategies as st

from recense.reading.loss import measure_items, measure_reading, visible_characters
from recense.reading.parsed import ParsedText
from recense.reading.reader import read_text


def test_a_lost_paragraph_is_counted_to_the_character() -> None:
    parsed = ParsedText(text="Un don.", blocks=(), visible="Un don.\nUn prêt per-du.", left_out="-")
    meter = measure_reading(parsed)
    assert (meter.visible, meter.outside_items, meter.left_out, meter.unaccounted) == (19, 6, 1, 12)


@given(st.text(max_size=200), st.integers(0, 200), st.integers(0, 200))
def test_the_meter_adds_up(text: str, one: int, two: int) -> None:
    document = read_text(text)
    parsed = ParsedText(text=document.text, blocks=(), visible=text)
    meter = measure_items(document, measure_reading(parsed), [(min(one, two), max(one, two))])
    assert meter.in_items + meter.outside_items + meter.left_out + meter.unaccounted == meter.visible
    assert meter.visible == visible_characters(text).total()
