"""What the splitter sees of each sentence unit: layout, wording, cohesion and position.

The rules of thumb for bullets, numbers and headings are features here, not special cases: the
labeller learns from the corpus how much each is worth in which layout.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from recense.entities.folding import fold_word
from recense.records import Document
from recense.sentences import Unit

TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
WORD = re.compile(r"[^\W\d_]{2,}")
PROPER_NOUN = re.compile(r"(?<=[\w,;:(’'] )[A-ZÉÈÀÎÔÇ][\w&.-]{2,}|#\w+|\b[A-Z]{2,}\w*")
NUMBER = re.compile(r"\d")
CONTACT = re.compile(r"\w@[\w-]{1,60}\.\w|(?:\+33|\b0)[\s.]?\d(?:[\s.]?\d\d){4}|https?://|www\.|©|\(c\)", re.IGNORECASE)
DATE = re.compile(
    r"\b(?:\d{1,2}(?:er|st|nd|rd|th)?\s+(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre"
    r"|décembre|january|february|march|april|may|june|july|august|september|october|november|december)"
    r"|\d{1,2}/\d{1,2}/\d{2,4})",
    re.IGNORECASE,
)
QUOTE_OPENS, QUOTE_CLOSES = re.compile(r"[«“]"), re.compile(r"[»”]")
ANAPHORA = re.compile(
    r"(?:il|elle|ils|elles|ce|cet|cette|ces|celui|celle|leur|leurs|son|sa|ses|l['’](?:entreprise|équipe|objectif|outil"
    r"|opération|initiative|ensemble|idée|association|application|appareil|essai|étude)|it|they|this|these|that|those"
    r"|its|their|he|she|the (?:company|team|tool|device|app|trial|study|platform|project|initiative|firm|group|aim|goal"
    r"|result|first|two|three|work|operation|scheme|service))\b",
    re.IGNORECASE,
)
PROBABILITY_STEPS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98)
LENGTH_STEPS = (3, 6, 10, 15, 22, 32, 50)


# How the items lie in a document: it is one, or they are blocks, groups of blocks, or parts of blocks.
SINGLE, BLOCKS, GROUPS, PARTS_OF_BLOCKS = "single", "blocks", "groups", "parts"


def likeliest_shape(shape: Mapping[str, float]) -> str:
    """The way in which a document's items most probably lie in it."""
    return max(shape, key=shape.__getitem__)


class SentenceVerdict(NamedTuple):
    """What the wording classifier says of a sentence: probabilities that it begins an item, and that it is in one."""

    begins: float
    inside: float


class Verdicts(NamedTuple):
    """What is known of a document before its sentences are labelled.

    Attributes:
        sentences: what the wording classifier says of each.
        shape: probability of each way in which its items may lie in it.
        place_words: words of the names of places, folded.
    """

    sentences: list[SentenceVerdict]
    shape: dict[str, float]
    place_words: frozenset[str]


def skeleton(document: Document) -> str:
    """A document as a line of words that name its blocks' kinds, lengths, endings and first words."""
    words = []
    for block in document.blocks:
        text = document.text[block.start : block.end]
        size = bucket(len(text.split()), (4, 8, 15, 30, 60, 100))
        last = text[-1] if not text[-1].isalnum() else "w"
        opening = "_".join(word.lower() for word in WORD.findall(text)[:2])
        words.append(f"{block.kind}{size} {block.kind}{last} {opening}")
    return f"n{bucket(len(document.blocks), (3, 6, 10, 15, 25, 40))} " + " ".join(words)


def document_features(document: Document, units: Sequence[Unit], verdicts: Verdicts) -> list[list[str]]:
    """Feature strings of every unit, each with those of its neighbours.

    Args:
        document: the document.
        units: its units, in order.
        verdicts: what the classifiers say of its sentences and of the whole.

    Returns:
        One list of feature names per unit, in the same order.
    """
    own = _own_features(document, units, verdicts)
    return [_with_neighbours(own, index) for index in range(len(units))]


def _with_neighbours(own: list[tuple[list[str], list[str]]], index: int) -> list[str]:
    """A unit's own features, plus the layout features of up to two units on each side."""
    layout, wording = own[index]
    features = [*layout, *wording]
    for offset in (-2, -1, 1, 2):
        position = index + offset
        if not 0 <= position < len(own):
            features.append(f"{offset:+d}:edge")
            continue
        neighbour_layout, neighbour_wording = own[position]
        features += [f"{offset:+d}:{name}" for name in neighbour_layout]
        if abs(offset) == 1:
            features += [f"{offset:+d}:{name}" for name in neighbour_wording if name.startswith(("first", "anaphora"))]
    return features


def _own_features(document: Document, units: Sequence[Unit], verdicts: Verdicts) -> list[tuple[list[str], list[str]]]:
    inside = [verdict.inside for verdict in verdicts.sentences]
    profile, lists = _document_profile(document, units), _list_features(document)
    of_block = _by_block(units, inside)
    blocks = {index: _block_verdict(values) for index, values in of_block.items()}
    means = {index: sum(values) / len(values) for index, values in of_block.items()}
    rows, seen, depth = [], set[str](), 0
    places_seen: set[str] = set()
    for index, unit in enumerate(units):
        text = document.text[unit.start : unit.end]
        before = document.text[units[index - 1].end if index else 0 : unit.start]
        nouns = set(PROPER_NOUN.findall(text))
        layout = _layout(unit, text, before, in_quote=depth > 0)
        layout += _position(index, len(units), unit, profile)
        layout += [f"kind+first+names={unit.block.kind}+{unit.first}+{min(len(nouns), 3)}"]
        layout.append(_opening(document, units, index, text))
        layout += lists[unit.block_index] + _surroundings(document, unit.block_index, means)
        layout += _probability(unit, inside[index]) + blocks[unit.block_index]
        layout += _verdict_features(unit, verdicts, index)
        places = named_places(text, verdicts.place_words)
        layout += _place_features(unit, text, places, places_seen)
        places_seen |= places
        wording = _wording(text) + _cohesion(nouns, seen, units, index, document)
        seen |= nouns
        depth = 0 if unit.last else max(0, depth + _quote_balance(text))
        rows.append((layout, wording))
    return rows


def named_places(text: str, place_words: frozenset[str]) -> set[str]:
    """The words of a text that may name a place: capitalised, and part of a place's name."""
    return {folded for word in WORD.findall(text) if word[0].isupper() and (folded := fold_word(word)) in place_words}


def _place_features(unit: Unit, text: str, places: set[str], seen: set[str]) -> list[str]:
    """A heading that is a place stands over the items of that place; a new place often comes with a new initiative."""
    features = [f"new-places={min(len(places - seen), 2)}+{unit.first}", f"places={min(len(places), 2)}"]
    if unit.block.kind == "heading":
        features.append(f"place-heading={int(4 * _share_of_places(text, places))}")
    return features


def _share_of_places(text: str, places: Iterable[str]) -> float:
    words = [word for word in WORD.findall(text) if len(word) > 2]
    return sum(fold_word(word) in places for word in words) / max(1, len(words))


def is_place_heading(text: str, place_words: frozenset[str]) -> bool:
    """Whether a heading is made of names of places."""
    return _share_of_places(text, named_places(text, place_words)) > 0.5


def _opening(document: Document, units: Sequence[Unit], index: int, text: str) -> str:
    """Whether the unit goes on with a sentence that page furniture or a break has cut in two."""
    before = next((u for u in reversed(units[:index]) if u.block.kind != "furniture"), None)
    if before is None:
        return "open=edge"
    last = document.text[before.end - 1]
    return f"open={last.isalnum() or last in ',-'}+{text[0].islower()}+{units[index - 1].block.kind == 'furniture'}"


def _document_profile(document: Document, units: Sequence[Unit]) -> list[str]:
    """How the document as a whole is laid out."""
    kinds = Counter(block.kind for block in document.blocks)
    words = [len(document.text[b.start : b.end].split()) for b in document.blocks if b.kind == "list_item"]
    long_lists = sum(count >= 12 for count in words)
    return [
        f"doc-lists={min(3, kinds['list_item'] // 2)}",
        f"doc-long-lists={min(3, long_lists)}",
        f"doc-headings={min(3, kinds['heading'] // 2)}",
        f"doc-titles={_share_of_titles(document)}",
        f"doc-tables={min(2, kinds['table_row'] // 2)}",
        f"doc-size={bucket(len(units), (4, 8, 15, 30, 60))}",
    ]


def _by_block(units: Sequence[Unit], inside: Sequence[float]) -> dict[int, list[float]]:
    values: dict[int, list[float]] = {}
    for unit, probability in zip(units, inside, strict=True):
        values.setdefault(unit.block_index, []).append(probability)
    return values


def _block_verdict(values: Sequence[float]) -> list[str]:
    """What the wording says of a whole block: an introduction tells of initiatives too, but ends otherwise."""
    size = min(len(values), 3)
    return [
        f"block-last={size}+{_step(values[-1])}",
        f"block-first={size}+{_step(values[0])}",
        f"block-mean={size}+{_step(sum(values) / len(values))}",
    ]


def _step(probability: float) -> int:
    return sum(probability >= border for border in PROBABILITY_STEPS)


def _probability(unit: Unit, inside: float) -> list[str]:
    """The wording's verdict, in steps that are finer where it is sure."""
    step = _step(inside)
    return [f"inside={step}", f"inside+kind+first={step}+{unit.block.kind}+{unit.first}"]


def _verdict_features(unit: Unit, verdicts: Verdicts, index: int) -> list[str]:
    """Whether a sentence so worded begins an item, and what the shape of the document says of its place."""
    begins, inside = (_step(value) for value in verdicts.sentences[index])
    shape = likeliest_shape(verdicts.shape)
    single = _step(verdicts.shape.get(SINGLE, 0.0))
    place = f"{unit.block.kind}+{unit.first}"
    return [
        f"begins={begins}",
        f"begins+first={begins}+{unit.first}+{unit.block.kind}",
        f"shape={shape}",
        f"shape+kind+first={shape}+{place}",
        f"shape+inside={shape}+{inside}",
        f"shape+begins={shape}+{begins}+{unit.first}",
        f"single={single}+{min(unit.block_index, 4)}+{unit.first}",
        f"single+inside={single}+{inside}",
        f"single+kind={single}+{place}",
    ]


def _share_of_titles(document: Document) -> int:
    """In quarters, the share of the headings that stand over exactly one block, as titles of items do."""
    headings = [i for i, block in enumerate(document.blocks) if block.kind == "heading"]
    over_one = sum(_until_heading(document, index) == 1 for index in headings)
    return 4 * over_one // max(1, len(headings))


def _list_features(document: Document) -> dict[int, list[str]]:
    """For the blocks of each list: how long the list is and how long its entries are, as one."""
    features = {}
    kinds = [block.kind for block in document.blocks]
    for kind, run in groupby(range(len(kinds)), key=kinds.__getitem__):
        indexes = list(run)
        words = sorted(len(document.text[b.start : b.end].split()) for b in (document.blocks[i] for i in indexes))
        size, typical = bucket(len(indexes), (2, 3, 5)), bucket(words[len(words) // 2], (5, 10, 15, 25, 40))
        for index in indexes:
            features[index] = [f"run={kind}+{size}+{typical}", f"run-words={kind}+{typical}"]
    return features


def _surroundings(document: Document, index: int, verdicts: dict[int, float]) -> list[str]:
    """What stands around the whole block: an introduction ends with a colon or stands before a list."""
    blocks = document.blocks
    block = blocks[index]
    previous = blocks[index - 1].kind if index else "edge"
    following = blocks[index + 1].kind if index + 1 < len(blocks) else "edge"
    last = document.text[block.end - 1]
    behind, ahead = _since_heading(document, index), _until_heading(document, index)
    features = [
        f"block-end={block.kind}+{last if not last.isalnum() else 'word'}",
        f"blocks={previous}+{block.kind}+{following}",
        f"next-block={block.kind}+{following}",
        f"to-heading={block.kind}+{ahead}",
        f"under-heading={block.kind}+{behind}+{ahead}",
    ]
    if block.kind == "heading":
        over = _step(verdicts.get(index + 1, 0.0))
        features += [f"heading-over={following}+{over}", f"heading-over-one={ahead}+{over}"]
    return features


def _until_heading(document: Document, index: int) -> int:
    """Number of blocks until the next heading or the end, at most 3: a heading over one paragraph is its title."""
    following = document.blocks[index + 1 : index + 4]
    return next((n for n, block in enumerate(following) if block.kind == "heading"), len(following))


def _since_heading(document: Document, index: int) -> int:
    """Number of blocks since the last heading, at most 3; 3 where there is none."""
    before = document.blocks[max(0, index - 3) : index][::-1]
    return next((n for n, block in enumerate(before) if block.kind == "heading"), 3)


def _layout(unit: Unit, text: str, before: str, *, in_quote: bool) -> list[str]:
    block = unit.block
    marker = "number" if any(c.isalnum() for c in block.marker) else "sign" if block.marker else "none"
    features = [
        f"kind={block.kind}",
        f"kind+first={block.kind}+{unit.first}",
        f"kind+first+last={block.kind}+{unit.first}+{unit.last}",
        f"marker={marker}",
        f"level={block.kind}+{min(block.level, 4)}",
        f"blank={min(before.count(chr(10)), 3)}",
        f"length={bucket(len(text.split()), LENGTH_STEPS)}",
        f"kind+first+length={block.kind}+{unit.first}+{bucket(len(text.split()), LENGTH_STEPS)}",
        f"end={text[-1] if not text[-1].isalnum() else 'word'}",
    ]
    if text.startswith(("«", "“", '"')) or in_quote:
        features.append("in-quote")
    if QUOTE_OPENS.search(text) or text.count('"') >= 2:
        features.append("has-quote")
    if CONTACT.search(text):
        features.append("contact")
    if DATE.search(text):
        features.append("date-alone" if len(text.split()) <= 5 else "date")
    if text.isupper():
        features.append("capitals")
    if block.kind == "heading":
        lower = sum(word[0].islower() for word in WORD.findall(text))
        features.append(f"heading-lower={min(lower, 3)}+{bucket(len(text.split()), (2, 3, 5, 8))}")
    return features


def _position(index: int, count: int, unit: Unit, profile: list[str]) -> list[str]:
    features = [
        f"from-start={min(index, 4)}",
        f"from-end={min(count - 1 - index, 4)}",
        f"block-from-start={min(unit.block_index, 4)}",
        f"third={3 * index // count}",
    ]
    features += [f"{name}+{unit.block.kind}+{unit.first}" for name in profile]
    return features


def _wording(text: str) -> list[str]:
    tokens = [token.lower() for token in TOKEN.findall(text)]
    words = [word.lower() for word in WORD.findall(text)]
    features = [f"first={' '.join(tokens[:1])}", f"first2={' '.join(tokens[:2])}", f"last={' '.join(tokens[-2:])}"]
    features += [f"word={word}" for word in sorted(set(words))]
    if ANAPHORA.match(text):
        features.append("anaphora")
    if NUMBER.search(text):
        features.append("number")
    return features


def _cohesion(nouns: set[str], seen: set[str], units: Sequence[Unit], index: int, document: Document) -> list[str]:
    """Whether the unit goes on with the names of the unit before or brings new ones."""
    features = [f"names={min(len(nouns), 4)}", f"new-names={min(len(nouns - seen), 3)}"]
    if index:
        previous = document.text[units[index - 1].start : units[index - 1].end]
        shared = sum(noun in previous for noun in nouns)
        features.append(f"shared-names={min(shared, 2)}")
        common = set(content_words(previous)) & set(content_words(document.text[units[index].start : units[index].end]))
        features.append(f"shared-words={min(len(common), 4)}")
    return features


def content_words(text: str) -> list[str]:
    """The beginnings of the longer words of a text, which inflections of a word share."""
    return [word.lower()[:6] for word in WORD.findall(text) if len(word) > 4]


def _quote_balance(text: str) -> int:
    return len(QUOTE_OPENS.findall(text)) - len(QUOTE_CLOSES.findall(text))


def bucket(value: int, steps: Sequence[int]) -> int:
    """How many of the steps a value reaches."""
    return sum(value >= step for step in steps)
