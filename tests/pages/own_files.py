"""Files of one's own, as people send them: made here, in the formats and with the faults that come in."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

HEADER = ("Reference", "Received", "Closed", "Tenant number", "How they asked", "Category")


def calls(path: Path, rows: int = 900, *, days: int = 200, spoiled: int = 2, style: str = "%d/%m/%Y") -> Path:
    """A service's calls: one row a call, the first `spoiled` of them with a date that does not exist."""
    chance = random.Random(rows)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for number in range(rows):
            asked = date(2026, 1, 5) + timedelta(days=number * days // rows)
            closed = asked + timedelta(days=chance.randint(0, 30))
            writer.writerow([
                f"R{number:06}", "31/02/2026" if number < spoiled else asked.strftime(style),
                closed.strftime(style) if chance.random() < 0.8 else "", f"{chance.randint(1, rows // 2 + 1):07}",
                chance.choice(("Phone", "Counter", "Online form")), chance.choice(("damp", "boiler", "rent")),
            ])  # fmt: skip
    return path
