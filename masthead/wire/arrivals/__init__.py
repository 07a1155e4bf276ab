"""How copy arrives besides the watched folder: addresses that are asked, each on its own schedule, failing alone."""
