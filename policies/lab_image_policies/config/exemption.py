"""An exemption: an image that a policy lets through until a day, for a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lab_image_policies.messages import message, shown, shown_text
from lab_image_policies.model.fault import Fault
from lab_image_policies.model.image import mapping, text_or
from lab_image_policies.rules import calendar_day, is_over

FILE = "policy-config.json"


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exemption of `image` from `policy`; `expires` is the last day on which it holds."""

    policy: str
    image: str
    reason: str
    expires: date

    def holds(self, image: str, today: date) -> bool:
        """Whether it excuses this image today."""
        return self.is_for(image) and not is_over(self.expires, today)

    def is_for(self, image: str) -> bool:
        """Whether it names this image. Azure compares names without regard to case."""
        return self.image.lower() == image.lower()

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
            "Correct the name, or take the exemption out",
        )

    def in_force(self) -> str:
        """The notice of an exemption that holds."""
        return message(
            shown_text(self.image),
            f"exempt from {self.policy} until {self.expires} (reason: {shown_text(self.reason)})",
            "What that policy would refuse goes through unseen",
            f"Take the exemption out of {FILE} when it is no longer needed",
        )


def read_exemption(policy: str, entry: object) -> Exemption | str:
    """An entry of the configuration; else what is wrong with it."""
    values = mapping(entry)
    image, reason = text_or(values.get("image"), ""), text_or(values.get("reason"), "")
    day = calendar_day(values.get("expires"))
    faults = []
    if not isinstance(entry, dict):
        return f"must be an object with image, reason and expires, not {shown(entry)}"
    if not image:
        faults.append(f"image must name an image, not {shown(values.get('image'))}")
    if not reason:
        faults.append(f"reason must say why, not {shown(values.get('reason'))}")
    if isinstance(day, Fault):
        faults.append(f"expires must be a day such as 2027-01-31, not {shown(values.get('expires'))}")
    unknown = sorted(set(values) - {"image", "reason", "expires"})
    if unknown:
        faults.append(f"{', '.join(map(shown_text, unknown))} is no key of an exemption")
    if faults or isinstance(day, Fault):
        return "; ".join(faults)
    return Exemption(policy, image, reason, day)
