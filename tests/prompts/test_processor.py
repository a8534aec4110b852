"""What a picture costs, against the processor that servers run: transformers' own code for GLM-4.1V, no weights.

Needs transformers (`uv pip install --group processor`); tests/prompts/test_images.py has values that came from it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from actions import GuiAgentError
from prompts.images import image_tokens, resized

transformers = pytest.importorskip(
    "transformers", reason="transformers is not installed; the dependency group `processor` has it"
)
CONFIG = {
    "image_processor_type": "Glm4vImageProcessor",
    "size": {"shortest_edge": 12_544, "longest_edge": 9_633_792},
    "patch_size": 14,
    "temporal_patch_size": 2,
    "merge_size": 2,
}
"""The limits of shipped checkpoints, which hold over the defaults of the class."""
sides = st.one_of(st.integers(1, 9_000), st.integers(1, 60), st.sampled_from([1280, 1920, 2160, 2400, 3840, 7680]))


@pytest.fixture(scope="module")
def processor(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("processor")
    (folder / "preprocessor_config.json").write_text(json.dumps(CONFIG))
    return transformers.AutoImageProcessor.from_pretrained(folder)


@settings(max_examples=3_000, deadline=None)
@given(width=sides, height=sides)
@example(width=3840, height=2160)
@example(width=7680, height=4320)
@example(width=1, height=200)
@example(width=200, height=40_000)
def test_tokens_are_those_of_the_processor(processor: Any, width: int, height: int) -> None:
    try:
        patches = processor.get_number_of_image_patches(height, width, {})
    except ValueError:
        with pytest.raises(GuiAgentError, match="too narrow"):
            image_tokens(width, height)
        return
    assert image_tokens(width, height) == patches // CONFIG["merge_size"] ** 2 + 2


@pytest.mark.parametrize("size", [(1280, 800), (540, 1200), (30, 5000), (1, 60), (333, 77), (2560, 1440), (3840, 2160)])
def test_a_picture_gets_the_size_that_was_foreseen(processor: Any, size: tuple[int, int]) -> None:
    from PIL import Image

    made = processor(images=Image.new("RGB", size, "white"), return_tensors="np")
    _, rows, columns = (int(value) for value in made["image_grid_thw"][0])
    assert (columns * 14, rows * 14) == resized(*size)
    assert len(made["pixel_values"]) == rows * columns
