"""The files of a university in a copy of the project: a catalogue, two stacks and what else is theirs.

Values that Pulumi would encrypt are made here, so that no file of the tests looks like a secret.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any, Final

import yaml

from tests.support.ids import REAL
from tests.support.project import POLICY_CONFIG, ROOT

SOURCES: Final = f"/subscriptions/{REAL}/resourceGroups/image-build/providers/Microsoft.Compute/snapshots"
LAB_ACCOUNT: Final = (
    f"/subscriptions/{REAL}/resourceGroups/labs/providers/Microsoft.LabServices/labaccounts/contoso-labs"
)
VAULT: Final = "azurekeyvault://contoso-keys.vault.azure.net/keys/pulumi"
REFUSED: Final = "gis"
"""The image that the stack `big` publishes besides, with a disk that no teacher's lab can use."""
WORKFLOW: Final = "on: push\njobs: {greet: {runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v5}]}}\n"


def random_base64(seed: str, size: int) -> str:
    """As many bytes as an encrypted value has, the same each time."""
    found = b"".join(hashlib.sha256(f"{seed}{number}".encode()).digest() for number in range(size // 32 + 1))
    return base64.b64encode(found[:size]).decode()


def sealed(seed: str) -> str:
    """A value as Pulumi encrypts it with a passphrase or a key vault."""
    return f"v1:{random_base64(f'{seed} nonce', 12)}:{random_base64(seed, 40)}"


def image(sku: str, size: int = 64) -> dict[str, Any]:
    """One image of theirs, with a version of `size` GB."""
    source = {"source": {"snapshot": f"{SOURCES}/{sku}-100"}, "os_disk_size_gb": size, "data_disk_count": 0}
    return {
        "os_type": "Linux",
        "os_state": "Generalized",
        "identifier": {"publisher": "contoso", "offer": "labs", "sku": sku},
        "versions": {"1.0.0": source},
    }


def stack(catalogue: str, **more: Any) -> dict[str, Any]:
    """A stack of theirs."""
    config = {
        "azure-native:subscriptionId": REAL,
        "azure-native:clientSecret": {"secure": sealed(catalogue)},
        "lab-image-gallery:galleryName": "contoso_lab_images",
        "lab-image-gallery:resourceGroupName": "galleries",
        "lab-image-gallery:location": "koreacentral",
        "lab-image-gallery:catalog": catalogue,
        "lab-image-gallery:labAccountIds": [LAB_ACCOUNT],
        "lab-image-gallery:labAccountServicePrincipalObjectId": "77777777-2222-3333-4444-555555555555",
    }
    return {**more, "config": config}


def move_in(folder: Path) -> None:
    """Write 30 images; a stack `prod` with a key vault, and `big` with a passphrase and one image too many."""
    images = {f"course-{number:02}": image(f"course-{number:02}") for number in range(30)}
    vault = {
        "secretsprovider": VAULT,
        "encryptedkey": random_base64("key", 256),
    }
    salt = {"encryptionsalt": f"v1:{random_base64('salt', 8)}:{sealed('salt')}"}
    files = {
        "images.yaml": {"images": images},
        "big.yaml": {"images": {**images, REFUSED: image(REFUSED, 256)}},
        "Pulumi.prod.yaml": stack("images.yaml", **vault),
        "Pulumi.big.yaml": stack("big.yaml", **salt),
    }
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    policies = json.loads((ROOT / POLICY_CONFIG).read_text(encoding="utf-8"))
    exemption = {"image": "course-00", "reason": "until the end of term, ticket 4711", "expires": "2099-12-31"}
    policies["image-single-disk"]["exemptions"].append(exemption)
    (folder / "policy-config.json").write_text(json.dumps(policies, indent=2), encoding="utf-8")
    own = folder / ".github"
    (own / "workflows").mkdir(parents=True, exist_ok=True)
    (own / "CODEOWNERS").write_text("* @contoso/it\n/images.yaml @contoso/teachers\n", encoding="utf-8")
    (own / "workflows" / "greet.yml").write_text(WORKFLOW, encoding="utf-8")
    (own / "dependabot.yml").unlink(missing_ok=True)
