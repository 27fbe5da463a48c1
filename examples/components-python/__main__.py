"""A gallery with one image for labs, from a program in Python."""

import pulumi
import pulumi_lab_image_gallery as labs

subscription = pulumi.Config("azure-native").require("subscriptionId")
build = f"/subscriptions/{subscription}/resourceGroups/image-build/providers/Microsoft.Compute"
lab_services = f"/subscriptions/{subscription}/resourceGroups/labs/providers/Microsoft.LabServices"

gallery = labs.LabImageGallery(
    "gallery",
    gallery_name="contoso_university_images",
    resource_group_name="galleries",
    location="koreacentral",
    lab_account_ids=[f"{lab_services}/labaccounts/contoso-labs"],
    protect=False,  # the sandbox's gallery may be deleted at any time
    images={
        "ubuntu-2204-python": {
            "description": "Ubuntu 22.04 with Python 3.12 and JupyterLab",
            "os_type": "Linux",
            "os_state": "Generalized",
            "identifier": {"publisher": "contoso-university", "offer": "python", "sku": "ubuntu-2204"},
            "versions": {
                "1.0.0": {
                    "source": {"snapshot": f"{build}/snapshots/ubuntu-2204-python-100"},
                    "os_disk_size_gb": 64,
                    "data_disk_count": 0,
                },
            },
        },
    },
)

pulumi.export("galleryId", gallery.gallery_id)
pulumi.export("latest", gallery.latest_declared_versions)
