"""Print one of the README's two commands, so that what the README promises is what is run.

`python .ci/readme_command.py run` or `test`. Standard library only: it runs before anything is installed.
"""

import re
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
MARKS = {"run": "streamlit run", "test": "pytest"}


def readme_command(which: str, text: str) -> str:
    """The one line in a fenced block of the README that serves the dashboard (`run`) or passes the tests (`test`)."""
    blocks = re.findall(r"^```(?:sh|bash)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("python3 -m venv ")]
    found = [line for line in lines if MARKS[which] in line]
    if len(found) != 1:
        raise SystemExit(
            f"README.md should hold one line with 'python3 -m venv' and '{MARKS[which]}'; it holds {found}."
        )
    return found[0]


if __name__ == "__main__":
    print(readme_command(sys.argv[1], README.read_text(encoding="utf-8")))
