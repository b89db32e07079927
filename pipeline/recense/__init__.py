"""recense: French and English press releases in, an inventory of initiatives out."""

__version__ = "0.1.0"
