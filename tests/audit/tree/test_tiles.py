"""Names of tiles, as C2SP tlog-tiles gives them."""

import pytest

from audit.tiles import tile_path


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        (0, 256, "tile/0/000"),
        (5, 256, "tile/0/005"),
        (999, 256, "tile/0/999"),
        (1000, 256, "tile/0/x001/000"),
        (1234067, 256, "tile/0/x001/x234/067"),
        (1234067, 17, "tile/0/x001/x234/067.p/17"),
    ],
)
def test_tiles_are_named_in_groups_of_three_digits(number: int, width: int, path: str) -> None:
    assert tile_path(number, width=width) == path
