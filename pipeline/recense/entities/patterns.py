"""Patterns for clusters that no list has: the wording says what the name is."""

import re
from collections.abc import Iterator

from recense.records import Entity

NAME_WORD = r"(?:[A-ZÀ-ÖØ-Þ][\w'’&+.-]*|\d+[A-Z]*|[A-Z0-9][\w+-]*[A-Z0-9])"
# A name is one to four capitalised words; small linking words may stand inside it.
NAME = rf"{NAME_WORD}(?:\s(?:(?:de|des|du|en|of|&|d['’])\s)?{NAME_WORD}){{0,3}}"
INTRODUCED = re.compile(
    rf"\b(?:(?:business |competitiveness |health |regional )?[Cc]luster|[Pp]ôle(?: de compétitivité)?|[Tt]echnopole"
    rf"|[Ii]ncubat(?:eur|or)|[Aa]ccél[ée]rateur|[Aa]ccelerator|competitiveness cluster)\s(?P<name>{NAME})"
)
VALLEY = re.compile(rf"\b(?P<name>(?:{NAME_WORD}\s){{1,2}}Valley)\b")
# A department of a hospital or a public service is called "pôle" as well.
NOT_A_NAME = re.compile(r"(?:Covid|COVID|Santé$|Emploi|Femme|Enfant|Urgences|Emergency|Silicon Valley)")
PATTERNS = (("pattern: introduced by its kind", INTRODUCED), ("pattern: … Valley", VALLEY))


def unknown_clusters(text: str) -> Iterator[Entity]:
    """Candidates that no list has, not linked; the policy for overlaps decides against known names."""
    for rule, pattern in PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span("name")
            if not NOT_A_NAME.search(text, start, end):
                end -= len(text[start:end]) - len(text[start:end].rstrip(".'’-"))
                yield Entity("CLUSTER", text[start:end], start, end, None, None, rule)
