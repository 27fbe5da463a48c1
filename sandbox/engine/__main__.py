"""`python -m sandbox.engine ARGS`: the same as `sandbox/pulumi ARGS`, when the environment is current."""

import sys

from sandbox.engine.run.command import main

sys.exit(main())
