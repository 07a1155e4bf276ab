

def test_plain_references_are_resolved_as_the_library_does() -> None:
    import html as library
    import random

    from masthead.kit import _htmltree

    pieces, chance = ["&amp;", "&lt;", "&gt;", "&quot;", "amp;", "lt;", "&", "a", ";", "&#39;", "&nbsp;", " ", "quot;", "p;"], random.Random(7)
    for _ in range(5000):
        text = "".join(chance.choices(pieces, k=chance.randint(0, 8)))
        assert _htmltree.unescaped(text) == library.unescape(text), text
