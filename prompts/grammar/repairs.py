"""What a parser put right in an answer, by fixed codes."""

from __future__ import annotations

# fmt: off
CODES = frozenset({
    "think_unopened", "answer_restated", "from_reasoning", "invisible_removed", "markdown_removed", "fence_removed",
    "repetition", "tool_call_in_content", "call_in_argument",
    "label_order", "labels_missing", "reason_missing", "memory_missing", "memory_unreadable",
    "action_unboxed", "box_unclosed", "box_unopened", "box_prose_skipped", "list_unwrapped", "nested_action",
    "duplicate_dropped", "extra_action_dropped", "trailing_text_dropped",
    "python_literal", "quotes_normalised", "fullwidth_normalised", "newline_in_string", "trailing_comma",
    "doubled_braces", "tail_closed",
    "place_unquoted", "brackets_missing", "bracket_style", "content_tag_missing", "arg_order",
    "case_folded", "value_coerced",
    "leading_zero", "coord_string", "float_coord", "fraction_scaled", "coord_clamped", "corners_sorted",
    "degenerate_box",
    "box_flat", "box_from_point", "point_from_box", "point_outside_box", "empty_box_dropped", "pixels_rescaled",
})
# fmt: on
PREFIXES = ("alias:", "default:", "unknown_arg_dropped:")


class Repairs:
    """The codes of what was put right, each once, in the order in which it was met."""

    def __init__(self) -> None:
        self._codes: dict[str, None] = {}

    def add(self, code: str) -> None:
        assert code in CODES or code.startswith(PREFIXES), code
        self._codes[code] = None

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self._codes)
