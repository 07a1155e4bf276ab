"""What arrived: files with their bytes kept, items with every version, and the rules that say where they go."""

from __future__ import annotations

from django.db import models

from masthead.kit import clock


class Source(models.Model):
    """A way in which copy reaches us. What each kind needs and does: wire.arrivals.kinds."""

    class Kind(models.TextChoices):
        FOLDER = "folder", "Folder on this machine"
        WEB = "web", "Feed or file on the web"
        WEBSUB = "websub", "Feed that pushes (WebSub)"
        WEBHOOK = "webhook", "Webhook: the agency sends to us"
        SFTP = "sftp", "SFTP folder"
        FTP = "ftp", "FTP or FTPS folder"
        IMAP = "imap", "Mailbox (IMAP)"
        AP = "ap", "AP Media API"

    class Proof(models.TextChoices):
        NONE = "", "nothing: it is open"
        BASIC = "basic", "a name and a password"
        BEARER = "bearer", "a token (Authorization: Bearer)"
        HEADER = "header", "a key in a header"

    class Security(models.TextChoices):
        TLS = "tls", "encrypted (TLS)"
        STARTTLS = "starttls", "encrypted after a plain greeting (STARTTLS)"
        NONE = "none", "not encrypted"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="wire_sources")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FOLDER, editable=False)
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
    address = models.URLField(max_length=1000, blank=True, help_text="It begins with https:// or http://.")
    host = models.CharField(max_length=253, blank=True, help_text="The other computer's name: sftp.example.com")
    port = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: the usual one.")
    security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    place = models.CharField(max_length=300, blank=True)
    pattern = models.CharField(max_length=300, blank=True)
    proof = models.CharField(
        max_length=10, choices=Proof.choices, blank=True, default=Proof.NONE, verbose_name="what lets us in"
    )
    header_name = models.CharField(max_length=80, blank=True, help_text="For a key in a header: x-api-key")
    username = models.CharField(max_length=200, blank=True, verbose_name="sign-in name")
    sealed = models.TextField(blank=True, editable=False, help_text="Password, token or key; only kit.secrets opens it.")
    take_old = models.BooleanField(
        default=False,
        verbose_name="take what lies there already",
        help_text="Otherwise only what is new from now on is taken: an archive would be published as news.",
    )
    take_away = models.BooleanField(
        default=False,
        verbose_name="delete there what we have taken",
        help_text="Only when the agency asks for it. Each is deleted after its bytes are safe with us.",
    )
    every = models.PositiveIntegerField(
        default=300, verbose_name="look every", help_text="Seconds between two looks; 30 at least."
    )

    host_key = models.CharField(max_length=200, blank=True, editable=False, help_text="Of an SFTP computer, pinned.")
    push_key = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    sealed_push = models.TextField(blank=True, editable=False, help_text="What pushes are signed with, sealed.")
    cursor = models.JSONField(default=dict, blank=True, editable=False, help_text="How far we have read.")
    etag = models.CharField(max_length=300, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)
    next_look_at = models.DateTimeField(null=True, editable=False, db_index=True)
    last_looked_at = models.DateTimeField(null=True, editable=False)
    last_ok_at = models.DateTimeField(null=True, editable=False)
    last_item_at = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(max_length=500, blank=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False, help_text="In a row.")
    usual_gap = models.FloatField(null=True, editable=False, help_text="Seconds between items, learned.")
    alarmed_at = models.DateTimeField(null=True, editable=False, help_text="When the desk was told that it is silent.")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["title", "slug"], name="source_slug_once_a_title")]

    def __str__(self) -> str:
        return self.name


class AgencyProfile(models.Model):
    """An editor's own profile: a shipped one copied and changed. It stands before a shipped one of the same name."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="agency_profiles")
    slug = models.SlugField(max_length=80)
    content = models.JSONField(help_text="As a shipped profile's file, checked by wire.profiles.")
    based_on = models.CharField(max_length=80, blank=True)
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey("people.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["slug"]
        constraints = [models.UniqueConstraint(fields=["title", "slug"], name="profile_slug_once_a_title")]

    def __str__(self) -> str:
        return str(self.content.get("name") or self.slug)


class TakenFile(models.Model):
    """A file on another computer that we have taken, or left on purpose; another size or time makes it new again."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="taken_files")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    changed = models.CharField(max_length=40, blank=True, help_text="Its time, as the other computer writes it.")
    tries = models.PositiveSmallIntegerField(default=0, help_text="Failed ones; 0 once it is taken.")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="taken_file_once_a_source")]

    def __str__(self) -> str:
        return self.name


class Rule(models.Model):
    """Where copy goes without a human hand. The first rule that fits decides; a notice lets later rules decide."""

    class Action(models.TextChoices):
        PUBLISH = "publish", "publish at once"
        HOLD = "hold", "file and hold for an editor"
        DESK = "desk", "leave on the wire desk"
        DROP = "drop", "do not use"
        NOTIFY = "notify", "alert the desk, and go on"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="wire_rules")
    name = models.CharField(max_length=120, blank=True, help_text="What it is for: “Ferry news to the front”.")
    sort_order = models.PositiveSmallIntegerField(default=0, verbose_name="order", help_text="Lower comes first.")
    active = models.BooleanField(default=True)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.CASCADE, help_text="Empty: any.")
    words = models.TextField(
        blank=True,
        verbose_name="sections and topics",
        help_text="The agency's categories, topics or Media Topic codes, separated by commas; one is enough. "
        "Empty: any.",
    )
    text_words = models.TextField(
        blank=True,
        verbose_name="words in the text",
        help_text="Words or phrases of the headline or text, separated by commas; one is enough. Empty: any.",
    )
    language = models.CharField(max_length=20, blank=True, help_text="Empty: the paper's own. * means any.")
    urgency = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="This or more urgent: 1 is a flash, 4 is usual. Empty: any."
    )
    from_time = models.TimeField(null=True, blank=True, help_text="In the paper's time zone. Empty: all day.")
    to_time = models.TimeField(null=True, blank=True, help_text="May be earlier than the first: then over midnight.")
    action = models.CharField(max_length=10, choices=Action.choices, default=Action.PUBLISH)
    section = models.ForeignKey(
        "titles.Section",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        help_text="Where the story goes. Empty: the paper's first section.",
    )

    class Meta:
        ordering = ["sort_order", "id"]

    def __str__(self) -> str:
        return self.name or f"{self.get_action_display()}{f' in {self.section}' if self.section else ''}"


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
    shared_guid = models.CharField(
        max_length=500, blank=True, db_index=True, help_text="The agency's id, where another story bears it too."
    )
    clash = models.CharField(max_length=300, blank=True, help_text="What is wrong with its id, in a sentence.")
    kind = models.CharField(max_length=20, default="new", help_text="What the newest version is to the one before.")
    proposal = models.CharField(max_length=10, blank=True, help_text="A kill or hold in words, not yet confirmed.")
    confirmed = models.CharField(max_length=10, blank=True, help_text="The pubstatus that an editor confirmed.")
    passed_over = models.BooleanField(default=False, help_text="An editor said: not for us.")
    used = models.ForeignKey(
        "WireVersion", null=True, on_delete=models.SET_NULL, related_name="+", help_text="The story's text is of it."
    )
    update_waiting = models.BooleanField(default=False, help_text="A newer version could not be merged alone.")
    cluster = models.ForeignKey("Cluster", null=True, on_delete=models.SET_NULL, related_name="items")
    near = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    agency = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=20, blank=True)
    urgency = models.PositiveSmallIntegerField(null=True)
    lead = models.CharField(max_length=300, blank=True, help_text="The first words of the text.")
    type = models.CharField(max_length=12, default="text", help_text="text, picture or composite (a package).")
    labels = models.TextField(blank=True, help_text="Categories, topics and codes, in lower case, a line each.")
    words = models.PositiveIntegerField(default=0)
    lints = models.JSONField(default=list, help_text="What an editor should look at: name, sentence.")
    duties = models.JSONField(default=list, help_text="Conditions of use: kind, plain words, the agency's sentence.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "guid"], name="item_guid_once_a_source")]
        indexes = [
            models.Index(fields=["source", "-last_arrived_at"], name="item_of_source"),
            models.Index(fields=["language", "-last_arrived_at"], name="item_of_language"),
            models.Index(fields=["urgency", "-last_arrived_at"], name="item_of_urgency"),
        ]

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
    kind = models.CharField(max_length=20, default="new")
    repairs = models.JSONField(default=list, help_text="Each rule that fired, with what stood there before and after.")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["item", "digest"], name="version_once_an_item")]

    def __str__(self) -> str:
        return f"{self.headline} (version {self.number or '?'})"


class WirePart(models.Model):
    """What a package names. The part arrives by itself, before or after, over any source of the paper, or never."""

    package = models.ForeignKey(WireItem, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    guid = models.CharField(max_length=500, db_index=True)
    headline = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=20, default="text")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["package", "guid"], name="wire_part_once_a_package")]

    def __str__(self) -> str:
        return self.headline or self.guid


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


class Cluster(models.Model):
    """Items that are the same copy: under two ids, over two sources or in two formats. One of them is published."""

    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"cluster {self.pk}"


class Likeness(models.Model):
    """The sketch by which copy is recognised again; apart from the item so that lists stay lean."""

    item = models.OneToOneField(WireItem, on_delete=models.CASCADE, related_name="likeness")
    sketch = models.BinaryField()

    def __str__(self) -> str:
        return f"sketch of {self.item_id}"


class Band(models.Model):
    """A part of a sketch; items that share one are looked at more closely."""

    item = models.ForeignKey(WireItem, on_delete=models.CASCADE, related_name="bands")
    value = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return str(self.value)


class Alert(models.Model):
    """Something the desk must know now. It stands on the desk until a colleague ticks it off."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="wire_alerts")
    item = models.ForeignKey(WireItem, null=True, on_delete=models.SET_NULL, related_name="alerts")
    kind = models.CharField(max_length=20)
    text = models.TextField()
    places = models.JSONField(default=list, help_text="Where the story ran, as readers' addresses.")
    at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey("people.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["title", "seen_at"], name="alert_unseen")]

    def __str__(self) -> str:
        return self.text
