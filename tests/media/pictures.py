"""Files that tablets send, and files that nobody should."""

import base64
import io
import struct
import zlib

from PIL import Image

ORIENTATION = 0x0112


def jpeg(width: int = 64, height: int = 48, *, seed: int = 0, orientation: int | None = None, **save) -> bytes:
    """A JPEG whose left half is red and whose right half is blue; `seed` makes different files."""
    image = Image.new("RGB", (width, height), (200, seed % 256, 0))
    image.paste((0, seed % 256, 200), (width // 2, 0, width, height))
    if orientation is not None:
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        exif[0x010F] = "Huawei"
        save["exif"] = exif
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, **save)
    return out.getvalue()


def encoded(image: Image.Image, kind: str, **save) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **save)
    return out.getvalue()


def png_header_of(width: int, height: int) -> bytes:
    """A PNG that claims this size and has almost no data: a bomb of a few bytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(b"\x00" * 64))
        + _chunk(b"IEND", b"")
    )


def with_chunk(png: bytes, kind: bytes, data: bytes, *, times: int = 1) -> bytes:
    """The PNG with a chunk of ours behind its header."""
    return png[:33] + _chunk(kind, data) * times + png[33:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# No encoder of HEIC is among the packages here (the free one binds to the GPL): 96 × 64, left red, right blue, from a
# "Huawei P60" at 9:00 on 2 March 2026, UTC+8; and one of two pictures, the first of them the same.
HEIC = base64.b85decode(
    b"0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0004(ZDn*}000000000XXk=`10000000000aA{+700000000000000000000G-"
    b"+&aV*mgE07O6l0ssL300001y8r<I00000004CW0ssI200J-"
    b"o0RR9100000egFUfIB98aW&i*H00062000$fZf0cy000000RRAKc4ILB0000LX>Mj^0ssI300IC2MR;ju000004sdC7Z2$lO00031007o$aB"
    b"^?}006gXaAR)(004Msc4I>U18@KU0FVFx0000U@BsY%`1k+-4+CHT0RR|40Sp2E{{wIU00RJ!0009300RIXx&lC90096iLID8-"
    b"Z~y=U0FVFx0{{R603M()fd!W8Nhz*w0vZem00093$N&HX00=;000968L;=Baup&SJ000wXZ)|dIV{CW;0RRmE27mwn02FC+aAg1h000000AK"
    b"(B06+i$01$9#cxeCt0009B2nYZG02gU+ZD9Za00000009621c3qr1ONa48fkK6W&i*H000004r63<V*mmG0RRC2008@KWMOmw0040)0k0E)d"
    b"BT%aNB{o%mGAw-"
    b"o`3M#$z&>@{erXa&XaHaxZZauaq%w`fjg@r!1n2*5X!{K+&<L+{GN%lkNihs^hCEPF~R?~vx67y^xW_6Pk0npBIav;5W=(Lh4MXVazC{+frW"
    b"es{Wadd0x5d%00006MR;ju002!*04e|g00;mB0S^EI000070000o0T2KJ00004P&P0ChiL!=000010000w00000NOfU%WoZBa00NK$00IC20"
    b"2BZK09cR_00IC200#g70BisN001&DGB!FeGdeIbATT*PFfckWFaRqsI65#e000"
)
TWO_HEIC = base64.b85decode(
    b"0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0004mZDn*}000000000XXk=`10000000000aA{+700000000000000000000G-"
    b"+&aV*mgE07O6l0ssL300001r~m-"
    b"~00000004CW0ssI200JEV0RR91000009{>OVIB98aW&i*H00062000$fZf0cy000000RRAKc4ILB0000LX>Mj^0ssI200IC2Xm(>U000004s"
    b"dC7Z2$lO00031007--aB^?}006gXaAR)(004Msc4I>U18@KU0FVFx0000U@BsY%`1k+-"
    b"4+CHT0RR|40Sp2E{{wIU00RJ!0009300RIXx&lC90096iLID8-"
    b"Z~y=U0FVFx0{{R603M()fd!W8Nhz*w0vZem00093$N&HX00=;000968L;=Baup&SJ000wXZ)|dIV{CW;0RRmE27mwn02FC+aAg1h000000AK"
    b"(B06+i$01$9#cxeCt0009B2nYZG03K;@ZD9Za0000000IC31c3qr1ONgAfdT^r0001-"
    b"ZDe6|0001SC;_h%fO*1`R7d~*`jzkf!=8We+R0=ppZ$Wf@6MBN{J7qCDRJ>H6M;LcBEa_PqY%o($=p8G0Q{bbw2%BpV)R6}C^5nRwzGp5?ey"
    b"I5?oW6WS0d(Xeh|X5<Aw4)X>vccG=YVD2>mtQzXB<G@Bjb+8z=#<6M*KZaMS<yRUiL^p0EA|X0)DfWJ4sF"
)
