"""Tests of the disposal of problems."""
