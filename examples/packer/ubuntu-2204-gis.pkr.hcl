# Builds ubuntu-2204-gis and publishes it into the gallery, as labs can show it: generation 1, one disk, below 128 GB,
# with a replica where labs are made. The image must be there already: the stack makes it.

packer {
  required_plugins {
    azure = {
      source  = "github.com/hashicorp/azure"
      version = "~> 2"
    }
  }
}

variable "subscription_id" {
  type = string
}

variable "image_version" {
  type        = string
  description = "Major.Minor.Patch, above every version that is in the gallery."
}

source "azure-arm" "gis" {
  use_azure_cli_auth = true
  subscription_id    = var.subscription_id
  location           = "koreacentral" # the gallery's region, home of every version
  vm_size            = "Standard_D2s_v3"

  os_type         = "Linux"
  image_publisher = "Canonical"
  image_offer     = "0001-com-ubuntu-server-jammy"
  image_sku       = "22_04-lts" # generation 1; 22_04-lts-gen2 is what labs do not take
  os_disk_size_gb = 64

  # No disk_additional_size, no security_type, no specialized: one disk, Standard, Generalized.
  shared_image_gallery_destination {
    subscription         = var.subscription_id
    resource_group       = "galleries"
    gallery_name         = "contoso_packer_images"
    image_name           = "ubuntu-2204-gis"
    image_version        = var.image_version
    storage_account_type = "Standard_LRS"

    target_region {
      name     = "koreacentral"
      replicas = 1
    }
    target_region {
      name     = "koreasouth"
      replicas = 1
    }
  }
  shared_image_gallery_timeout = "3h" # copies take hours; Packer gives up after one
}

build {
  sources = ["source.azure-arm.gis"]

  provisioner "shell" {
    inline = ["sudo apt-get update", "sudo apt-get install --yes qgis"]
  }

  # Last: takes the machine's identity off, which makes it Generalized.
  provisioner "shell" {
    execute_command = "chmod +x {{ .Path }}; {{ .Vars }} sudo -E sh '{{ .Path }}'"
    inline          = ["/usr/sbin/waagent -force -deprovision+user && export HISTSIZE=0 && sync"]
    inline_shebang  = "/bin/sh -x"
  }
}
