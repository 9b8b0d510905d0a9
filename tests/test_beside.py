from __future__ import annotations

import anyio
import anyio.lowlevel
import pytest

from signpost.beside import beside

pytestmark = pytest.mark.anyio


async def test_work_goes_on_while_the_block_does_and_ends_with_it() -> None:
    rounds: list[int] = []

    async def for_ever() -> None:
        while True:
            rounds.append(len(rounds))
            await anyio.lowlevel.checkpoint()

    async with beside(for_ever()):
        while len(rounds) < 3:
            await anyio.lowlevel.checkpoint()
    ended = len(rounds)
    await anyio.sleep(0.01)
    assert len(rounds) == ended


async def test_work_ends_though_the_block_fails() -> None:
    ended: list[str] = []

    async def waits() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("ended")

    async def fails() -> None:
        async with beside(waits()):
            await anyio.lowlevel.checkpoint()
            raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        await fails()
    assert ended == ["ended"]
