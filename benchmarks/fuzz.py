#!/usr/bin/env python3
"""Damage samples of every format at random, read, repair and judge what comes of it; say what crashed or was slow.

Every crash is kept with its seed: `--only SEED` runs that one input again.

usage: python benchmarks/fuzz.py [--inputs 1000000] [--seed N] [--only SEED]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
HOME = tempfile.mkdtemp(prefix="masthead-fuzz-")
os.environ |= {
    "MASTHEAD_HOME": HOME,
    "MASTHEAD_PATHS_DATA": f"{HOME}/data",
    "DJANGO_SETTINGS_MODULE": "masthead.project.settings",
}


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--inputs", type=int, default=1_000_000)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--only", type=int)
    args = ask.parse_args()
    import django

    django.setup()
    from tests.wire.seeds import SEEDS, damaged, ops
    from tests.wire.test_fuzz import samples, survive

    readers, found = list(SEEDS), {reader: samples(reader) for reader in SEEDS}
    started, told = time.monotonic(), Counter[str]()
    slowest, crashes = 0.0, Counter[str]()
    seeds = [args.only] if args.only is not None else range(args.seed, args.seed + args.inputs)
    for done, seed in enumerate(seeds, start=1):
        dice = random.Random(seed)
        reader = readers[seed % len(readers)]
        data = damaged(dice.choice(found[reader]), ops(dice))
        begun = time.perf_counter()
        try:
            told["read" if survive(data) else "refused"] += 1
        except Exception as fault:
            told["crashed"] += 1
            where = traceback.extract_tb(fault.__traceback__)[-1]
            name = f"{reader}: {type(fault).__name__} {str(fault)[:150]} at {Path(where.filename).name}:{where.lineno}"
            if crashes[name] == 0:
                print(f"seed {seed}: {name}", flush=True)
                if args.only is not None:
                    raise
            crashes[name] += 1
        slowest = max(slowest, time.perf_counter() - begun)
        if done % 50_000 == 0 or done == len(seeds):
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            counts = ", ".join(f"{count} {name}" for name, count in told.items())
            print(f"{done} inputs in {time.monotonic() - started:.0f} s: {counts}; slowest {slowest * 1000:.0f} ms; peak {peak:.0f} MB", flush=True)
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
