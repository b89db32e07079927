"""Whether a sentence turns from one initiative to the next, in the middle of a paragraph.

Articles tell several initiatives in one breath. The sequence labeller learns mostly from lists, where layout says where
an item begins; so a classifier of its own looks at pairs of sentences that both are in items, and asks only whether the
second one begins another: how it opens, whom it names for the first time and how soon, what it shares with the
sentences around it.
"""

import re
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from recense.features import noted
from recense.records import Document
from recense.sentences import Unit
from recense.unit_features import (
    ANAPHORA,
    DATE,
    LENGTH_STEPS,
    NUMBER,
    PROPER_NOUN,
    bucket,
    content_words,
    named_places,
)

# How a sentence opens tells whether it goes on ("Elle", "The device") or turns to another ("À Roanne,", "Une PME").
OPENINGS = {
    "pronoun": re.compile(r"(?:Il|Elle|Ils|Elles|On|Cela|Ça|C['’]est|It|They|He|She|We)\b"),
    "somewhere": re.compile(
        r"(?:À|A|En|Dans|Au|Aux|Près de|Chez|In|At|Near|From|Around|Across|Outside|Further|Plus|Non loin)\b"
    ),
    "definite": re.compile(
        r"(?:(?:Le|La|Les|Ce|Cet|Cette|Ces|Son|Sa|Ses|Leur|Leurs|The|This|These|That|Its|Their|His|Her)\s|L['’])"
        r"[a-zéèàîôç]"
    ),
    "indefinite": re.compile(
        r"(?:Un|Une|Des|Deux|Trois|Quatre|Cinq|Dix|Plusieurs|Some|A|An|Two|Three|Four|Five|Ten|Several)\s[a-zéèàîôç]"
    ),
}
LINK = re.compile(
    r"\b(?:(?:de (?:son|leur)|d['’]un autre) côté|quant (?:à|aux?)|de même|même|aussi|également|autre"
    r"|pour (?:sa|leur) part|pendant ce temps|ailleurs|meanwhile|elsewhere|for its part|too|also|another|other"
    r"|likewise|by contrast|next door)\b",
    re.IGNORECASE,
)
TOKEN = re.compile(r"[\w’'&.-]+")
# A capital at the very beginning is no name where the sentence opens with one of these.
FIRST_WORDS = re.compile(
    r"(?:il|elle|ils|elles|on|l[ea]s?|the|un|une|an?|des|du|de|dans|au|à|en|in|ce|cet|cette|son|sa|ses|it|they|this|these"
    r"|at|on|for|with|by|and|but|mais|et|pour|sur|depuis|since|from)$",
    re.IGNORECASE,
)
HEAD_WORDS = 9
NAME_STEPS = (1, 2, 3, 5, 8, 15)
# How many sentences back a name or a word counts as shared.
REACH = 3


class Sentence(NamedTuple):
    """What is compared of a sentence: names, names of places, content words, and its tokens in order."""

    text: str
    names: frozenset[str]
    places: frozenset[str]
    words: frozenset[str]
    tokens: tuple[str, ...]


NOTHING = Sentence("", frozenset(), frozenset(), frozenset(), ())


class _Seen(NamedTuple):
    """What the document has named up to a sentence."""

    names: set[str]
    places: set[str]
    tokens: set[str]

    def add(self, sentence: Sentence) -> None:
        self.names.update(sentence.names)
        self.places.update(sentence.places)
        self.tokens.update(sentence.tokens)


def turn_texts(document: Document, units: Sequence[Unit], place_words: frozenset[str]) -> list[str]:
    """Each unit's text with notes on how it stands to the sentences around it, for the classifier of turns.

    Args:
        document: the document.
        units: its units, in order.
        place_words: words of the names of places, folded.
    """
    sentences = [read_sentence(document.text[unit.start : unit.end], place_words) for unit in units]
    seen = _Seen(set(), set(), set())
    texts = []
    for index, sentence in enumerate(sentences):
        reach = _together(sentences[max(0, index - REACH) : index])
        previous = sentences[index - 1] if index else NOTHING
        following = sentences[index + 1] if index + 1 < len(sentences) else NOTHING
        notes = _own_notes(sentence) | _new_notes(sentence, seen, reach) | _shared_notes(sentence, previous, following)
        texts.append(noted(sentence.text, (f"{name}={value}" for name, value in notes.items())))
        seen.add(sentence)
    return texts


def read_sentence(text: str, place_words: frozenset[str]) -> Sentence:
    """What is compared of a sentence."""
    return Sentence(
        text,
        frozenset(PROPER_NOUN.findall(text)),
        frozenset(named_places(text, place_words)),
        frozenset(content_words(text)),
        tuple(TOKEN.findall(text)),
    )


def _together(sentences: Sequence[Sentence]) -> Sentence:
    """The names, places, words and tokens of some sentences as if they were one."""
    sets = [frozenset(chain.from_iterable(column)) for column in list(zip(*sentences, strict=True))[1:]]
    return Sentence("", sets[0], sets[1], sets[2], tuple(sets[3])) if sentences else NOTHING


def _own_notes(sentence: Sentence) -> dict[str, object]:
    text = sentence.text
    return {
        "opening": next((name for name, pattern in OPENINGS.items() if pattern.match(text)), "other"),
        "anaphora": bool(ANAPHORA.match(text)),
        "link": bool(LINK.search(text)),
        "names": min(len(sentence.names), 4),
        "places": min(len(sentence.places), 2),
        "length": bucket(len(text.split()), LENGTH_STEPS),
        "commas": min(text.count(","), 4),
        "semicolon": bool(re.search("[;:]", text)),
        "date": bool(DATE.search(text)),
        "number": bool(NUMBER.search(text)),
    }


def _new_notes(sentence: Sentence, seen: _Seen, reach: Sentence) -> dict[str, object]:
    """Whom the sentence names for the first time and how soon, and whom it names again."""
    tokens = sentence.tokens
    named = [place for place, token in enumerate(tokens) if token[0].isupper() and (place or _may_be_name(token, seen))]
    new = [place for place in named if tokens[place] not in seen.tokens]
    head = [place for place in named if place and place < HEAD_WORDS]
    return {
        "new-names": min(len(sentence.names - seen.names), 4),
        "new-places": min(len(sentence.places - seen.places), 2),
        "name-at": bucket(named[0] if named else 99, NAME_STEPS),
        "new-name-at": bucket(new[0] if new else 99, NAME_STEPS),
        "new-in-head": min(sum(tokens[place] not in seen.tokens for place in head), 2),
        "known-in-head": min(sum(tokens[place] in reach.tokens for place in head), 1),
        "shared-names": min(len(sentence.names & reach.names), 2),
        "shared-places": min(len(sentence.places & reach.places), 1),
        "shared-words": min(len(sentence.words & reach.words), 4),
    }


def _shared_notes(sentence: Sentence, previous: Sentence, following: Sentence) -> dict[str, object]:
    """What the sentence shares with the ones next to it."""
    return {
        "words-before": min(len(sentence.words & previous.words), 3),
        "words-after": min(len(sentence.words & following.words), 3),
        "names-before": min(len(previous.names), 3),
        "names-after": min(len(sentence.names & following.names), 2),
        "length-before": bucket(len(previous.text.split()), LENGTH_STEPS),
        "anaphora-after": bool(ANAPHORA.match(following.text)),
    }


def _may_be_name(first_token: str, seen: _Seen) -> bool:
    return not FIRST_WORDS.match(first_token) and first_token.lower() not in seen.tokens
