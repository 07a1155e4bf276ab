"""Pictures of an archive: from a folder of uploads where there is one, else from the address there; each once."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from masthead.kit import fetch, images, paths
from masthead.ops.models import MovedIn
from masthead.ops.moving_in.report import Report
from masthead.ops.moving_in.value import Image
from masthead.pictures import taking
from masthead.pictures.models import Picture
from masthead.titles.models import Title

_SIZED = re.compile(r"-\d+x\d+(?=\.\w+$)")
_UPLOADS = ("/wp-content/uploads/", "/content/images/", "/pictures/", "/files/")


class Pictures:
    """Where pictures come from. `uploads`: a folder; `fetching`: whether the network may be asked."""

    def __init__(self, title: Title, origin: str, report: Report, *, uploads: Path | None, fetching: bool) -> None:
        self.title, self.origin, self.report = title, origin, report
        self.uploads, self.fetching = uploads, fetching
        self._met: dict[str, int | None] = {}

    def take(self, image: Image) -> Picture | None:
        """The picture, or None with a line in the report."""
        key = image.url[:500]
        if key not in self._met:
            if len(self._met) > 20_000:
                self._met.clear()
            known = MovedIn.objects.filter(title=self.title, origin=self.origin, kind="picture", key=key)
            pk = known.values_list("picture_id", flat=True).first()
            self._met[key] = pk or self._fresh(image, key)
        return Picture.objects.filter(pk=self._met[key]).first() if self._met[key] else None

    def _fresh(self, image: Image, key: str) -> int | None:
        if self.report.dry:
            if self.uploads is not None and not self._local(image.url):
                self.report.fault(image.url, "This picture is not in the folder of uploads.", "A picture is not in the folder of uploads.")
            return None
        try:
            data = self._bytes(image.url)
            taken = taking.take(data, name=Path(urlsplit(image.url).path).name, said={"caption": image.caption, "alt": image.alt})
        except (fetch.NotFetched, images.BadPicture, OSError, ValueError) as error:
            self.report.fault(image.url, f"This picture did not come: {error}", "A picture did not come.")
            return None
        MovedIn.objects.get_or_create(
            title=self.title, origin=self.origin, kind="picture", key=key,
            defaults={"picture": taken.picture, "digest": taken.picture.sha256},
        )  # fmt: skip
        self.report.count("pictures", int(taken.new))
        return taken.picture.pk

    def _bytes(self, url: str) -> bytes:
        if found := self._local(url):
            return found.read_bytes()
        if not self.fetching:
            raise ValueError("it is not in the folder of uploads, and the network was not asked.")
        return fetch.get(url, most=taking.LARGEST).data

    def _local(self, url: str) -> Path | None:
        """The file in the folder of uploads, in its full size where it is there."""
        if self.uploads is None:
            return None
        path = urlsplit(url).path
        below = next((path.partition(part)[2] for part in _UPLOADS if part in path), path.lstrip("/"))
        for name in (_SIZED.sub("", below), below, Path(below).name):
            try:
                found = paths.inside(self.uploads, name)
            except paths.Outside:
                continue
            if name and found.is_file():
                return found
        return None
