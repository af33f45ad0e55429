"""Tests of opening a request in chat."""
