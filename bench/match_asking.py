"""wrk asks the match service without rest, and what came of it."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from jikimi.people.actions.partners import KeyText

SECONDS = 15
NEAR_ONE_IN = 100
"""One fingerprint in so many is near a listed one: what is uploaded is mostly harmless."""
BODIES = 2_000
PORT = 8765
_SCRIPT = """
local bodies, n = {}, 0
for line in io.lines("%s") do bodies[#bodies + 1] = line end
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer %s"
wrk.headers["Content-Type"] = "application/json"
request = function()
  n = n + 1
  return wrk.format(nil, nil, nil, bodies[n %% #bodies + 1])
end
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('\\n{"requests":%%d,"us":%%d,"bad":%%d,"p50":%%d,"p99":%%d,"max":%%d}\\n',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
"""


@dataclass(frozen=True, kw_only=True)
class Load:
    """One way of asking: how much was answered, and how long each request took (ms)."""

    batch: int
    connections: int
    lookups_a_second: float
    p50: float
    p99: float
    slowest: float
    bad: int


def ask(
    folder: Path, key: "KeyText", some_listed: NDArray[np.uint8], batch: int, connections: int
) -> Load:
    """Ask for SECONDS with so many fingerprints a request, over so many connections."""
    bodies, script = folder / "bodies.txt", folder / "ask.lua"
    bodies.write_text("\n".join(_body(some_listed, batch, n) for n in range(BODIES // batch or 2)))
    script.write_text(_SCRIPT % (bodies, key))
    run = subprocess.run(  # noqa: S603  # wrk
        [
            *(shutil.which("wrk") or "wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s"),
            *("--timeout", "10s", "-s", str(script), f"http://127.0.0.1:{PORT}/api/v1/match"),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    told = json.loads(run.stdout.strip().splitlines()[-1])
    return Load(
        batch=batch,
        connections=connections,
        lookups_a_second=batch * (told["requests"] - told["bad"]) * 1e6 / told["us"],
        p50=told["p50"] / 1e3,
        p99=told["p99"] / 1e3,
        slowest=told["max"] / 1e3,
        bad=told["bad"],
    )


def _body(some_listed: NDArray[np.uint8], batch: int, number: int) -> str:
    """A request: random fingerprints, and one in a hundred 20 bits from a listed one."""
    random = np.random.default_rng([batch, number])
    rows = random.integers(0, 256, (batch, 32), np.uint8)
    for row in range(batch):
        if (number * batch + row) % NEAR_ONE_IN == 0:
            near = np.unpackbits(some_listed[number % len(some_listed)])
            near[random.choice(256, 20, replace=False)] ^= 1
            rows[row] = np.packbits(near)
    asked = [{"type": "pdq", "value": row.tobytes().hex()} for row in rows]
    return json.dumps({"fingerprints": asked})
