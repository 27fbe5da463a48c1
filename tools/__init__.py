"""What people who develop this run: measurements, fuzzing, scripts of the pipelines. Nothing imports it."""
