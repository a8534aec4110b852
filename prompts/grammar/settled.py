"""When nothing that a model still writes can change what its answer means."""

from __future__ import annotations

import re
from collections.abc import Callable

from actions import ParseError
from prompts.base import Decision, Reply
from prompts.tokens import ANSWER, ANSWER_END, BOX_END, TURNS

_TURN = re.compile("|".join(re.escape(token) for token in TURNS))
_SAFE = frozenset({
    "arg_order", "box_flat", "box_from_point", "bracket_style", "brackets_missing", "case_folded", "coord_clamped",
    "coord_string", "corners_sorted", "degenerate_box", "doubled_braces", "duplicate_dropped", "empty_box_dropped",
    "extra_action_dropped", "float_coord", "fraction_scaled", "leading_zero", "nested_action", "pixels_rescaled",
    "place_unquoted", "point_from_box", "point_outside_box", "python_literal", "trailing_comma",
    "trailing_text_dropped", "value_coerced",
})  # fmt: skip
"""Repairs inside a box that is closed, and those that say that there is more than is needed."""
_SAFE_KINDS = frozenset({"alias", "default", "unknown_arg_dropped"})


def settled(parse: Callable[[Reply], Decision], reply: Reply, *, answer_tags: bool) -> bool:
    """Is an unfinished answer of the family as good as finished?

    It is after its closing tag. Before, its action must stand in a closed box, and all else that `parse` wants, the
    memory first of all, must be there and need no repair that further text could undo. `answer_tags` says that the
    family puts its answer between tags: then what stands before the opening one may be followed by the true answer.
    """
    text = reply.text
    begin = text.find(ANSWER)
    if begin >= 0 and text.find(ANSWER_END, begin) >= 0:
        return True
    if _TURN.search(text):
        return True
    if BOX_END not in text or (answer_tags and begin < 0):
        return False
    try:
        decision = parse(reply)
    except ParseError:
        return False
    return all(code in _SAFE or code.partition(":")[0] in _SAFE_KINDS for code in decision.repairs)
