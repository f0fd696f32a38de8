"""Tests of the support apps."""
