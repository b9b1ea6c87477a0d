"""`python -m lib.schema > docs/schema.md`: print the description of all tables."""

from __future__ import annotations

import sys

from lib.schema.document import document, examples

if __name__ == "__main__":
    sys.stdout.write(document(examples()))
