"""Uploads: pictures people put into posts. Whatever arrives is decoded and written anew, so that only pixels are kept:
no metadata, no place, no script, and nothing that is not the picture it claims to be."""

from __future__ import annotations

import hashlib
import warnings
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, models, transaction
from django.utils import timezone
from PIL import Image, ImageOps, UnidentifiedImageError

from geeks import policy
from geeks.models.limits import demand_room, hold_room

READ = ("PNG", "JPEG", "GIF", "WEBP")


class UploadQuerySet(models.QuerySet["Upload"]):
    def receive(self, user: Any, file: Any) -> Upload:
        """Store the picture in `file` (anything with `size` and `read()`). Raises ValidationError, PermissionDenied."""
        user.demand("upload")
        limit = "uploads", policy.UPLOADS_AN_HOUR
        demand_room(user, *limit)
        if file.size > policy.UPLOAD_BYTES:
            megabytes = policy.UPLOAD_BYTES // 2**20
            raise ValidationError({"image": f"The file is too large: at most {megabytes} MB."})
        content, width, height = reencode(file.read())
        digest = hashlib.sha256(content).hexdigest()
        known = self.filter(sha256=digest).first()
        if known:
            return known
        upload = Upload(user=user, sha256=digest, width=width, height=height)
        upload.file.save(f"{digest[:2]}/{digest[2:34]}.webp", ContentFile(content), save=False)
        try:
            with transaction.atomic():
                hold_room(user, *limit)
                upload.save()
        except IntegrityError:  # the same picture arrived twice at the same moment
            upload.file.delete(save=False)
            return self.get(sha256=digest)
        except (PermissionDenied, DatabaseError):
            upload.file.delete(save=False)
            raise
        return upload


class Upload(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="uploads")
    file = models.FileField(upload_to="uploads", max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created = models.DateTimeField(default=timezone.now)

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "-created"], name="upload_by_user")]

    def __str__(self) -> str:
        return f"picture {self.width} x {self.height}"

    @property
    def url(self) -> str:
        return self.file.url

    @property
    def markdown(self) -> str:
        return f"![describe the picture]({self.url})"


def reencode(data: bytes) -> tuple[bytes, int, int]:
    """Any picture -> (WebP bytes without metadata, width, height). Raises ValidationError when it is none."""
    wrong = ValidationError({"image": "This is not a picture that can be read. Send a PNG, JPEG, GIF or WebP file."})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=READ) as picture:
                if picture.width * picture.height > policy.UPLOAD_PIXELS:
                    raise ValidationError({"image": "The picture has too many pixels: at most 25 million."})
                picture.load()
                picture = ImageOps.exif_transpose(picture)
                picture = picture.convert(
                    "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
                )
                picture.thumbnail((policy.UPLOAD_SIDE, policy.UPLOAD_SIDE))
                out = BytesIO()
                picture.save(out, "WEBP", quality=90, method=4, exact=False)
                return out.getvalue(), picture.width, picture.height
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise wrong from None
    except (OSError, SyntaxError, ValueError, KeyError, IndexError, EOFError, MemoryError):
        raise wrong from None
