"""What arrived: files with their bytes kept, items with every version, and the rules that say where they go."""

from __future__ import annotations

from django.db import models

from masthead.kit import clock


class Source(models.Model):
    """A way in which copy reaches us: a folder now, other ways later."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="wire_sources")
    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=80, help_text="Also the name of its folder below wire/in/.")
    profile = models.CharField(max_length=80, blank=True, help_text="The agency profile its copy is read with.")
    agency = models.ForeignKey(
        "people.Organisation",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Whose copy this is, when the copy itself does not say.",
    )
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["title", "slug"], name="source_slug_once_a_title")]

    def __str__(self) -> str:
        return self.name


class Rule(models.Model):
    """Where copy goes without a human hand. The first rule that fits decides."""

    class Action(models.TextChoices):
        PUBLISH = "publish", "publish at once"
        HOLD = "hold", "file and hold for an editor"
        DROP = "drop", "do not use"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="wire_rules")
    sort_order = models.PositiveSmallIntegerField(default=0)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.CASCADE, help_text="Empty: any.")
    words = models.TextField(
        blank=True, help_text="Categories, topics or Media Topic codes, separated by commas; one is enough. Empty: any."
    )
    language = models.CharField(max_length=20, blank=True, help_text="Empty: the paper's own. * means any.")
    action = models.CharField(max_length=10, choices=Action.choices, default=Action.PUBLISH)
    section = models.ForeignKey("titles.Section", on_delete=models.CASCADE)

    class Meta:
        ordering = ["sort_order", "id"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} in {self.section}"


class WireFile(models.Model):
    """One delivery: its bytes are kept for ever under their digest and never changed."""

    class State(models.TextChoices):
        READ = "read", "read"
        PARTLY = "partly", "read in part"
        QUARANTINED = "quarantined", "in quarantine"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="files")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    size = models.PositiveBigIntegerField()
    format = models.CharField(max_length=40, blank=True)
    arrived_at = models.DateTimeField(default=clock.now, db_index=True)
    state = models.CharField(max_length=12, choices=State.choices)
    reason = models.TextField(blank=True, help_text="In a sentence, why it or a part of it was not used.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "sha256"], name="file_once_a_source")]

    def __str__(self) -> str:
        return self.name


class WireItem(models.Model):
    """One item of an agency through all its versions."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="items")
    guid = models.CharField(max_length=500)
    headline = models.CharField(max_length=500, blank=True)
    story = models.ForeignKey("stories.Story", null=True, on_delete=models.SET_NULL, related_name="wire_items")
    killed = models.BooleanField(default=False)
    first_arrived_at = models.DateTimeField(default=clock.now)
    last_arrived_at = models.DateTimeField(default=clock.now, db_index=True)
    decision = models.CharField(max_length=300, blank=True, help_text="What our rules did with it, in words.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "guid"], name="item_guid_once_a_source")]

    def __str__(self) -> str:
        return self.headline or self.guid


class WireVersion(models.Model):
    """One version as delivered. Never changed; what it says is read again from the file's bytes when needed."""

    item = models.ForeignKey(WireItem, on_delete=models.PROTECT, related_name="versions")
    file = models.ForeignKey(WireFile, on_delete=models.PROTECT, related_name="versions")
    position = models.PositiveIntegerField(help_text="Its place in the file, from 0.")
    number = models.PositiveIntegerField(null=True, help_text="The agency's version number.")
    stamped_at = models.DateTimeField(null=True, help_text="The agency's time for this version.")
    arrived_at = models.DateTimeField(default=clock.now)
    digest = models.CharField(max_length=64)
    pubstatus = models.CharField(max_length=10, default="usable")
    embargo_until = models.DateTimeField(null=True)
    embargo_open = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True)
    headline = models.CharField(max_length=500, blank=True)
    repairs = models.JSONField(default=list, help_text="Each rule that fired, with what stood there before and after.")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["item", "digest"], name="version_once_an_item")]

    def __str__(self) -> str:
        return f"{self.headline} (version {self.number or '?'})"


class PictureOrder(models.Model):
    """A picture that a version names and that has still to be taken in."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        TAKEN = "taken", "taken in"
        GIVEN_UP = "given_up", "given up"

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    sort_order = models.PositiveSmallIntegerField(default=0)
    url = models.CharField(max_length=1000)
    picture = models.ForeignKey("pictures.Picture", null=True, on_delete=models.SET_NULL, related_name="+")
    media = models.JSONField(help_text="What the agency said of it: caption, credit, alt, rights.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "url"], name="picture_order_once_a_story")]
        indexes = [models.Index(fields=["state", "due_at"])]

    def __str__(self) -> str:
        return self.url
