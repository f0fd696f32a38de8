"""The life of one inspection; each stage knows only the stages before it."""
