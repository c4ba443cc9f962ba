"""`python -m bench.year people FOLDER`: a process of the year, on the house of that folder."""

import gc
import os
import sys
from pathlib import Path

from jikimi.cli.house import open_house

_STEPS_BACK = 10
"""People come as fast as the house takes them: what is in goes before what is still to come."""

if __name__ == "__main__":
    with open_house(Path(sys.argv[2]), migrate=False):
        from bench.year.people import work

        gc.freeze()  # as the server does
        os.nice(_STEPS_BACK)
        work(Path(sys.argv[2]))
