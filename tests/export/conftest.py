"""The small data folder for the tests of what is shown."""

from tests.query.fixtures import forget, fresh, small, small_folder

__all__ = ["forget", "fresh", "small", "small_folder"]
