"""The door to S3-compatible storage: Amazon's, MinIO, Ceph, Garage, Cloudflare R2... Needs the extra `masthead[scale]`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


class BucketError(Exception):
    """The bucket cannot be used. The message is one sentence for the keyholder."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bucket is: `s3://name/prefix`, and how it is reached."""

    url: str
    endpoint: str = ""
    region: str = ""
    key: str = ""
    secret: str = ""

    @property
    def name(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def prefix(self) -> str:
        """What stands before every name, with a slash at its end; empty for the whole bucket."""
        inner = urlsplit(self.url).path.strip("/")
        return f"{inner}/" if inner else ""

    def check(self) -> None:
        """Raise BucketError unless the address names a bucket and its library is installed."""
        if urlsplit(self.url).scheme != "s3" or not self.name:
            raise BucketError(f"“{self.url}” names no bucket; write it as s3://BUCKET/PREFIX.")
        try:
            import boto3  # noqa: F401
        except ImportError:
            raise BucketError("S3 needs further packages. Please run: pip install 'masthead[scale]'.") from None

    def options(self) -> dict[str, Any]:
        """The same in the words of django-storages."""
        said = {
            "bucket_name": self.name,
            "location": self.prefix + "originals",
            "endpoint_url": self.endpoint,
            "region_name": self.region,
            "access_key": self.key,
            "secret_key": self.secret,
        }
        return {name: value for name, value in said.items() if value} | {"default_acl": None, "file_overwrite": False}


class Bucket:
    """One bucket, or what lies below a prefix of it. Names have no slash at their beginning."""

    def __init__(self, place: Place) -> None:
        """Raises BucketError."""
        place.check()
        import boto3
        from botocore.config import Config

        self.place = place
        quick = Config(retries={"max_attempts": 5, "mode": "standard"}, connect_timeout=5, read_timeout=60, max_pool_connections=16)
        given = {
            "endpoint_url": place.endpoint,
            "region_name": place.region or ("us-east-1" if place.endpoint else ""),
            "aws_access_key_id": place.key,
            "aws_secret_access_key": place.secret,
        }
        self._client = boto3.client("s3", config=quick, **{name: value for name, value in given.items() if value})

    def put(self, name: str, data: bytes, **said: str) -> None:
        """Put a thing away; `said` in S3's words (ContentType, CacheControl, ContentEncoding). Raises BucketError."""
        self._ask("put_object", Key=self.place.prefix + name, Body=data, **said)

    def get(self, name: str) -> bytes:
        """Its bytes. Raises FileNotFoundError, BucketError."""
        data: bytes = self._ask("get_object", Key=self.place.prefix + name)["Body"].read()
        return data

    def size(self, name: str) -> int | None:
        """Its bytes in number; None when it is not there. Raises BucketError."""
        try:
            return int(self._ask("head_object", Key=self.place.prefix + name)["ContentLength"])
        except FileNotFoundError:
            return None

    def everything(self, below: str = "") -> Iterator[tuple[str, int]]:
        """Names and sizes of all that lies there. Raises BucketError."""
        more: dict[str, str] = {}
        while True:
            answer = self._ask("list_objects_v2", Prefix=self.place.prefix + below, **more)
            for one in answer.get("Contents", ()):
                yield one["Key"].removeprefix(self.place.prefix), int(one["Size"])
            if not answer.get("IsTruncated"):
                return
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def remove(self, names: Sequence[str]) -> None:
        """Take things away; what is not there is no mistake. Raises BucketError."""
        for start in range(0, len(names), 1000):
            some = [{"Key": self.place.prefix + name} for name in names[start : start + 1000]]
            answer = self._ask("delete_objects", Delete={"Objects": some, "Quiet": True})
            if answer.get("Errors"):
                raise BucketError(f"{len(answer['Errors'])} things could not be removed: {answer['Errors'][0].get('Message')}.")

    def _ask(self, what: str, **said: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: dict[str, Any] = getattr(self._client, what)(Bucket=self.place.name, **said)
            return answer
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            if code in ("404", "NoSuchKey", "NotFound"):
                raise FileNotFoundError(said.get("Key", "")) from None
            raise BucketError(f"The bucket {self.place.name} refuses ({code}). Check its name, the key and what the key may do.") from None
        except BotoCoreError as error:
            raise BucketError(f"The bucket {self.place.name} cannot be reached: {error}.") from None
