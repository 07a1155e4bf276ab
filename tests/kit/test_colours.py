"""Colours that an editor chose are moved until they can be read, and no further."""

from __future__ import annotations

import random

import pytest

from masthead.kit import colours


@pytest.mark.parametrize(("text", "means"), [("#0b4a57", (11, 74, 87)), ("#FFF", (255, 255, 255)), (" #000 ", (0, 0, 0))])
def test_reads_what_editors_write(text, means) -> None:
    assert colours.parse(text) == means


@pytest.mark.parametrize("text", ["", "red", "#12", "#12345g", "url(x)", "#fff;}", "0b4a57"])
def test_refuses_the_rest_with_a_sentence(text) -> None:
    with pytest.raises(ValueError, match="write one such as"):
        colours.parse(text)


def test_black_on_white_is_21() -> None:
    assert round(colours.contrast((0, 0, 0), (255, 255, 255)), 2) == 21
    assert round(colours.contrast((0x77, 0x77, 0x77), (255, 255, 255)), 2) == 4.48


def test_a_readable_colour_stays_as_it_is() -> None:
    assert colours.readable((11, 74, 87), (250, 246, 238)) == (11, 74, 87)


def test_any_colour_can_be_read_on_any_ground_of_the_house() -> None:
    chance = random.Random(6)
    for _ in range(2000):
        colour = (chance.randrange(256), chance.randrange(256), chance.randrange(256))
        for grounds in (((250, 246, 238), (241, 234, 220)), ((20, 23, 26), (29, 34, 38))):
            found = colours.readable(colour, *grounds)
            assert all(colours.contrast(found, ground) >= 4.5 for ground in grounds), (colour, found)
