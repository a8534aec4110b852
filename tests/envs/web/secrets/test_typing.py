"""Where a secret may be typed, and what becomes of it there."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from actions import ActionError, Blocked, Open, Press, Select, Type, UsageError
from envs.web.secrets import Secret, origin_of
from tests.envs.conftest import Visitor
from tests.envs.web.secrets.conftest import VALUE, words

PW = "<secret:pw>"


async def test_it_is_put_into_a_password_field_and_not_read_back(keeping: Visitor) -> None:
    await keeping.show("<label>Password <input id=f type=password></label><output id=o></output>")
    result = await keeping.do(Type(text=PW, into=keeping.place("Password"), replace=True))
    assert await keeping.value("#f") == VALUE
    assert result.read_back is None
    assert result.notes == ()
    assert result.hit is not None
    assert result.hit.name == "Password"


async def test_pages_hear_of_it_as_of_typing(keeping: Visitor) -> None:
    await keeping.show(
        "<form onsubmit='sent.value = count; return false'><input id=f type=password aria-label=Password "
        "oninput='count += event.isTrusted'><output id=sent></output></form><script>let count = 0</script>"
    )
    await keeping.do(Type(text=PW, into=keeping.place("Password"), replace=True, submit=True))
    assert await keeping.text("#sent") == "1"


async def test_what_has_the_focus_takes_it_after_what_it_holds(keeping: Visitor) -> None:
    await keeping.show("<input id=f type=password aria-label=Password value=old- autofocus>")
    await keeping.click("Password")
    await keeping.do(Type(text=PW))
    assert await keeping.value("#f") == "old-" + VALUE


@pytest.mark.parametrize("field", ["<input id=f aria-label=It>", "<textarea id=f aria-label=It></textarea>"])
async def test_a_field_that_shows_it_does_not_get_it(keeping: Visitor, field: str) -> None:
    await keeping.show(field)
    with pytest.raises(ActionError, match="--secret-in-clear pw"):
        await keeping.do(Type(text=PW, into=keeping.place("It")))
    assert await keeping.value("#f") == ""


async def test_a_field_that_turns_clear_when_it_gets_the_focus_does_not_get_it(keeping: Visitor) -> None:
    await keeping.show("<input id=f aria-label=It type=password onfocus='this.type = \"text\"'>")
    with pytest.raises(ActionError, match="shows what is typed"):
        await keeping.do(Type(text=PW, into=keeping.place("It")))
    assert await keeping.value("#f") == ""


async def test_a_field_that_shows_it_gets_it_if_that_is_allowed(keeping: Visitor) -> None:
    await keeping.show("<input id=f aria-label=Code>")
    await keeping.do(Type(text="<secret:pin>", into=keeping.place("Code")))
    assert await keeping.value("#f") == "93715"
    assert keeping.element("Code").value == "<secret:pin>"


async def test_another_origin_does_not_get_it(keeping: Visitor) -> None:
    path = keeping.site.page("<input id=f type=password aria-label=Password>")
    await keeping.go(keeping.site.other + path)
    with pytest.raises(Blocked, match=f"{keeping.site.other}.*it is for {keeping.site.url};"):
        await keeping.do(Type(text=PW, into=keeping.place("Password")))
    assert await keeping.value("#f") == ""


async def test_a_frame_is_judged_by_its_own_origin(keeping: Visitor) -> None:
    """A frame of the allowed origin may have it on a foreign page, and a foreign frame on an allowed one may not."""
    inner = keeping.site.page("<input id=f type=password aria-label=Password>")
    foreign = keeping.site.page(f"<iframe src='{keeping.site.url}{inner}'></iframe>")
    await keeping.go(keeping.site.other + foreign)
    await keeping.do(Type(text=PW, into=keeping.place("Password")))
    assert await keeping.page().frames[1].input_value("#f") == VALUE

    await keeping.show(f"<iframe src='{keeping.site.other}{inner}'></iframe>")
    with pytest.raises(Blocked, match="was to be typed at"):
        await keeping.do(Type(text=PW, into=keeping.place("Password")))
    assert await keeping.page().frames[1].input_value("#f") == ""


async def test_a_sandboxed_frame_has_no_origin_to_allow(keeping: Visitor) -> None:
    inner = keeping.site.page("<input id=f type=password aria-label=Password>")
    await keeping.show(f"<iframe sandbox='allow-scripts' src='{inner}'></iframe>")
    with pytest.raises(Blocked, match="typed at null"):
        await keeping.do(Type(text=PW, into=keeping.place("Password")))


async def test_a_foreign_page_that_takes_the_focus_away_gets_nothing(keeping: Visitor) -> None:
    inner = keeping.site.page("<input id=f type=password aria-label=Password>")
    thief = keeping.site.page(
        f"<input id=t type=password aria-label=Thief><iframe src='{keeping.site.url}{inner}'></iframe>"
        "<script>setInterval(() => document.activeElement.tagName == 'IFRAME' && t.focus(), 1)</script>"
    )
    await keeping.go(keeping.site.other + thief)
    with pytest.raises(Blocked):
        await keeping.do(Type(text=PW, into=keeping.place("Password")))
    assert await keeping.value("#t") == ""


async def test_patched_built_ins_learn_nothing_of_the_value_before_it_is_there(keeping: Visitor) -> None:
    await keeping.show(
        "<input id=f type=password aria-label=Password>",
        head="<script>var heard = []; const log = (...a) => { heard.push(a.join()); };"
        "for (const name of ['includes', 'indexOf', 'match', 'search', 'replace'])"
        "{ const old = String.prototype[name]; String.prototype[name] = function (...a) "
        "{ log(this, ...a); return old.apply(this, a); } }"
        "Document.prototype.execCommand = log; Array.prototype.includes = log;</script>",
    )
    await keeping.do(Type(text=PW, into=keeping.place("Password")))
    assert await keeping.value("#f") == VALUE
    assert not [said for said in await keeping.page().evaluate("heard") if "Tr0ub" in said]


async def test_only_what_was_given_can_be_typed_and_only_alone(keeping: Visitor) -> None:
    await keeping.show("<input type=password aria-label=Password><select aria-label=List><option>a</select>")
    place = keeping.place("Password")
    with pytest.raises(ActionError, match="no secret is named other"):
        await keeping.do(Type(text="<secret:other>", into=place))
    with pytest.raises(ActionError, match="typed alone"):
        await keeping.do(Type(text="x<secret:pw>", into=place))
    with pytest.raises(ActionError, match="only be typed into a field"):
        await keeping.do(Select(at=keeping.place("List"), option=PW))
    with pytest.raises(ActionError, match="only be typed into a field"):
        await keeping.do(Open(target=f"{keeping.site.url}/?q={PW}"))


async def test_a_dialog_does_not_get_it(keeping: Visitor) -> None:
    await keeping.show("<button onclick='answer = prompt(\"Password?\")'>Ask</button>")
    await keeping.click("Ask")
    with pytest.raises(ActionError, match="dialog shows"):
        await keeping.do(Type(text=PW))
    await keeping.do(Press(keys=("escape",)))


async def test_a_browser_without_secrets_does_not_type_their_names(web: Visitor) -> None:
    await web.show("<input id=f type=password aria-label=Password>")
    with pytest.raises(ActionError, match="was not given to this run"):
        await web.do(Type(text=PW, into=web.place("Password")))


def test_a_secret_does_not_say_its_value() -> None:
    assert VALUE not in repr(Secret("pw", SecretStr(VALUE)))


def test_what_could_not_be_masked_is_refused() -> None:
    with pytest.raises(UsageError, match="the secret pin has fewer than 4"):
        Secret("pin", SecretStr("1 2 3"))


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("example.com", "https://example.com"),
        ("EXAMPLE.com:443/login?x#y", "https://example.com"),
        ("http://user@example.com:80", "http://example.com"),
        ("localhost:8000", "http://localhost:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("münchen.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_origins_are_written_as_browsers_do(address: str, origin: str) -> None:
    assert origin_of(address) == origin


async def test_hints_say_how_to_type_it(keeping: Visitor) -> None:
    seen = await keeping.show("x")
    assert "Type <secret:pw>, <secret:pin> exactly so" in words(seen)
