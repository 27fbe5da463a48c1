"""What maintainers run beside the product: it is no part of the program, and nothing imports it."""
