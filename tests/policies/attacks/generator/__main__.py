"""`python -m tests.policies.attacks.generator [SEED…]`: new cases for FUZZ_SECONDS (60), or the cases of these seeds.

Exit codes: 0 pack and oracle agree, 1 they differ.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Sequence

from tests.policies.attacks.generator.cases import case
from tests.policies.attacks.generator.run import compared, run
from tests.support.policy_server import policy_servers


def main(seeds: Sequence[str]) -> int:
    """Run, print what was found, and return the exit code."""
    with policy_servers() as servers:
        if seeds:
            named = [case(int(seed)) for seed in seeds]
            differences = [found for one in named if (found := compared(servers[one.mode], one)) is not None]
        else:
            result = run(servers, secrets.randbelow(2**40), float(os.environ.get("FUZZ_SECONDS", "60")))
            differences = result.differences
            print(f"fuzz: policies, {result}", file=sys.stderr)
    for difference in differences:
        print(difference)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
