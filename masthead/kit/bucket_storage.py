"""Originals in a bucket, as Django's storage. Its addresses stay behind the staff door: nobody gets a link to the bucket."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from storages.backends.s3 import S3Storage


class Originals(S3Storage):
    def url(self, name: str, *args: Any, **options: Any) -> str:
        return f"{settings.MEDIA_URL}{name}"
