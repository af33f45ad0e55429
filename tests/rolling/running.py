"""A ``soglas run`` of one version: started, asked for its figures, told to stop."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.rolling.versions import PYTHON, Version

_PATIENCE = 60.0
_URL = re.compile(r"http://[\d.:]+")
_EVERY = 0.5
# At the messengers' own pace (Slack: fifty edits a minute) what some hundred taps bring takes minutes to be sent.
_UNPACED = """
import sys
import adapters.slack.sender, adapters.telegram.sender
from bot.commands import main
from bot.pacing import UNLIMITED
adapters.slack.sender.TARIFF = adapters.telegram.sender.TARIFF = UNLIMITED
sys.argv = ["soglas", "run"]
main()
"""


@dataclass
class Figures:
    """What a process says it has done, as of when it was asked last."""

    taps: int = 0
    silent: int = 0
    sent: int = 0
    refusals: int = 0
    duties: frozenset[str] = frozenset()


class Running:
    """One process."""

    def __init__(self, version: Version, process: asyncio.subprocess.Process, log: Path) -> None:
        self.version, self.log = version, log
        self.url, self.figures = "", Figures()
        self.unready: set[str] = set()  # whatever was not as it should be when it was asked
        self._process = process
        self._asking: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self.version.name

    @property
    def has_ended(self) -> bool:
        return self._process.returncode is not None

    async def is_up(self) -> bool:
        """Waits until it says that it runs; ``False`` when it ends instead."""
        assert self._process.stdout
        async with asyncio.timeout(_PATIENCE):
            while line := (await self._process.stdout.readline()).decode():
                if found := _URL.search(line):
                    self.url = found[0]
                    self._asking = asyncio.create_task(self._ask())
                    return True
            await self._process.wait()
        return False

    async def asked(self) -> Figures:
        """Its figures as they are now. They end with the process."""
        async with httpx.AsyncClient(base_url=self.url, timeout=5) as client:
            said, ready = (await client.get("/metrics")).text, (await client.get("/ready")).json()
        self.unready.update(ready.get("not_ready", ()))
        self.figures = read(said)
        return self.figures

    async def stop(self) -> int:
        """SIGTERM, until nothing of it is left. Gives how it ended."""
        if self._asking:
            self._asking.cancel()
        self._process.terminate()
        async with asyncio.timeout(_PATIENCE):
            return await self._process.wait()

    async def end(self) -> None:
        """At once, whatever it does: when all is looked at."""
        if self._asking:
            self._asking.cancel()
        if not self.has_ended:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.communicate()

    async def _ask(self) -> None:
        while True:
            with suppress(httpx.HTTPError):
                await self.asked()
            await asyncio.sleep(_EVERY)


def read(metrics: str) -> Figures:
    found, duties = Figures(), set()
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            match sample.name:
                case "soglas_taps_total":
                    found.taps += int(sample.value) if sample.labels["outcome"] != "repeated" else 0
                case "soglas_silent_taps_total":
                    found.silent += int(sample.value)
                case "soglas_message_late_seconds_count":
                    found.sent += int(sample.value)
                case "soglas_refusals_total":
                    found.refusals += int(sample.value)
                case "soglas_duty" if sample.value:
                    duties.add(sample.labels["duty"])
    found.duties = frozenset(duties)
    return found


async def begun(version: Version, settings: Mapping[str, str], log: Path, *, paced: bool) -> Running:
    words = ("-m", "bot", "run") if paced else ("-c", _UNPACED)
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            PYTHON, *words, cwd=version.folder, env=version.environment(settings), stdout=asyncio.subprocess.PIPE, stderr=file
        )
    return Running(version, process, log)
