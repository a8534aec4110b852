"""Test what surrounds the model without a model: a script answers in its place, on a real page."""

import asyncio

from agent import ScriptedEndpoint, read_trace, run
from envs.demo.hotel import hotel
from envs.web import WebEnv

ANSWERS = [
    "Help explains the house rules. <|begin_of_box|>left_click(start_box='[740,39]')<|end_of_box|>\nMemory:\n[]",
    "That is the page. <|begin_of_box|>DONE()<|end_of_box|>\nMemory:\n[]",
]


async def main() -> None:
    async with hotel() as site:
        model = ScriptedEndpoint(ANSWERS)
        outcome = await run("open the help page", env=WebEnv(site.url), endpoint=model, dialect="glm41v-pc")
    assert outcome.trace is not None
    for step in read_trace(outcome.trace).steps:
        print(step.n, step.seen.title, "->", step.decision and step.decision.action.kind)
    print(outcome.status, "after", len(model.requests), "requests")


if __name__ == "__main__":
    asyncio.run(main())
