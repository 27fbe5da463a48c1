"""The policy pack's entry: constructing a `PolicyPack` starts its server and does not return."""

from pulumi_policy import PolicyPack

from lab_image_policies.pack import DESCRIPTION, NAME, sdk_policies

PolicyPack(name=NAME, description=DESCRIPTION, policies=sdk_policies())
