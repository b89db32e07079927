"""`python -m recense` is the command `recense`."""

from recense.cli import app

app()
