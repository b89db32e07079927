"""Files to documents: find the sources, decode them, and parse their layout.

for source in find_sources(paths).sources:
    for result in read_source(source, settings): ...
"""

from recense.reading.reader import ReadResult, read_bytes, read_source, read_text
from recense.reading.sources import Source, SourceList, find_sources

__all__ = ["ReadResult", "Source", "SourceList", "find_sources", "read_bytes", "read_source", "read_text"]
