"""Names of apps in two languages, as people and models say them, find the package that the phone has."""

from __future__ import annotations

import pytest

from actions import TargetNotFound
from envs.android.apps import display_name, known_names, names_of, read_launchable, which

INSTALLED = (
    "com.android.settings", "com.google.android.apps.maps", "com.tencent.mm", "com.google.android.keep",
    "com.gotokeep.keep", "com.android.chrome", "com.acme.bigParcelTracker", "com.google.android.apps.messaging",
    "com.simplemobiletools.smsmessenger", "com.twitter.android", "ctrip.english",
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "package"),
    [
        ("Settings", "com.android.settings"),
        ("设置", "com.android.settings"),
        ("settings app", "com.android.settings"),
        ("微信", "com.tencent.mm"),
        ("WeChat", "com.tencent.mm"),
        ("微信应用", "com.tencent.mm"),
        ("google chrome", "com.android.chrome"),
        ("maps", "com.google.android.apps.maps"),
        ("Keep", "com.gotokeep.keep"),  # its first name; Google's is called Google Keep
        ("Google Keep", "com.google.android.keep"),
        ("Messages", "com.google.android.apps.messaging"),
        ("com.android.chrome", "com.android.chrome"),
        ("Big Parcel Tracker", "com.acme.bigParcelTracker"),
        ("parcel", "com.acme.bigParcelTracker"),
        ("X", "com.twitter.android"),
        ("Trip.com", "ctrip.english"),
    ],
)
def test_a_name_finds_its_app(wanted: str, package: str) -> None:
    assert which(wanted, INSTALLED) == package


def test_what_the_phone_itself_calls_an_app_counts_too() -> None:
    assert which("Sendungen", INSTALLED, {"com.acme.bigParcelTracker": "Sendungen"}) == "com.acme.bigParcelTracker"


def test_a_known_app_that_is_not_installed_is_not_found() -> None:
    with pytest.raises(TargetNotFound, match="has no app 'Spotify'"):
        which("Spotify", INSTALLED)


def test_near_names_are_told() -> None:
    with pytest.raises(TargetNotFound, match="near to that: Settings"):
        which("Setings", INSTALLED)


def test_without_near_names_those_that_there_are_are_told() -> None:
    with pytest.raises(TargetNotFound, match="it has: BigParcelTracker|it has: Big Parcel Tracker"):
        which("qqqqqq", INSTALLED)


def test_several_that_fit_are_told_with_their_packages() -> None:
    with pytest.raises(TargetNotFound, match=r"several apps.*com\.a\.notes.*com\.b\.notes"):
        which("notes", ("com.a.notes", "com.b.notes"))


@pytest.mark.parametrize("wanted", ["", "?!", "app"])
def test_a_name_that_says_nothing_finds_nothing(wanted: str) -> None:
    with pytest.raises(TargetNotFound):
        which(wanted, INSTALLED)


def test_every_known_app_has_names_and_is_found_by_the_first() -> None:
    known = known_names()
    assert len(known) > 150
    for package, names in known.items():
        assert names
        assert all(name.strip() == name and name for name in names)
        assert which(names[0], (package, "com.other.thing")) == package


def test_an_unknown_app_is_called_by_its_package() -> None:
    assert display_name("com.android.chrome") == "Chrome"
    assert names_of("com.acme.bigParcelTracker") == ("Big Parcel Tracker", "com.acme.bigParcelTracker")
    assert display_name("com.android.app") == "com.android.app"
    assert display_name("") == ""


def test_an_app_is_called_in_the_language_of_the_phone() -> None:
    assert display_name("com.tencent.mm") == "WeChat"
    assert display_name("com.tencent.mm", chinese=True) == "微信"
    assert display_name("com.whatsapp", chinese=True) == "WhatsApp"


def test_the_components_of_a_listing() -> None:
    listing = """2 activities found:
  Activity #0:
    priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true
    com.android.settings/.Settings
  Activity #1:
    priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=false
    com.acme.app/com.acme.app.Main$Alias
  Activity #2:
    com.acme.app/.Second
"""
    assert read_launchable(listing) == {
        "com.android.settings": "com.android.settings/.Settings",
        "com.acme.app": "com.acme.app/com.acme.app.Main$Alias",
    }
    assert read_launchable("No activities found") == {}
