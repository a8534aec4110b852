"""Book a room in the bundled hotel with the embedded reader: no account, no key, no internet.

python examples/book_a_room.py "book a room in Porto for Zoë Müller, 1 guest"
"""

import asyncio
import sys

from agent import run
from envs.demo.hotel import hotel
from envs.web import WebEnv


async def main(instruction: str) -> int:
    async with hotel() as site:
        outcome = await run(instruction, env=WebEnv(site.url))
        print(outcome.status, outcome.answer or outcome.reason)
        for booking in site.bookings():
            print("the hotel's database says:", booking)
    return outcome.exit_code


if __name__ == "__main__":
    sys.exit(asyncio.run(main(" ".join(sys.argv[1:]) or "book a room")))
