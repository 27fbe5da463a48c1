"""Living images: what commands propose for new, promoted, retired and unmanaged versions. Pure functions."""
