"""Threads, comments and what was decided about them. A comment is never deleted by a moderator: it moves between states."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from masthead.kit import clock
from masthead.people.models import Reader


class Mode(models.TextChoices):
    """Whether readers may write under a story."""

    OPEN = "open", "open: comments appear at once, unless a rule holds them"
    PRE = "pre", "an editor reads every comment first"
    READ = "read", "to be read only: nobody writes any more"
    CLOSED = "closed", "closed: what was said is hidden, too"
    NONE = "none", "no conversation"


class Rulebook(models.Model):
    """How a paper holds its conversations. Off until a keyholder switches it on."""

    title = models.OneToOneField("titles.Title", on_delete=models.CASCADE, related_name="rulebook")
    on = models.BooleanField("readers may talk", default=False)
    mode = models.CharField("own stories", max_length=6, choices=Mode.choices, default=Mode.OPEN)
    wire_mode = models.CharField("agency stories", max_length=6, choices=Mode.choices, default=Mode.PRE)
    sensitive_mode = models.CharField(
        "stories with sensitive words", max_length=6, choices=Mode.choices, default=Mode.PRE
    )
    sensitive_words = models.TextField(
        default="charged with, convicted, court, inquest, manslaughter, missing child, murder, rape, sexual assault, stabbing, suicide",
        help_text="In headline, kicker or topics. Separated by commas.",
        blank=True,
    )
    by_section = models.JSONField(default=dict, blank=True, help_text="Section id: mode.")
    by_topic = models.JSONField(default=dict, blank=True, help_text="Topic id: mode.")
    close_after_days = models.PositiveSmallIntegerField(
        default=14, help_text="After which a thread is to be read only; 0: never."
    )
    opens_at = models.TimeField(null=True, blank=True, help_text="Each day, in the paper’s time; empty: always open.")
    closes_at = models.TimeField(null=True, blank=True)
    out_of_hours = models.CharField(
        max_length=6, choices=[("pre", "held until morning"), ("read", "closed")], default="pre"
    )
    edit_seconds = models.PositiveIntegerField(default=300, help_text="In which one’s own comment may be changed.")
    longest = models.PositiveIntegerField(default=3000, help_text="Letters in a comment.")
    slow_from = models.PositiveSmallIntegerField(
        default=30, help_text="Comments in five minutes under one story that slow it down; 0: never."
    )
    slow_seconds = models.PositiveSmallIntegerField(
        default=60, help_text="Between two comments of one reader while it is slow."
    )
    real_names = models.BooleanField(default=False, help_text="First and last name instead of a pen name.")
    rules = models.JSONField(default=dict, blank=True, help_text="Rule: {mode, and its numbers}.")
    own_sites = models.CharField(
        max_length=500, blank=True, help_text="Further sites of the house, to which links are free."
    )
    notice = models.TextField(
        default=(
            "We want the people of our town to talk with each other here: about the story, in their own words, and as they would"
            " face to face. Argue with what was said, not with who said it."
        ),
        blank=True,
    )
    introduction = models.TextField(blank=True, help_text="Above the community guidelines.")
    retention_days = models.PositiveIntegerField(
        default=0, help_text="After which comments on old stories are deleted; 0: never."
    )
    fast_lane = models.BooleanField(
        "certified fast lane",
        default=False,
        help_text="What only waits because its author is new appears at once where the paper’s own decisions have proven it harmless.",
    )
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"Conversation of {self.title}"


class Hook(models.Model):
    """Another program that is told what happens in the conversation: see `comments.hooks`."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=400)
    sealed = models.TextField(help_text="The secret with which messages are signed.")
    made_at = models.DateTimeField(default=clock.now)
    worked_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True, help_text="What the other side said when it last took nothing.")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.url


class Learned(models.Model):
    """What was learned from a paper's own decisions: see `comments.learning`."""

    title = models.OneToOneField("titles.Title", on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    decisions = models.PositiveIntegerField()
    removals = models.PositiveIntegerField()
    weights = models.BinaryField(help_text="Numbers of four bytes, one for each feature.")
    bias = models.FloatField()
    precision = models.FloatField(help_text="Average precision on the newest third, which it had not seen.")
    threshold = models.FloatField(help_text="Below it the lane is proven; 0: there is none.")
    share = models.FloatField(help_text="Of what was approved, the share below the threshold.")
    closed_at = models.DateTimeField(null=True, help_text="When samples showed that it was wrong too often.")

    def __str__(self) -> str:
        return f"Learned from {self.decisions} decisions"

    def is_open(self) -> bool:
        """Whether there is a proven lane, and nothing has shown that it is wrong."""
        return self.threshold > 0 and self.closed_at is None


class Word(models.Model):
    """A word of the paper's own list, besides the one that comes with Masthead."""

    class Level(models.TextChoices):
        BANNED = "banned", "not taken"
        SUSPECT = "suspect", "an editor reads it first"
        ALLOWED = "allowed", "means nothing bad"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    word = models.CharField(max_length=100)
    level = models.CharField(max_length=8, choices=Level.choices)

    class Meta:
        ordering = ["word"]
        constraints = [models.UniqueConstraint(fields=["title", "word"], name="word_once_a_title")]

    def __str__(self) -> str:
        return self.word


class Thread(models.Model):
    """The conversation on a story: it follows the story, whatever its address."""

    story = models.OneToOneField("stories.Story", on_delete=models.CASCADE, related_name="thread")
    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    mode = models.CharField(max_length=6, choices=[("", "as the paper says"), *Mode.choices], blank=True, default="")
    ordered = models.CharField(max_length=10, blank=True, help_text="corrected or killed: what happened to the story.")
    changed_story_at = models.DateTimeField(null=True, help_text="When the story was last corrected.")
    note = models.CharField(max_length=400, blank=True, help_text="A word of the desk above the conversation.")
    count = models.PositiveIntegerField(default=0, help_text="Published comments.")
    last_number = models.PositiveIntegerField(default=0)
    last_root = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    slow_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Conversation on {self.story}"


class State(models.TextChoices):
    """Where a comment stands."""

    PUBLISHED = "published", "published"
    HELD = "held", "waits for an editor"
    REMOVED = "removed", "not published"
    WITHDRAWN = "withdrawn", "taken back by its author"


class Comment(models.Model):
    """What one reader said. `path` orders a thread: numbers of six letters, from the first comment down to this one."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="comments")
    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    root = models.PositiveIntegerField(help_text="Number of the first comment of its conversation.")
    place = models.PositiveIntegerField(
        default=0, help_text="Of a first comment: its place among the first ones, from 1."
    )
    path = models.CharField(max_length=60)
    depth = models.PositiveSmallIntegerField(default=0)
    answers = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="answered_by")
    author = models.ForeignKey(Reader, null=True, on_delete=models.SET_NULL, related_name="comments")
    byline = models.CharField(
        max_length=80, blank=True, help_text="For authors who came with an archive and have no account."
    )
    role = models.CharField(max_length=10, blank=True, help_text="writer or newsroom: the paper vouches for it.")
    body = models.TextField()
    markup = models.TextField(blank=True)
    digest = models.CharField(max_length=40, help_text="Of thread, what it answers, and words: the same twice is one.")
    likeness = models.CharField(
        max_length=32, blank=True, help_text="Of its words alone: the same under another story."
    )
    state = models.CharField(max_length=10, choices=State.choices)
    reasons = models.JSONField(default=list, help_text="All of them: rule, words, spans.")
    rule = models.CharField(max_length=30, blank=True, help_text="By which it was removed.")
    at = models.DateTimeField(default=clock.now)
    shown_at = models.DateTimeField(null=True, help_text="When readers first saw it.")
    edited_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True, help_text="When its author took it back; its words go a month later.")
    below = models.PositiveIntegerField(default=0, help_text="Published comments that answer it, at any depth.")
    respects = models.PositiveIntegerField(default=0)
    flags = models.PositiveIntegerField(default=0, help_text="Reports that nobody has looked at.")
    picked = models.BooleanField(default=False, help_text="A staff pick.")
    asks = models.CharField(
        max_length=8, blank=True, choices=[("open", "open"), ("answered", "answered")], help_text="A question to the reporter."
    )
    no_links = models.BooleanField(default=False)
    risk = models.FloatField(default=0.0, help_text="From 0 to 1, for the order of the queue.")
    network = models.CharField(
        max_length=24, blank=True, help_text="Keyed digest of the network it came from; goes after 30 days."
    )
    lane = models.CharField(max_length=6, blank=True, help_text="fast, or sample: see comments.learning.")
    came_from = models.CharField(max_length=120, blank=True, help_text="Id in the archive that it came with.")
    claim = models.CharField(
        max_length=40, blank=True, help_text="Keyed digest of its author’s address there, until a reader proves it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "number"], name="comment_number_once"),
            models.UniqueConstraint(fields=["author", "digest"], name="comment_said_once"),
            models.UniqueConstraint(
                fields=["title", "came_from"], condition=~Q(came_from=""), name="comment_came_once"
            ),
        ]
        indexes = [
            models.Index(fields=["thread", "root", "path"], name="comment_thread"),
            models.Index(fields=["thread", "-respects"], name="comment_picked", condition=Q(picked=True)),
            models.Index(fields=["thread", "-place"], name="comment_first", condition=Q(depth=0)),
            models.Index(fields=["thread", "-respects"], name="comment_best", condition=Q(depth=0)),
            models.Index(fields=["title", "-risk", "at"], name="comment_queue", condition=Q(state="held")),
            models.Index(fields=["title", "-flags"], name="comment_flagged", condition=Q(flags__gt=0)),
            models.Index(fields=["author", "-at"], name="comment_author"),
            models.Index(fields=["title", "likeness"], name="comment_likeness"),
            models.Index(fields=["title", "-at"], name="comment_newest"),
            models.Index(fields=["network", "-at"], name="comment_network", condition=~Q(network="")),
            models.Index(fields=["title", "-at"], name="comment_asks", condition=Q(asks="open")),
            models.Index(fields=["title", "-at"], name="comment_samples", condition=Q(lane="sample")),
            models.Index(fields=["claim"], name="comment_claim", condition=~Q(claim="")),
        ]

    def __str__(self) -> str:
        return f"#{self.number} by {self.name}"

    @property
    def name(self) -> str:
        """Who said it, for readers."""
        return (self.author.name if self.author_id and self.author else "") or self.byline or "A former reader"


class Revision(models.Model):
    """What a comment said before its author changed it."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="revisions")
    body = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.body[:60]


class Decision(models.Model):
    """What was decided about a comment, by whom and why. Rows are added, never changed: to take one back is another row."""

    comment = models.ForeignKey(Comment, null=True, on_delete=models.SET_NULL, related_name="decisions")
    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    reader = models.ForeignKey(Reader, null=True, on_delete=models.SET_NULL, related_name="decisions")
    verdict = models.CharField(max_length=12, help_text="approve, reject, pick, warn, suspend, ban, undo…")
    rule = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=600, blank=True, help_text="To the author.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)
    before = models.JSONField(default=dict, help_text="What stood before, so that it can be taken back.")
    words = models.TextField(blank=True, help_text="What the comment said then.")
    undoes = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="undone_by")
    batch = models.CharField(max_length=32, blank=True, help_text="Decisions that were made with one press.")

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["title", "-at"], name="decision_title"),
            models.Index(fields=["batch"], name="decision_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.rule}"


class Flag(models.Model):
    """A reader's report of a comment."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="reports")
    rule = models.CharField(max_length=30)
    note = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(default=clock.now)
    upheld = models.BooleanField(null=True, help_text="Empty: nobody has looked at it.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "reader"], name="flag_once_a_reader")]
        indexes = [models.Index(fields=["reader", "at"], name="flag_reader")]

    def __str__(self) -> str:
        return self.rule


class Respect(models.Model):
    """A reader respects a comment."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="+")
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    on = models.BooleanField(default=True, help_text="Not any more when it was taken back: so that both are counted.")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "reader"], name="respect_once_a_reader")]
        indexes = [models.Index(fields=["reader", "at"], name="respect_reader")]

    def __str__(self) -> str:
        return f"{self.reader} respects {self.comment_id}"


class Mute(models.Model):
    """A reader does not want to read another."""

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="mutes")
    whom = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "whom"], name="mute_once")]

    def __str__(self) -> str:
        return f"{self.reader} mutes {self.whom}"


class Sanction(models.Model):
    """What a reader may not do for a while. The last rung of the ladder is a ban."""

    class Kind(models.TextChoices):
        WARN = "warn", "warned"
        PRE = "pre", "every comment is read first"
        SUSPEND = "suspend", "may not write for a while"
        BAN = "ban", "may not write any more"

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="sanctions")
    title = models.ForeignKey(
        "titles.Title",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Empty: at every paper of the house.",
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    rule = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=600, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="When its reader saw the warning.")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.reader}: {self.get_kind_display()}"


class Appeal(models.Model):
    """An author asks another editor to look again. One for each removal."""

    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="appeal")
    words = models.CharField(max_length=1000)
    at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.words[:60]


class ProtectedName(models.Model):
    """A name that must not appear under a story: a victim, a minor. Sealed in the database, and never told to readers."""

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="protected_names")
    sealed = models.TextField()
    until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return "A protected name"


class Notice(models.Model):
    """Something that a reader is told in their own page: an answer, a decision, a warning."""

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="notices")
    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, help_text="answer, published, removed, restored, warned.")
    comment = models.ForeignKey(Comment, null=True, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=600, blank=True)
    at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["reader", "-id"], name="notice_reader")]
        constraints = [models.UniqueConstraint(fields=["reader", "kind", "comment"], name="notice_once")]

    def __str__(self) -> str:
        return self.kind
