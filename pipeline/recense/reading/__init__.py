"""Files to documents: find the sources, decode them, and parse their layout.

for source in find_sources(paths).sources:
    document = read_source(source, max_bytes=...)
"""

from recense.reading.reader import read_source, read_text
from recense.reading.sources import Source, SourceList, find_sources

__all__ = ["Source", "SourceList", "find_sources", "read_source", "read_text"]
