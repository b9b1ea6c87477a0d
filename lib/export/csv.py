"""Tables -> CSV that a spreadsheet opens without running any of it.

UTF-8, comma, header = column names, no preamble. A text cell that begins with = + - @ TAB CR or LF (full-width forms
too) gets a leading apostrophe, and so does one that has such an apostrophe already, so that reading it back is exact.
Numbers never do; missing is empty.
"""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

_DANGEROUS = r"^'*[=+\-@\t\r\n＝＋－＠]"


def csv_bytes(table: pa.Table) -> bytes:
    """A table's rows in its order as CSV. Columns of lists are not exported."""
    columns = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_dictionary(column.type):
            column = column.cast(pa.string())
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            columns[_safe_name(name)] = _safe(column)
        elif not pa.types.is_nested(column.type):
            columns[_safe_name(name)] = column
    stream = io.BytesIO()
    pa_csv.write_csv(pa.table(columns), stream, pa_csv.WriteOptions(quoting_style="needed"))
    head, _, rest = stream.getvalue().partition(b"\n")
    return head.replace(b'"', b"") + b"\n" + rest


def _safe(column: pa.ChunkedArray) -> pa.ChunkedArray:
    dangerous = pc.match_substring_regex(column, _DANGEROUS)
    return pc.if_else(
        dangerous, pc.binary_join_element_wise(pa.scalar("'"), column.cast(pa.string()), pa.scalar("")), column
    )


def _safe_name(name: str) -> str:
    return "".join(letter for letter in name if letter.isalnum() or letter == "_")
