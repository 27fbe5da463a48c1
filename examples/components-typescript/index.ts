// A gallery with one image for labs, from a program in TypeScript.
import * as labs from "@pulumi/lab-image-gallery";
import * as pulumi from "@pulumi/pulumi";

const subscription = new pulumi.Config("azure-native").require("subscriptionId");
const build = `/subscriptions/${subscription}/resourceGroups/image-build/providers/Microsoft.Compute`;
const labServices = `/subscriptions/${subscription}/resourceGroups/labs/providers/Microsoft.LabServices`;

const gallery = new labs.LabImageGallery("gallery", {
    galleryName: "contoso_university_images",
    resourceGroupName: "galleries",
    location: "koreacentral",
    labAccountIds: [`${labServices}/labaccounts/contoso-labs`],
    targetRegions: ["koreacentral", "koreasouth"],
    images: {
        "ubuntu-2204-python": {
            description: "Ubuntu 22.04 with Python 3.12 and JupyterLab",
            os_type: "Linux",
            os_state: "Generalized",
            identifier: { publisher: "contoso-university", offer: "python", sku: "ubuntu-2204" },
            versions: {
                "1.0.0": {
                    source: { snapshot: `${build}/snapshots/ubuntu-2204-python-100` },
                    os_disk_size_gb: 64,
                    data_disk_count: 0,
                },
            },
        },
    },
});

export const galleryId = gallery.galleryId;
export const latest = gallery.latestDeclaredVersions.apply((versions) => versions["ubuntu-2204-python"]);
