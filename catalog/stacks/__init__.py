"""The settings of a stack, `Pulumi.<stack>.yaml`."""
