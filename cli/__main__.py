"""Entry of `python -m cli`, as `./labs` calls it."""

import signal
import sys

# An end by Ctrl-C or by a closed pipe needs no cleaning up, for a file is replaced in one moment that nothing
# interrupts: die as other tools do. First of all, since a Ctrl-C during the imports must be quiet too.
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)

from cli.labs import labs

# A terminal that cannot show a character gets its escape, not a traceback.
for stream in (sys.stdout, sys.stderr):
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")

labs(prog_name="labs")
