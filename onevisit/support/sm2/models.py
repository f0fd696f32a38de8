"""What stands beside a file that the product made: its SM3 digest and its SM2 signature."""

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
