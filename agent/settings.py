"""What a user may set once instead of on every command line: `AGENT_*` variables, then `agent.toml` in this folder.

Flags come before both; the command line hands them in as keyword arguments.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from actions import Language, UsageError

FILE = "agent.toml"
_OF_ONE_PLATFORM = {
    "url": ("web",), "cdp": ("web",), "browser": ("web",), "headed": ("web",), "display": ("desktop",),
    "serial": ("android",), "app": ("desktop", "android"),
}  # fmt: skip


class Settings(BaseSettings):
    """Everything that a run can be told, with its default."""

    model_config = SettingsConfigDict(env_prefix="AGENT_", toml_file=FILE, extra="forbid", env_ignore_empty=True)

    env: Literal["web", "desktop", "android"] = Field("web", description="which screen to drive")
    url: str | None = Field(None, description="where a web run starts; the bundled hotel if none is given")
    base_url: str | None = Field(
        None, description="the model's OpenAI-compatible API; the embedded reader if none is given"
    )
    model: str | None = Field(None, description="the model's name as the server knows it")
    api_key: SecretStr | None = Field(None, description="the server's key; better in AGENT_API_KEY than in a file")
    endpoint_timeout: float = Field(120, gt=0, description="seconds of silence before the server counts as gone")
    dialect: str | None = Field(
        None, description="how the model is spoken to; chosen by model and platform if not given"
    )
    prompts: Path | None = Field(None, description="a folder whose text files replace the dialects' wording")
    language: Language | None = Field(
        None, description="the language of the prompts, en or zh; the instruction's own if not given"
    )
    thinking: Literal["on", "off"] | Annotated[int, Field(ge=1)] | None = Field(
        None, description="on, off, or the most tokens of thinking in an answer; left to the server if not given"
    )
    early_stop: bool = Field(True, description="close the connection as soon as an answer's action is whole")
    max_steps: int = Field(50, ge=1, description="calls of the model before the run ends as step_limit")
    timeout: float | None = Field(None, gt=0, description="seconds before the run ends as budget")
    max_tokens: int | None = Field(None, ge=1, description="prompt and answer tokens before the run ends as budget")
    headed: bool = Field(False, description="show the browser's window")
    browser: str | None = Field(None, description="the browser to start, as a path")
    cdp: str | None = Field(None, description="attach to a running Chrome at this DevTools address")
    display: str | None = Field(
        None, description="the X display to drive, such as :0, or `virtual` for a desktop made for the run"
    )
    serial: str | None = Field(
        None, description="the phone as `adb devices` names it, HOST:PORT, or `virtual` for the bundled one"
    )
    app: str | None = Field(None, description="the application to open first, on a desktop or a phone")
    viewport: str = Field(
        "1280x800",
        pattern=r"^\d{2,5}x\d{2,5}$",
        description="the size of the page or the virtual desktop, WIDTHxHEIGHT",
    )

    @field_validator("thinking", mode="before")
    @classmethod
    def _switch(cls, thinking: Any) -> Any:
        # TOML has a word for it
        return {True: "on", False: "off"}[thinking] if isinstance(thinking, bool) else thinking

    @field_validator("viewport")
    @classmethod
    def _sensible(cls, size: str) -> str:
        if not all(200 <= int(side) <= 8192 for side in size.split("x")):
            raise ValueError("each side must have 200 to 8192 pixels")
        return size

    @property
    def viewport_size(self) -> tuple[int, int]:
        """The page's width and height in CSS pixels."""
        width, height = self.viewport.split("x")
        return int(width), int(height)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(**flags: Any) -> Settings:
    """The settings, flags first; a flag that is None was not given. Raises UsageError naming what is wrong.

    What a file or a variable says of another platform than the one that is asked for is left alone; a flag is refused.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg'].lower()}" for fault in error.errors()
        )
        raise UsageError(f"settings that cannot be used (flags, AGENT_* variables or {FILE}): {faults}") from error
    except ValueError as error:
        raise UsageError(f"{FILE} cannot be read: {error}") from error
    for name in given:
        if settings.env not in (platforms := _OF_ONE_PLATFORM.get(name, (settings.env,))):
            raise UsageError(f"--{name} goes with --env {' or '.join(platforms)}; this is --env {settings.env}")
    return settings
