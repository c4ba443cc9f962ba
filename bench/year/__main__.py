"""`python -m bench.year people FOLDER`: a process of the year, on the house of that folder."""

import gc
import sys
from pathlib import Path

from jikimi.cli.house import open_house

if __name__ == "__main__":
    with open_house(Path(sys.argv[2]), migrate=False):
        from bench.year.people import work

        gc.freeze()  # as the server does
        work(Path(sys.argv[2]))
