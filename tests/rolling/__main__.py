"""A rolling upgrade with real processes, from an older commit to this checkout.

python -m tests.rolling --from COMMIT --taps 200
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from pathlib import Path

from tests.rolling.upgrade import Load, upgrade
from tests.rolling.versions import NotHere, before_newest_migration, full


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="commit", help="the older version; without it the last commit before the newest migration")
    parser.add_argument("--taps", type=int, default=200, help="how many taps and words, over all its parts")
    parser.add_argument("--seed", type=int, help="drawn and printed if not given")
    parser.add_argument(
        "--keep", type=Path, help="an empty folder for the older version and the logs, to be looked at afterwards"
    )
    parser.add_argument(
        "--paced", action="store_true", help="sends no faster than the messengers allow: takes minutes, so take fewer taps"
    )
    told = parser.parse_args()
    seed = told.seed if told.seed is not None else secrets.randbelow(2**31)
    with tempfile.TemporaryDirectory(prefix="soglas-rolling-") as folder:
        try:
            commit = full(told.commit) if told.commit else before_newest_migration()
            print(f"seed {seed}", flush=True)
            report, broken = asyncio.run(upgrade(commit, Load(told.taps, seed, told.paced), told.keep or Path(folder)))
        except NotHere as error:
            print(f"nothing was tried: {error}")
            return 2
    print(report)
    for one in broken:
        print(f"broken: {one}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
