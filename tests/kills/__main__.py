"""Kills for as long as you like.

python -m tests.kills --kills 200 --engine both --seed 7
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from tests.kills.processes import Zygote
from tests.kills.trial import Engine, Load, trial


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, help="how many on each engine")
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seed", type=int, help="drawn and printed if not given")
    parser.add_argument("--keep", type=Path, help="a folder for the database and the logs, to be looked at afterwards")
    told = parser.parse_args()
    seed = told.seed if told.seed is not None else secrets.randbelow(2**31)
    engines: tuple[Engine, ...] = ("sqlite", "postgresql") if told.engine == "both" else (told.engine,)
    with tempfile.TemporaryDirectory(prefix="soglas-kills-") as folder, Zygote() as zygote:
        for engine in engines:
            print(f"{engine}, seed {seed}", flush=True)
            try:
                print(asyncio.run(trial(engine, told.kills, seed, told.keep or Path(folder), zygote, Load())), flush=True)
            except AssertionError as error:
                print(f"broken: {error}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
