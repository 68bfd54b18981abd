"""Why a row was kept aside, in words: what is wrong, and what to do. Pages and the command line read these."""

from __future__ import annotations

# code: (what is wrong, what to do)
REASONS: dict[str, tuple[str, str]] = {
    "wrong_number_of_fields": (
        "the row has more or fewer fields than the header, or the file was cut within it",
        "export the file again; if a field holds the delimiter, it must stand in quotes",
    ),
    "broken_quotes": (
        "a quote opens or closes in the middle of a field",
        "export again with quotes doubled inside quoted fields",
    ),
    "mixed_line_ends": (
        "a carriage return stands in the middle of the row: its line ends are not those of the header",
        "save the file again with Windows or Unix line ends",
    ),
    "cell_error": ("the cell holds a spreadsheet error such as #N/A", "mend the formula, or empty the cell"),
    "digits_lost": (
        "a spreadsheet keeps only fifteen digits of a number, a column of decimals no more, and this one is longer",
        "export again with the column formatted as text",
    ),
    "missing_key": (
        "a column that makes up the row's key is empty",
        "fill it in at the source, or choose another key in the mapping",
    ),
    "missing_value": ("a value this record cannot do without is empty", "fill it in at the source"),
    "missing_time": ("the time of the event is empty", "fill it in at the source, or make the record depend on it"),
    "time_not_in_format": (
        "the text is not in a date format the mapping declares",
        "add its format to [times] in the mapping, or mend the date at the source",
    ),
    "impossible_date": ("there is no such date, or no record of a living person goes back to it", "mend the date"),
    "time_does_not_exist": (
        "the clocks went forward over this time: nobody can have seen it on a clock",
        "check the mapping's time zone; if it is right, mend the time at the source",
    ),
    "event_in_future": (
        "the event lies more than a day after the extract was taken",
        "check the order of day and month, and the extract's own time (--extracted-at)",
    ),
    "person_id_scientific": (
        "a spreadsheet turned the person's number into one like 1.23E+09, and its last digits are lost",
        "export again with the column formatted as text",
    ),
    "person_id_too_short": ("the person's id is empty once blanks and dashes are taken off", "mend it at the source"),
    "nhs_number_invalid": ("the NHS number does not have ten digits with a sound check digit", "correct the number"),
    "not_an_allowed_value": (
        "the value is not in the mapping's table, and the column takes only listed ones",
        "add the value to the table in the mapping, or an `otherwise`",
    ),
    "not_a_number": (
        "the text is not a plain number, or is longer than the column holds",
        "mend it at the source; no thousands marks, no exponents",
    ),
    "not_yes_or_no": ("the text is neither yes nor no", "write true or false"),
    "conflicting_duplicate": (
        "the same key stands twice in this import with different content",
        "make the key complete in the mapping, or remove one of the rows",
    ),
}
FLAGS: dict[str, str] = {
    "end_doubtful": "an end before its own beginning was set aside; the record was kept without it",
    "ambiguous_time": "the clocks went back over this time, so it happened twice that day; the earlier was taken",
    "no_record": "no condition of the mapping held for any row around them, so nothing was made of them; check each `when`",
    "out_of_order": "the rows of a group did not stand in order of time; they were sorted",
    "older_extract": (
        "the row went back to what this extract says of it, though a newer one was imported before; "
        "import the newest again to set it right"
    ),
}


def sentence(reason: str, field: str | None = None, line: int | None = None) -> str:
    """What is wrong, where, and what to do.

    >>> sentence("impossible_date", "OPEN_DT", 12)
    "Line 12, 'OPEN_DT': there is no such date, or no record of a living person goes back to it; mend the date."
    """
    what, advice = REASONS.get(reason, (reason.replace("_", " "), "look at the row at its source"))
    where = ", ".join(
        part for part in (f"line {line}" if line is not None else "", repr(field) if field else "") if part
    )
    text = f"{where}: {what}; {advice}." if where else f"{what}; {advice}."
    return text[0].upper() + text[1:]
