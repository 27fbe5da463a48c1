"""The policy pack's entry: constructing a `PolicyPack` starts its server and does not return."""

import gc

# The modules below live to the end: looking for garbage as often as usual takes a tenth of the time until the server
# answers, for which every preview waits.
gc.set_threshold(100_000, 20, 20)

import pulumi_policy.policy
from pulumi_policy import PolicyPack

from lab_image_policies.pack import DESCRIPTION, NAME, sdk_policies
from lab_image_policies.servicer import Servicer

# The SDK constructs its servicer by this name and has no option for another one.
pulumi_policy.policy._PolicyAnalyzerServicer = Servicer
PolicyPack(name=NAME, description=DESCRIPTION, policies=sdk_policies())
