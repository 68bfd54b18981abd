"""What the tests of the pages share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from town_fixture import town, town_built  # noqa: F401 - fixtures
