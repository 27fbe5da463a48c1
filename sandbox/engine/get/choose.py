"""Which engine runs: one that is installed, the official release, or the CLI built from its Go module."""

from collections.abc import Callable, Mapping

from sandbox.engine.errors import CacheError, EngineError
from sandbox.engine.get import build, official
from sandbox.engine.get.cache import EngineCache
from sandbox.engine.get.engine import Engine
from sandbox.engine.get.official import ReleaseSite
from sandbox.engine.get.pinned import OLDEST_GO, pinned_version

FORCE_VARIABLE = "LAB_ENGINE"
WAYS = ("path", "official", "build")


def choose(environ: Mapping[str, str], site: ReleaseSite | None = None) -> Engine:
    """The first engine that works; one that is kept from before goes before a download or a build.

    `LAB_ENGINE` = `path`, `official` or `build` allows only that way.

    Raises:
        EngineError: no way works; the text lists each with its reason, and what to install. Also when a search for an
            engine has started this command as a `pulumi` on PATH.
    """
    if asked := environ.get(official.ASKING_VARIABLE):
        raise EngineError(
            f"{asked} starts the sandbox, so the sandbox cannot use it as its engine. The command that asked for its\n"
            f"version goes on without it; if there is none, `unset {official.ASKING_VARIABLE}` and repeat this command."
        )
    forced = environ.get(FORCE_VARIABLE, "")
    if forced and forced not in WAYS:
        raise EngineError(f"{FORCE_VARIABLE}={forced} is not known. Use one of {', '.join(WAYS)}, or unset it.")
    cache = EngineCache.of(environ)
    allowed = (forced,) if forced else WAYS
    reasons: list[str] = []

    def attempt(way: str, get: Callable[[], Engine]) -> Engine | None:
        try:
            return get()
        except CacheError:
            raise
        except EngineError as error:
            reasons.append(f"  {way}: {error}")
            return None

    if "path" in allowed and (found := attempt("path", lambda: official.on_path(cache, environ))):
        return found
    if "official" in allowed and (kept := official.cached(cache)):
        return kept
    if "build" in allowed and (kept := build.cached(cache)):
        return kept
    site = site or ReleaseSite()
    if "official" in allowed and (found := attempt("official", lambda: official.download(cache, site))):
        return found
    if "build" in allowed and (found := attempt("build", lambda: build.build(cache, environ))):
        return found
    raise EngineError(_none_works(reasons, forced))


def _none_works(reasons: list[str], forced: str) -> str:
    tried = "\n".join(reasons)
    limit = f"{FORCE_VARIABLE}={forced} allows only one way to get it; unset it to try the others.\n" if forced else ""
    advice = [
        (f"Pulumi v{pinned_version()} or newer", "https://www.pulumi.com/docs/install/"),
        (f"Go {OLDEST_GO} or newer", f"{build.GO_SITE} (the CLI is then built here, once)"),
    ]
    width = max(len(what) for what, _ in advice)
    listed = "\n".join(f"  {what:<{width}}   {where}" for what, where in advice)
    return (
        f"there is no Pulumi engine, so nothing was run. Tried:\n{tried}\n{limit}"
        f"Install one of these, then repeat the command:\n{listed}"
    )
