"""Write the table of many rows that is uploaded."""

import sys
from pathlib import Path

from country import rows

with Path(sys.argv[1]).open("w", encoding="utf-8") as file:
    file.writelines(rows(int(sys.argv[2])))
