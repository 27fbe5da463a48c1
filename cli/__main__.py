"""Entry of `python -m cli`, as `./labs` calls it."""

import atexit
import gc
import signal
import sys

# Ctrl-C and a closed pipe end the process at once, as with other tools: there is nothing to clean up, since files are
# replaced atomically. This stands before the imports, so that Ctrl-C is quiet during these too.
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)

# Nearly everything that a command makes lives to its end, so garbage is looked for rarely, and not at all at the end of
# the process: that took a fifth of `labs check`.
gc.set_threshold(100_000, 20, 20)
atexit.register(gc.freeze)

from cli.labs import labs

# A terminal that cannot show a character gets its escape, not a traceback.
for stream in (sys.stdout, sys.stderr):
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")

labs(prog_name="labs")
