"""The whole program: read, observe, plan, declare, export."""

import atexit
import gc
import os
import signal
import sys
from pathlib import Path

# The engine ends an aborted run with an interrupt, for which Python would print a traceback.
signal.signal(signal.SIGINT, lambda *_: os._exit(1))
# Nearly everything made here is needed to the end: looking for garbage as often as usual takes a third of a run. At the
# end of the process nobody needs it found either, and the search through all modules took a quarter of a second.
gc.set_threshold(100_000, 20, 20)
atexit.register(gc.freeze)

# The engine starts the provider of a package with its own address, and a program with nothing.
if len(sys.argv) > 1:
    from components.package.server import serve

    serve()
    sys.exit()

import pulumi

from catalog.files.diagnostic import InvalidFile
from catalog.images.catalogue import load
from catalog.stacks.provider_keys import NAMESPACE, PROVIDER_KEYS, unread_keys
from catalog.stacks.settings import KEYS, SettingsError, read_settings
from components.declaration import NO_IMAGES, declare, make_update
from components.own_outputs import with_own_outputs
from inventory.observe import observe
from lifecycle.update import Update
from plan.conflict import PlanRefused

ERRORS_ALREADY_SHOWN = 32  # the exit code by which the engine knows that the program has printed every error


def decide() -> Update:
    """What this stack plans, and from what. Raises what is wrong with its configuration, its catalogue, or Azure."""
    config, provider = pulumi.Config(), pulumi.Config(NAMESPACE)
    values = {key: config.get(key) for key in KEYS} | {"subscriptionId": provider.get("subscriptionId")}
    for key, message in unread_keys([f"{NAMESPACE}:{key}" for key in PROVIDER_KEYS if provider.get(key)]).items():
        pulumi.log.warn(f"{key}: {message}")
    settings = read_settings(values, project=pulumi.get_project(), stack=pulumi.get_stack())
    catalogue = load(in_project(settings.catalog))
    return make_update(catalogue, settings, with_own_outputs(observe(catalogue, settings)))


def in_project(path: str) -> Path:
    """A path of the configuration, which starts from the folder of Pulumi.yaml; `main:` there may name another one."""
    root = Path(pulumi.get_root_directory())
    return Path(path) if root.samefile(".") else root / path


try:
    declared = declare(decide(), f"{NO_IMAGES}; ./labs add-image NAME --source ID adds the first one")
    for name, value in declared.outputs.items():
        pulumi.export(name, value)
except (SettingsError, InvalidFile, PlanRefused) as error:
    for line in str(error).splitlines():
        pulumi.log.error(line)
    sys.exit(ERRORS_ALREADY_SHOWN)
