"""What stands beside a file that the product made, its SM3 digest and its SM2 signature, and which keys signed when."""

from django.db import models


class FileMark(models.Model):
    """One row per file by its SHA-256, written when the file was made, with the public key of then."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    sm3 = models.CharField(max_length=64)
    signature = models.BinaryField()
    public_key = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class SignerKey(models.Model):
    """One row per time in which one key signed; `until` stays empty while it does."""

    public_key = models.BinaryField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(until__isnull=True),
                name="signer_key_one_in_use",
            )
        ]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d}"
