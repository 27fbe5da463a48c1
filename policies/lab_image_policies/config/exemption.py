"""An exemption with its texts: an image that a policy lets through until a day, for a reason."""

from __future__ import annotations

from dataclasses import dataclass

from lab_image_policies.config import configuration_rules
from lab_image_policies.messages import message, shown_text
from lab_image_policies.translation import _

FILE = "policy-config.json"


@dataclass(frozen=True, slots=True)
class Exemption(configuration_rules.Exemption):
    """An exemption as the pack reports it."""

    def expired(self) -> str:
        """The violation of an exemption whose day has passed."""
        return message(
            shown_text(self.image),
            _(
                "its exemption from {policy} ended on {expires} (reason: {reason})",
                policy=self.policy,
                expires=self.expires,
                reason=shown_text(self.reason),
            ),
            _("It excuses nothing any more"),
            _("Mend the image and take the exemption out of {file}, or agree on a later expires there", file=FILE),
        )

    def unmatched(self) -> str:
        """The violation of an exemption that names no image of the stack."""
        return message(
            shown_text(self.image),
            _(
                "{file} exempts it from {policy}, and this stack has no image of that name",
                file=FILE,
                policy=self.policy,
            ),
            _("The exemption excuses nothing now, and would excuse whatever is given that name later"),
            _("Correct the name, or take the exemption out; a stack of other images needs a configuration of its own"),
        )

    def in_force(self) -> str:
        """The notice of an exemption that holds."""
        return message(
            shown_text(self.image),
            # Translators: `labs report` knows an exemption by the words around policy and date (cli/report/run.py).
            _(
                "exempt from {policy} until {expires} (reason: {reason})",
                policy=self.policy,
                expires=self.expires,
                reason=shown_text(self.reason),
            ),
            _("What that policy would refuse goes through unseen"),
            _("Take the exemption out of {file} when it is no longer needed", file=FILE),
        )
