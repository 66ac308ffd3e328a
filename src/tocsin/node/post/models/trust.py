"""Whom this node trusts: the files of the trust list, manifests that an ended key still vouches for, used nonces."""

from django.db import models

from tocsin.node.post.models.streams import DIGEST, Stream

__all__ = ["Nonce", "TrustFile", "Vouched"]


class TrustFile(models.Model):
    """A file of the trust list, verified when it was taken and whenever it is loaded. All are replaced together."""

    name = models.CharField(max_length=100, primary_key=True, help_text="timestamp.json, 3.root.json.")
    of = models.CharField(max_length=DIGEST, help_text="Digest of the whole set; the same in every row.")
    data = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class Vouched(models.Model):
    """A manifest that leads to the last one a key may have signed that has ended. Gone when its keys end otherwise."""

    manifest = models.CharField(max_length=DIGEST, primary_key=True)
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="vouched")

    class Meta:
        verbose_name_plural = "vouched"

    def __str__(self) -> str:
        return self.manifest


class Nonce(models.Model):
    """A nonce that a peer has used, so that a request works once. Gone some time after it has expired."""

    digest = models.CharField(max_length=DIGEST, primary_key=True, help_text="Of the key's identifier and the nonce.")
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest
