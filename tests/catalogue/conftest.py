"""The small data folder for the tests of the catalogue."""

from tests.query.fixtures import small, small_folder

__all__ = ["small", "small_folder"]
