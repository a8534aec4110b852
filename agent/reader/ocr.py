"""Reading texts with the recognition models that rapidocr carries: no network, no files, no log lines."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actions import DriverMissing
from agent.reader.scene import Rect

Image = NDArray[np.uint8]
"""A picture as OpenCV holds it: rows x columns x (blue, green, red)."""

READ_GLYPH = 11.0
"""The usual height of a letter, in pixels, at which finding text is both sure and cheap."""
BAND = 2_000_000
"""Pixels that are searched for text at once; memory grows with them, so a larger picture is searched in bands."""
SMALL = 400_000
"""Pixels of a picture that may be enlarged."""
REMEMBERED = 4000
"""Strips whose reading is remembered: an unchanged word is never recognised twice."""


class Ocr:
    """Finds text and reads it. The models load at the first call (about 0.5 s); not safe for two threads at once."""

    def __init__(self, threads: int = 2) -> None:
        self._threads = threads
        self._engine: Any = None
        self._read: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    def detect(self, image: Image, glyph: float) -> list[Rect]:
        """Loose boxes around the runs of text, in pixels of `image`; `glyph` is the usual height of its letters.

        The picture is brought to one text size first, so that dense screens cost no more than plain ones.
        """
        import cv2

        # small letters are enlarged only where that is cheap; the guess is low where a photograph looks like letters
        largest = 2.0 if image.shape[0] * image.shape[1] < SMALL else 1.0
        scale = min(READ_GLYPH / max(glyph, 1.0), largest)
        scale = 1.0 if 0.8 < scale < 1.25 else scale
        seen = image
        if scale != 1.0:
            method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            seen = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=method), np.uint8)
        return [Rect(*(value / scale for value in run)) for run in self._in_bands(seen)]

    def _in_bands(self, image: Image) -> list[Rect]:
        """What is found in bands of the whole width; a run belongs to the band that its middle lies in."""
        height, width = image.shape[:2]
        count = max(1, ceil(height * width / BAND))
        rim = round(8 * READ_GLYPH)
        found = []
        for band in range(count):
            top, bottom = height * band / count, height * (band + 1) / count
            start = max(0, int(top) - rim)
            runs = self._find(image[start : min(height, int(bottom) + rim)])
            found += [
                r
                for r in (Rect(r.left, r.top + start, r.right, r.bottom + start) for r in runs)
                if top <= r.centre[1] < bottom or count == 1
            ]
        return found

    def _find(self, image: Image) -> list[Rect]:
        found = self.load()(image, use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return []
        return [Rect(*(float(v) for v in (*box.min(axis=0), *box.max(axis=0)))) for box in found.boxes]

    def recognise(self, strip: Image) -> tuple[str, float]:
        """The text of one line and the confidence 0..1; ("", 0.0) if it shows none."""
        if strip.shape[0] < 3 or strip.shape[1] < 3:
            return "", 0.0
        key = blake2b(strip.tobytes(), digest_size=16, salt=strip.shape[1].to_bytes(4, "little")).digest()
        if key in self._read:
            self._read.move_to_end(key)
            return self._read[key]
        found = self.load()(strip, use_det=False, use_cls=False, use_rec=True)
        answer = (found.txts[0].strip(), float(found.scores[0])) if found.txts else ("", 0.0)
        self._read[key] = answer
        if len(self._read) > REMEMBERED:
            self._read.popitem(last=False)
        return answer

    def load(self) -> Any:
        """The engine, loaded at the first call. Raises DriverMissing if its models are not installed."""
        if self._engine is None:
            models = _models()
            from rapidocr import RapidOCR

            self._engine = RapidOCR(
                params={
                    "Global.log_level": "critical",
                    "Global.use_preprocess_img": False,
                    "Global.use_vertical_padding": False,
                    "Global.text_score": 0.0,
                    # the scale is chosen in detect(); the engine's own rule enlarges thin strips to thousands of pixels
                    "Det.limit_type": "max",
                    "Det.limit_side_len": 20_000,
                    # naming the files keeps the engine from checking a download
                    "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
                    "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
                    "EngineConfig.onnxruntime.intra_op_num_threads": self._threads,
                    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                }
            )
        return self._engine


def _models() -> Path:
    spec = find_spec("rapidocr")
    if spec is not None and spec.origin is not None:
        models = Path(spec.origin).parent / "models"
        if (models / "PP-OCRv6_det_small.onnx").is_file() and (models / "PP-OCRv6_rec_small.onnx").is_file():
            return models
    raise DriverMissing(
        "the reader's recognition models are not there; "
        "install them with: pip install --force-reinstall rapidocr==3.10.0"
    )
