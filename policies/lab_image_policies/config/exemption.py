"""An exemption with its texts: an image that a policy lets through until a day, for a reason."""

from __future__ import annotations

from dataclasses import dataclass

from lab_image_policies.config import configuration_rules
from lab_image_policies.messages import message, shown_text

FILE = "policy-config.json"


@dataclass(frozen=True, slots=True)
class Exemption(configuration_rules.Exemption):
    """An exemption as the pack reports it."""

    def expired(self) -> str:
        """The violation of an exemption whose day has passed."""
        return message(
            shown_text(self.image),
            f"its exemption from {self.policy} ended on {self.expires} (reason: {shown_text(self.reason)})",
            "It excuses nothing any more",
            f"Mend the image and take the exemption out of {FILE}, or agree on a later expires there",
        )

    def unmatched(self) -> str:
        """The violation of an exemption that names no image of the stack."""
        return message(
            shown_text(self.image),
            f"{FILE} exempts it from {self.policy}, and this stack has no image of that name",
            "The exemption excuses nothing now, and would excuse whatever is given that name later",
            "Correct the name, or take the exemption out; a stack of other images needs a configuration of its own",
        )

    def in_force(self) -> str:
        """The notice of an exemption that holds."""
        return message(
            shown_text(self.image),
            f"exempt from {self.policy} until {self.expires} (reason: {shown_text(self.reason)})",
            "What that policy would refuse goes through unseen",
            f"Take the exemption out of {FILE} when it is no longer needed",
        )
