"""The catalogue of images, the geography map, and the plan: pure Python that knows neither Pulumi nor Azure."""
