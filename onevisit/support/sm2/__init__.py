"""SM2 signatures beside our own (密评): the key an operator gives, and what is signed with it. Off without a key."""

from onevisit.support.sm2.keys import KeyRefused, PrivateKey, configured, is_signed, make, read

__all__ = ["KeyRefused", "PrivateKey", "configured", "is_signed", "make", "read"]
