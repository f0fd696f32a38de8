"""Tests of the field API."""
