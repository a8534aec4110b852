"""Reading texts with the recognition models that rapidocr carries: no network, no files, no log lines."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from numpy import uint8
from numpy.typing import NDArray

from actions import DriverMissing
from agent.reader.scene import Rect

Image = NDArray[uint8]
"""A picture as OpenCV holds it: rows x columns x (blue, green, red)."""

READ_GLYPH = 11.0
"""The usual height of a letter, in pixels, at which finding text is both sure and cheap."""
LONGEST_SIDE = 2560
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

        height, width = image.shape[:2]
        scale = min(READ_GLYPH / max(glyph, 1.0), 2.0, LONGEST_SIDE / max(height, width))
        if scale > 0.8:
            scale = max(1.0, scale) if scale > 1.25 else 1.0
        seen = image
        if scale != 1.0:
            method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            seen = cv2.resize(image, None, fx=scale, fy=scale, interpolation=method)  # type: ignore[assignment]
        found = self._load()(seen, use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return []
        return [
            Rect(*(float(v) / scale for v in (*corners.min(axis=0), *corners.max(axis=0)))) for corners in found.boxes
        ]

    def recognise(self, strip: Image) -> tuple[str, float]:
        """The text of one line and the confidence 0..1; ("", 0.0) if it shows none."""
        if strip.shape[0] < 3 or strip.shape[1] < 3:
            return "", 0.0
        key = blake2b(strip.tobytes(), digest_size=16, salt=strip.shape[1].to_bytes(4, "little")).digest()
        if key in self._read:
            self._read.move_to_end(key)
            return self._read[key]
        found = self._load()(strip, use_det=False, use_cls=False, use_rec=True)
        answer = (found.txts[0].strip(), float(found.scores[0])) if found.txts else ("", 0.0)
        self._read[key] = answer
        if len(self._read) > REMEMBERED:
            self._read.popitem(last=False)
        return answer

    def _load(self) -> Any:
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
                    "Det.limit_side_len": 2 * LONGEST_SIDE,
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
