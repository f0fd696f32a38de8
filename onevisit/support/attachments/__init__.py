"""Evidence and documents: the hash at capture, resumable receipt, storage by hash, who may read."""
