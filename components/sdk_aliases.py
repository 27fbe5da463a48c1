"""Take the SDK's aliases for old api-versions off resources, before they cost anything."""

from __future__ import annotations

import copy
import re

from pulumi import Alias, ResourceTransformationArgs, ResourceTransformationResult

_OLD_TYPE = re.compile(r"azure-native:compute/v\d{8}(preview)?:\w+")


def without_old_aliases(args: ResourceTransformationArgs) -> ResourceTransformationResult | None:
    """A transformation for a component: its children lose aliases of types such as `compute/v20220303:Gallery`.

    Each gallery resource comes with a dozen of them, and computing their URNs takes about 11 ms a resource, more than
    all the rest of a preview. They serve only stacks that declared these resources with an old azure-native, which
    none of ours did. Every other alias stays.
    """
    aliases = list(args.opts.aliases or ())
    kept = [alias for alias in aliases if not _is_old(alias)]
    if len(kept) == len(aliases):
        return None
    options = copy.copy(args.opts)
    options.aliases = kept
    return ResourceTransformationResult(args.props, options)


def _is_old(alias: object) -> bool:
    return isinstance(alias, Alias) and isinstance(alias.type_, str) and _OLD_TYPE.fullmatch(alias.type_) is not None
