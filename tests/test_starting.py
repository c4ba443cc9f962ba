"""What a process loads as it starts, and who loads what jobs do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from procrastinate.contrib.django import app

import jikimi
from jikimi.cases.jobs import Job as CaseJob
from jikimi.takedown.actions.jobs import Job as TakedownJob
from jikimi.venues.jobs import Job as PackJob

NOT_FOR_AN_ANSWER = "av botocore holidays imapclient jsonschema scrapy yaml jikimi.takedown.tasks"
WHAT_IS_LOADED = """
import sys
import jikimi.config.asgi
print(*sys.modules)
"""


def test_the_web_process_starts_without_what_its_first_answer_does_not_need(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", WHAT_IS_LOADED],
        env={**os.environ, "JIKIMI_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(told.stdout.split())
    assert "jikimi.api.match.service" in loaded
    assert loaded & set(NOT_FOR_AN_ANSWER.split()) == set()


SOON_AFTER = """
import asyncio, sys, time
from jikimi.config.asgi import application

async def live():
    come, went = asyncio.Queue(), asyncio.Queue()
    life = asyncio.create_task(application({"type": "lifespan"}, come.get, went.put))
    await come.put({"type": "lifespan.startup"})
    assert (await went.get())["type"] == "lifespan.startup.complete"
    print("jikimi.web.portal.urls" in sys.modules)
    ends = time.monotonic() + REST
    while "jikimi.config.urls" not in sys.modules and time.monotonic() < ends:
        await asyncio.sleep(0.05)
    await come.put({"type": "lifespan.shutdown"})
    await life
    print(*(name in sys.modules for name in ("jikimi.web.portal.urls", "jikimi.takedown.tasks")))

asyncio.run(live())
"""


@pytest.mark.parametrize(
    ("rest", "expected"), [(60, ["False", "True", "True"]), (0, ["False", "False", "False"])]
)
def test_pages_and_jobs_are_loaded_soon_after_the_start_though_nobody_asks(
    tmp_path: Path, rest: int, expected: list[str]
) -> None:
    """Whoever ends it meanwhile waits for the rest; before anything is loaded, for nothing."""
    told = subprocess.run(
        [sys.executable, "-c", SOON_AFTER.replace("REST", str(rest))],
        env={**os.environ, "JIKIMI_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == expected


def test_every_file_of_jobs_is_loaded_by_who_asks_for_one() -> None:
    root = Path(jikimi.__path__[0])
    found = [file.relative_to(root.parent).with_suffix("") for file in root.rglob("tasks.py")]
    assert {".".join(file.parts) for file in found} == set(settings.PROCRASTINATE_IMPORT_PATHS)


def test_every_job_that_is_asked_for_by_name_is_known() -> None:
    app.perform_import_paths()
    asked = {job.value for jobs in (CaseJob, TakedownJob, PackJob) for job in jobs}
    assert asked <= app.tasks.keys()
