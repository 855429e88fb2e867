"""Photos as phones and as bad luck send them: 20 good ones come out upright and clean, 40 bad ones are refused."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pillow_heif
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from models import rules
from models.photo import draw_anew
from models.steps import Refused

SECRET = b"canary-39.90421N-116.40739E"
RED, BLUE = (200, 30, 30), (30, 30, 200)
ORIENTATION, MAKE, GPS, LATITUDE = 0x0112, 0x010F, 0x8825, 2


def picture(width=120, height=80, mode="RGB"):
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image.convert(mode)


def stored(image, format="JPEG", **more):
    made = BytesIO()
    image.save(made, format, **more)
    return made.getvalue()


def exif(orientation=1):
    data = Image.Exif()
    data[ORIENTATION], data[MAKE] = orientation, SECRET.decode()
    data.get_ifd(GPS)[LATITUDE] = (39.0, 54.0, 15.2)
    return data


def turned(orientation):
    """The picture as a camera held otherwise stores it: EXIF says how to turn it back."""
    back = {2: [0], 3: [3], 4: [1], 5: [5], 6: [2], 7: [6], 8: [4]}  # PIL's transpositions
    image = picture()
    for method in back.get(orientation, []):
        image = image.transpose(Image.Transpose(method))
    return stored(image, exif=exif(orientation))


def with_segment(jpeg, marker, payload):
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def png_chunk(kind, payload):
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def png_with(chunk):
    data = stored(picture(), "PNG")
    return data[:-12] + chunk + data[-12:]


def png_texts():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", SECRET.decode())
    texts.add_itxt("Place", SECRET.decode(), zip=True)
    return stored(picture(), "PNG", pnginfo=texts)


def heic(image, **more):
    """By the encoder of a package that only the tests use: the app only reads HEIC."""
    made = BytesIO()
    pillow_heif.from_pillow(image).save(made, quality=90, **more)
    return made.getvalue()


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
JPEG = stored(picture())
THUMBNAIL = stored(picture(40, 30), comment=SECRET)

GOOD = {
    **{f"EXIF orientation {n}, GPS and maker": turned(n) for n in range(1, 9)},
    "JPEG comment": stored(picture(), comment=SECRET),
    "XMP": with_segment(JPEG, 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET),
    "ICC": stored(picture(), icc_profile=SRGB),
    "an ICC profile that is none": stored(picture(), icc_profile=SECRET),
    "IPTC": with_segment(JPEG, 0xED, b"Photoshop 3.0\0" + SECRET),
    "a thumbnail": with_segment(JPEG, 0xE1, b"Exif\0\0II*\0\x08\0\0\0\0\0" + THUMBNAIL),
    "trailing bytes": JPEG + SECRET + b"<script>alert(1)</script>",
    "PNG text": png_texts(),
    "PNG with EXIF and trailing HTML": stored(picture(), "PNG", exif=exif()) + b"<html>" + SECRET,
    "WebP with EXIF and XMP": stored(picture(), "WEBP", exif=exif(), xmp=SECRET, quality=95),
    "HEIC with EXIF and XMP": heic(picture(), exif=exif().tobytes(), xmp=SECRET),
    "HEIC of a phone held upright": heic(picture().transpose(Image.Transpose.ROTATE_90), exif=exif(6).tobytes()),
}


def bomb(side=20_000):
    """A PNG of 48 kB and 400 million pixels: rows of nothing."""
    rows = zlib.compressobj(9)
    data = b"".join(rows.compress(b"\0" * ((side + 7) // 8 + 1)) for _ in range(side)) + rows.flush()
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def frames(n, format):
    """Every frame another colour, or the encoder would store fewer."""
    every = [Image.new("RGB", (2, 2), (i % 251, i // 251, 0)) for i in range(n)]
    return stored(every[0], format, save_all=True, append_images=every[1:])


def spoilt(data, at, to=b"\xff" * 16):
    return data[:at] + to + data[at + len(to) :]


PNG, WEBP = stored(picture(), "PNG"), stored(picture(), "WEBP", quality=95)
HEIC = heic(picture())
LARGE = stored(Image.effect_noise((900, 900), 90))
HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BAD = {
    "nothing": b"",
    "one byte": b"\xff",
    "zeros": b"\0" * 1000,
    "an SVG named .jpg": SVG,
    "an SVG with a declaration": b'<?xml version="1.0"?>' + SVG,
    "HTML": HTML,
    "HTML behind the head of a PNG": b"\x89PNG\r\n\x1a\n" + HTML,
    "HTML behind the head of a JPEG": b"\xff\xd8\xff\xe0" + HTML,
    "HTML behind the head of a WebP": b"RIFF\x40\0\0\0WEBP" + HTML,
    "a PDF": b"%PDF-1.7\n1 0 obj\n",
    "a ZIP": b"PK\x03\x04" + b"\0" * 60,
    "an EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "a script": b"#!/bin/sh\nreboot\n",
    "an MP4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    "a HEIC without an image": b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
    **{f"a {name}": stored(picture(), name) for name in ("GIF", "BMP", "TIFF", "PPM", "ICO", "TGA", "PCX")},
    "an animated WebP of 10,000 frames": frames(10_000, "WEBP"),
    "an animated PNG": frames(3, "PNG"),
    "a PNG of 20,000 × 20,000": bomb(),
    "a JPEG of 60 million pixels": stored(Image.new("L", (10_000, 6_000))),
    "a JPEG whose head says 65,535 × 65,535": spoilt(JPEG, JPEG.index(b"\xff\xc0") + 5, b"\xff\xff\xff\xff"),
    **{f"a JPEG cut at {share} of 10": LARGE[: len(LARGE) * share // 10] for share in (1, 3, 5, 7, 9)},
    "a HEIC cut": HEIC[: len(HEIC) // 2],
    "a PNG cut": PNG[: len(PNG) // 2],
    "a PNG with a spoilt size": spoilt(PNG, 16),
    "a PNG with spoilt rows": spoilt(PNG, PNG.index(b"IDAT") + 4),
    "a PNG without rows": PNG[: PNG.index(b"IDAT") - 4] + png_chunk(b"IEND", b""),
    "a WebP cut": WEBP[: len(WEBP) // 2],
    "a WebP with spoilt rows": spoilt(WEBP, 20),
    "more than 10 MB": JPEG + b"\0" * 10_000_000,
}


def test_there_are_20_good_and_40_bad_files():
    assert (len(GOOD), len(BAD)) == (20, 40)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_photo_comes_out_upright_and_clean(name):
    drawn = draw_anew(GOOD[name])
    with Image.open(BytesIO(drawn.data)) as image:
        assert (
            (image.format, image.mode, image.size) == ("JPEG", "RGB", (120, 80)) == ("JPEG", "RGB", (drawn.width, drawn.height))
        )
        left, right = image.getpixel((10, 40)), image.getpixel((110, 40))
        assert left[0] > 150 > 90 > left[2] and right[2] > 150 > 90 > right[0], (left, right)
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert not image.getexif() and not image.applist[1:] and not image.app.get("COM")
    for hidden in (SECRET, b"Exif", b"ICC_PROFILE", b"<script>", b"<html>", b"xmp"):
        assert hidden not in drawn.data, hidden
    assert drawn.data.endswith(b"\xff\xd9")


@pytest.mark.parametrize("name", BAD)
def test_a_bad_photo_is_refused_in_words(name):
    with pytest.raises(Refused) as refused:
        draw_anew(BAD[name])
    assert refused.value.message.startswith(("这张照片", "动图"))


def test_a_jpeg_of_very_many_scans_is_refused_unread():
    """Each scan of 52 bytes costs a pass over all pixels: ten megabytes of them, a quarter of an hour."""
    jpeg = stored(picture(800, 600), progressive=True)
    end = jpeg.rindex(b"\xff\xda")
    with pytest.raises(Refused, match="尺寸太大"):
        draw_anew(jpeg[:end] + jpeg[end:-2] * 100 + b"\xff\xd9")
    assert draw_anew(jpeg).width == 800


@pytest.mark.parametrize(
    ("image", "format"),
    [
        (Image.new("L", (5001, 5001)), "PNG"),
        (Image.new("L", (1, 30_001)), "PNG"),
        (Image.new("RGB", (4001, 3001)), "WEBP"),
    ],
    ids=["PNG", "a thread", "WebP"],
)
def test_what_would_take_too_much_memory_is_refused_unread(image, format):
    with pytest.raises(Refused, match="尺寸太大"):
        draw_anew(stored(image, format))


def test_sixteen_bits_of_grey_become_eight():
    drawn = draw_anew(stored(Image.new("I;16", (9, 9), 20_000), "PNG"))
    with Image.open(BytesIO(drawn.data)) as image:
        assert abs(image.getpixel((4, 4))[0] - 20_000 // 256) < 5


def test_a_screenshot_of_few_colours_is_made_smaller_smoothly():
    """Thin lines on white stay grey; picked pixel by pixel some would vanish."""
    lines = Image.new("1", (4000, 400), 1)
    for x in range(0, 4000, 7):
        lines.paste(0, (x, 0, x + 1, 400))
    with Image.open(BytesIO(draw_anew(stored(lines, "PNG")).data)) as image:
        assert len({image.getpixel((x, 80))[0] // 8 for x in range(100, 300)}) > 3


def test_a_large_photo_is_made_small_and_keeps_its_shape():
    drawn = draw_anew(stored(picture(4000, 3000), quality=90))
    assert (drawn.width, drawn.height) == (1600, 1200) and len(drawn.data) <= rules.PHOTO_BYTES


def test_what_is_too_rich_for_400_kb_at_any_quality_gets_smaller():
    drawn = draw_anew(stored(Image.merge("RGB", [Image.effect_noise((1600, 1600), 200)] * 3), quality=70))
    assert len(drawn.data) <= rules.PHOTO_BYTES and drawn.width == drawn.height


def test_ink_for_print_becomes_colour():
    assert draw_anew(stored(picture(mode="CMYK"))).width == 120


def test_transparency_becomes_white():
    drawn = draw_anew(stored(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG"))
    with Image.open(BytesIO(drawn.data)) as image:
        assert image.getpixel((4, 4)) == (255, 255, 255)


def test_a_bomb_costs_next_to_nothing():
    """In a process of its own, whose highest memory is its own: no more than 50 MB above what importing took."""
    program = (
        "import resource, sys\n"
        "from models.photo import draw_anew\n"
        "from models.steps import Refused\n"
        "file, peak = sys.stdin.buffer.read(), lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "try: draw_anew(file)\n"
        "except Refused: print(peak() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], input=bomb(), capture_output=True, check=True)
    assert int(done.stdout) < 50_000
