"""The catalogue of images, `images.yaml`."""
