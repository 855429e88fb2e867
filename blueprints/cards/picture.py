"""The card as a picture to keep among one's photos: QR, number and code; digits only, so no Chinese font is needed."""

from io import BytesIO

import segno
from PIL import Image, ImageDraw, ImageFont

WIDTH, MARGIN = 720, 48
LARGE = ImageFont.load_default(56)


def draw(address: str, number: str, code: str) -> bytes:
    """A PNG, black on white: the QR of `address`, and below it the digits as they are read aloud."""
    qr = segno.make(address, micro=False, error="m")
    scale = (WIDTH - 2 * MARGIN) // qr.symbol_size(border=4)[0]
    squares = BytesIO()
    qr.save(squares, kind="png", scale=scale, border=4)
    with Image.open(squares) as modules:
        picture = Image.new("L", (WIDTH, modules.height + 3 * LARGE.size), 255)
        picture.paste(modules.convert("L"), ((WIDTH - modules.width) // 2, 0))
        below = modules.height - MARGIN // 4
    pen = ImageDraw.Draw(picture)
    for line, text in enumerate((number, code)):
        pen.text((WIDTH // 2, below + 1.4 * LARGE.size * line), text, fill=0, font=LARGE, anchor="ma")
    made = BytesIO()
    picture.save(made, "PNG", optimize=True)
    return made.getvalue()
