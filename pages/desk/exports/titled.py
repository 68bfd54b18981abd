"""A PDF that says its title and its language, which a reading program announces first and reads by.

The drawing library writes neither. A PDF may be continued at its end (ISO 32000-1, 7.5.6): what is added here is the same
catalogue with a language, and a title. Tags would need every letter of the page marked; they are not added.
"""

from __future__ import annotations

import re

LANGUAGE = "en-GB"
END = re.compile(rb"trailer\s*<<(?P<parts>[^<>]*)>>\s*startxref\s+(?P<at>\d+)\s+%%EOF\s*\Z")


def titled(pdf: bytes, title: str, language: str = LANGUAGE) -> bytes:
    """The same document with a title, shown in the window in place of the name of its file, and a language.

    Raises:
        ValueError: the document does not end as the drawing library writes it.
    """
    end = END.search(pdf)
    numbers = [re.search(rb"/%b\s+(\d+)" % name, end["parts"]) for name in (b"Root", b"Size")] if end else [None, None]
    root, size = (int(found[1]) if found else 0 for found in numbers)
    held = re.search(rb"(?:^|\n)%d 0 obj\s*<<(.*?)>>\s*endobj" % root, pdf, re.DOTALL)
    if end is None or held is None:
        raise ValueError("a PDF without a catalogue and a table at its end cannot be given a title")
    words = (b"\xfe\xff" + title.encode("utf-16-be")).hex().encode()
    added = {
        root: b"%b /Lang (%b) /ViewerPreferences << /DisplayDocTitle true >>" % (held[1].strip(), language.encode()),
        size: b"/Title <%b> /Producer (System Conditions)" % words,
    }
    out, places = bytearray(pdf.rstrip() + b"\n"), {}
    for number, parts in added.items():
        places[number] = len(out)
        out += b"%d 0 obj\n<< %b >>\nendobj\n" % (number, parts)
    table = len(out)
    out += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n\r\n" % place for place in places.items())
    out += b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /Prev %d >>\n" % (size + 1, root, size, int(end["at"]))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)
