"""A photo 照片: never kept as it came, but drawn anew, upright, smaller, and without anything that was hidden in it."""

import threading
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import pi_heif
from PIL import Image, ImageCms, ImageOps
from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models import rules
from models.base import AUTOINCREMENT, N_, Base, new_uid
from models.steps import Refused

pi_heif.register_heif_opener()
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
QUALITIES = (85, 75, 65, 50, 35)
AT_ONCE = threading.BoundedSemaphore(1)  # a large one takes about 200 MB while it is read
SRGB = ImageCms.createProfile("sRGB")
WHITE = (255, 255, 255)


@dataclass(frozen=True)
class Drawn:
    """A JPEG drawn by us, and its size in pixels."""

    data: bytes
    width: int
    height: int


SUBJECTS = ("matter_id", "visit_id", "talk_id", "gathering_id")
ONE_SUBJECT = " + ".join(f"CASE WHEN {subject} IS NULL THEN 0 ELSE 1 END" for subject in SUBJECTS) + " = 1"


class Photo(Base):
    """One photo of a matter, a visit, a talk or a gathering, in a row of its own: `data` is read alone."""

    __tablename__ = "photo"
    __table_args__ = (CheckConstraint(ONE_SUBJECT, name="one_subject"), AUTOINCREMENT)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matter.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    talk_id: Mapped[int | None] = mapped_column(ForeignKey("talk.id"), index=True)
    gathering_id: Mapped[int | None] = mapped_column(ForeignKey("gathering.id"), index=True)
    made_at: Mapped[datetime]
    width: Mapped[int]
    height: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    @classmethod
    def of(cls, drawn: Drawn, at: datetime) -> "Photo":
        """What was drawn, as it is kept from `at` on."""
        return cls(uid=new_uid(), made_at=at, data=drawn.data, width=drawn.width, height=drawn.height)


def draw_anew(file: bytes, side: int = rules.PHOTO_SIDE) -> Drawn:
    """A photo as somebody sent it, drawn anew: upright, at most `side` pixels and 400 KB, sRGB, no metadata of any kind.

    Raises Refused, with a sentence for whoever sent it, where that can't be done.
    """
    if len(file) > rules.PHOTO_BYTES_IN:
        raise Refused(N_("这张照片太大了，请选%(mb)sMB以内的。"), mb=rules.PHOTO_BYTES_IN // 1_000_000)
    if not AT_ONCE.acquire(timeout=rules.PHOTO_TURN):
        raise Refused(N_("这会儿传照片的人多，请过一会儿再点一次。"))
    try:
        with Image.open(BytesIO(file), formats=FORMATS) as image:
            _weigh(image, file)
            return _fit(_draw(image, (side, side)))
    except Refused:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_many_pixels() from None
    except Exception:  # a hostile file may trip a decoder anywhere: whatever it was, it is no photo to us
        raise Refused(N_("这张照片打不开，可能坏了，也可能不是照片。请换一张，或者截个屏再传。")) from None
    finally:
        AT_ONCE.release()


def _too_many_pixels() -> Refused:
    return Refused(N_("这张照片的尺寸太大了。请截个屏，传截屏的图。"))


def _weigh(image: Image.Image, file: bytes) -> None:
    """Refuse from the header, before a pixel is read."""
    if image.width * image.height > rules.PHOTO_PIXELS_IN[image.format] or max(image.size) > rules.PHOTO_SIDE_IN:
        raise _too_many_pixels()
    if image.format == "JPEG" and file.count(b"\xff\xda") > rules.PHOTO_SCANS_IN:
        raise _too_many_pixels()
    if image.format in ("PNG", "WEBP") and getattr(image, "n_frames", 1) > 1:  # a JPEG of two frames is a phone's own
        raise Refused(N_("动图收不了，请换一张照片。"))


def _draw(image: Image.Image, side: tuple[int, int]) -> Image.Image:
    profile = image.info.get("icc_profile")
    image.draft("RGB", side)  # a JPEG is read at half, a quarter or an eighth of its size
    image.load()
    image = _in_full(image)
    image.thumbnail(side, Image.Resampling.LANCZOS)
    image = _in_srgb(_upright(image), profile)
    paper = Image.new("RGB", image.size, WHITE)
    paper.paste(image, mask=image.getchannel("A") if "A" in image.getbands() else None)
    return paper


def _in_full(image: Image.Image) -> Image.Image:
    """With a value for each colour of each pixel, so that it can be made smaller smoothly; 16 bits become 8."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in ("P", "PA", "LA") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L") if image.mode == "1" else image


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera was held; where its note of that is spoilt, as the pixels stand."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # EXIF is a small file system of its own
        return image


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as they were meant; a profile that can't be read is left out."""
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            return ImageCms.profileToProfile(image, BytesIO(profile), SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            pass
    return image if image.mode == "RGBA" else image.convert("RGB")


def _fit(image: Image.Image) -> Drawn:
    """The best quality that fits; what is too rich for any gets smaller."""
    while True:
        for quality in QUALITIES:
            made = BytesIO()
            image.save(made, "JPEG", quality=quality, optimize=True, progressive=True)
            if made.tell() <= rules.PHOTO_BYTES:
                return Drawn(made.getvalue(), *image.size)
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))
