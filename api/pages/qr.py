"""QR codes, on paper and inside a page itself: no picture to load, no script, no inline style (ISO/IEC 18004)."""

import segno

SVG = "http://www.w3.org/2000/svg"


def printed_qr(text: str) -> str:
    """`text` as a picture of its own (SVG) for a paper."""
    drawn: str = segno.make(text, error="m", micro=False).svg_inline(border=1)
    return drawn.replace("<svg ", f'<svg xmlns="{SVG}" ', 1)


def qr(text: str, label: str) -> str:
    """`text` as an SVG element that takes the size its stylesheet gives it; `label` is read out instead of it."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    drawn: str = code.svg_inline(
        border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None, title=label
    )
    # What a screen reader meets is one picture with a name.
    return drawn.replace("<svg ", '<svg role="img" ', 1)
