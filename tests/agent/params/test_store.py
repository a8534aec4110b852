"""params.json: read back as it was written, edited by name and step, and never half there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actions import TraceError, UsageError
from agent.params import carried, derive, edited, read_params, write_params
from agent.params.listing import as_object, listing
from agent.trace import Found, Trace
from tests.agent.params.conftest import chosen, clicked, listed, typed

Make = Callable[..., Trace]


def test_without_a_file_they_are_derived(trace: Make) -> None:
    made = trace(typed("Ana"), guest="Ana")
    assert read_params(made) == derive(made)


def test_they_are_read_as_they_were_written(trace: Make) -> None:
    city = listed("combobox", "City", value="Lisbon", options=("Lisbon", "Porto"))
    made = trace(clicked("Search", "button", city), typed("Berlin"), city="Lisbon", a="Berlin", b="Berlin")
    params = derive(made)
    assert params.unclear
    path = write_params(made, params)
    assert read_params(made) == params
    assert [file.name for file in path.parent.iterdir() if "params" in file.name or "part" in file.name] == [path.name]


@pytest.mark.parametrize("text", ["", "[]", '{"params": [{"name": 1}]}', '{"version": 99}', '{"strange": 1}'])
def test_a_damaged_file_is_an_error_by_name(trace: Make, text: str) -> None:
    made = trace(typed("Ana"), guest="Ana")
    (made.folder / "params.json").write_text(text)
    with pytest.raises(TraceError, match=r"params\.json"):
        read_params(made)


def test_what_a_step_typed_becomes_a_parameter(trace: Make) -> None:
    made = trace(typed("Ana"), chosen("Lisbon"), typed("Dear Ana,"))
    params = edited(derive(made), made, settings=["guest=1", "city=2:option"])
    assert [(param.name, param.value) for param in params.params] == [("guest", "Ana"), ("city", "Lisbon")]
    assert [use.template for use in params.get("guest").uses] == ["{guest}", "Dear {guest},"]


def test_a_form_that_the_trace_does_not_show_can_be_said(trace: Make) -> None:
    made = trace(typed("12/12/2026"), arrival="2026-12-12")
    assert derive(made).unclear
    params = edited(derive(made), made, settings=["arrival|date:%d/%m/%Y=1"])
    assert params.unclear == ()
    assert [use.template for use in params.get("arrival").uses] == ["{arrival|date:%d/%m/%Y}"]


def test_another_name_is_another_name_everywhere(trace: Make) -> None:
    made = trace(typed("Ana, Lisbon"), who="Ana", city="Lisbon")
    params = edited(derive(made), made, renames=["who=guest"])
    assert params.uses()[1, "text"].template == "{guest}, {city}"
    assert params.get("city").uses == params.get("guest").uses


def test_what_is_dropped_stays_as_it_was_recorded(trace: Make) -> None:
    made = trace(typed("Ana, 13.12.2026"), who="Ana", day="2026-12-13")
    params = edited(derive(made), made, drops=["day"])
    assert params.uses()[1, "text"].template == "{who}, 13.12.2026"
    assert params.ignored == ("day",)
    assert [param.name for param in params.params] == ["who"]


def test_dropping_one_of_two_settles_what_was_unclear(trace: Make) -> None:
    made = trace(typed("Berlin"), home="Berlin", work="Berlin")
    params = edited(derive(made), made, drops=["work"])
    assert params.unclear == ()
    assert [use.template for use in params.get("home").uses] == ["{home}"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"settings": ["guest"]}, "is no NAME=STEP"),
        ({"settings": ["guest=9"]}, "no step 9; it has 2"),
        ({"settings": ["guest=2"]}, "which is not 'Ana', the value of guest"),
        ({"settings": ["x=1:option"]}, "step 1 has no option"),
        ({"settings": ["guest|shout=1"]}, "there is no form 'shout'"),
        ({"renames": ["guest"]}, "is no OLD=NEW"),
        ({"renames": ["guest=city"]}, "there is a parameter 'city' already"),
        ({"renames": ["gest=x"]}, "no parameter 'gest'; it has: guest, city"),
        ({"drops": ["gest"]}, "no parameter 'gest'"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_by_name(trace: Make, change: dict[str, list[str]], message: str) -> None:
    made = trace(typed("Ana"), typed("Lisbon"), guest="Ana", city="Lisbon")
    with pytest.raises(UsageError, match=message):
        edited(derive(made), made, **change)


def test_a_healed_trace_keeps_its_parameters(trace: Make) -> None:
    recorded = trace(
        typed("Ana"), clicked("OK"), clicked("City", "combobox"), clicked("Lisbon", "option"), typed("7.5.")
    )
    params = edited(derive(recorded), recorded, settings=["guest=1", "city=4", "size=5"])
    healed = trace(typed("Ana"), chosen("Lisbon"), typed("7.5."))
    steps = [step.model_copy(update={"found": Found(step=n)}) for step, n in zip(healed.steps, (1, 3, 5), strict=True)]
    moved = carried(params, healed.model_copy(update={"steps": tuple(steps)}))
    assert [(use.n, use.field, use.template) for use in moved.uses().values()] == [
        (1, "text", "{guest}"),
        (2, "option", "{city}"),
        (3, "text", "{size}"),
    ]
    assert moved.recorded() == params.recorded()


def test_the_listing_says_where_each_value_went(trace: Make) -> None:
    made = trace(typed("13.12.2026"), typed("Berlin"), day="2026-12-13", a="Berlin", b="Berlin", c="Oslo")
    lines = list(listing(derive(made)))
    assert lines[1].split() == ["day", "2026-12-13", "1", "typed", "{day|date:%d.%m.%Y}"]
    assert any(line.startswith("c ") and "not used" in line for line in lines)
    assert lines[-1].startswith("unclear: step 2 has 'Berlin', which can be a or b")
    assert as_object(derive(made))["params"][0]["uses"] == [
        {"step": 1, "field": "text", "template": "{day|date:%d.%m.%Y}"}
    ]
    assert "--set NAME=STEP" in next(iter(listing(derive(trace()))))
