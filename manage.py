#!/usr/bin/env python3
"""Django's own command, for engineers; editors and keepers use `masthead`."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "masthead.project.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
