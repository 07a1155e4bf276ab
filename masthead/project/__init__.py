"""The building: settings, urls, the one command, the one process."""
