"""The services whose labs a gallery can be attached to, one row a service.

Settings, plan, look-ups and components read these rows; a further service is a further row. Lab plans are not
among them: a lab plan names its gallery in a property of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from catalog.fields.api_versions import API_VERSIONS
from catalog.images.consumers import Consumer
from catalog.texts.translation import N_


@dataclass(frozen=True, slots=True)
class AttachmentKind:
    """A service in which an object `sharedGalleries` below a lab attaches a gallery to it, one gallery at most.

    `key` is the configuration key with the ids of labs, `setting` the attribute of Settings, `type` the lab's resource
    type. `noun` and `users` are what messages call a lab and those who choose images there, to be translated where
    they are shown. `prefix` begins the logical names, `component` ends the component's type, `consumer` is the service
    as images name it. With `lab_services` the rules of Azure Lab Services hold: policies see where labs are made, and
    its principal gets its role before the gallery is attached. `initial` are properties that an attachment is made with
    besides its gallery; `located`: Azure wants its region, too.
    """

    key: str
    setting: str
    type: str
    noun: str
    users: str
    prefix: str
    component: str
    consumer: Consumer
    lab_services: bool = False
    located: bool = False
    initial: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def api_version(self) -> str:
        """The api-version of a lab and of its attachment."""
        return API_VERSIONS[self.type]


LAB_ACCOUNT: Final = AttachmentKind(
    key="labAccountIds",
    setting="lab_account_ids",
    type="Microsoft.LabServices/labaccounts",
    noun=N_("lab account"),
    users=N_("teachers"),
    prefix="attachment",
    component="LabAccountAttachment",
    consumer="lab_services",
    lab_services=True,
)
DEVTEST_LAB: Final = AttachmentKind(
    key="devTestLabIds",
    setting="dev_test_lab_ids",
    type="Microsoft.DevTestLab/labs",
    noun=N_("DevTest lab"),
    users=N_("users"),
    prefix="devtest",
    component="DevTestAttachment",
    consumer="devtest_labs",
    located=True,
    # A lab offers every image of the gallery until its owner chooses some, which is left alone.
    initial={"allowAllImages": "Enabled"},
)

ATTACHMENT_KINDS: Final = (LAB_ACCOUNT, DEVTEST_LAB)
"""In the order in which labs are declared and listed."""
