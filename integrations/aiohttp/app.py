"""aiohttp's client with logcorr: calls at the same time, a redirect to a stranger, a timeout, each with its record.

python integrations/aiohttp/app.py
"""

import asyncio

import aiohttp
from aiohttp import web

import logcorr
from logcorr.integrations.aiohttp import instrument

logcorr.configure(service="tickets", level="info,logcorr.client=debug", console=False)
instrument(hosts=["127.0.0.1"])  # and so not "localhost", the stranger here
log = logcorr.get_logger("tickets")


async def seats(request: web.Request) -> web.Response:
    with logcorr.operation("count seats", kind="server", parent=logcorr.extract(request.headers)):
        logcorr.get_logger("hall").info("Counted")
    return web.json_response(12)


async def moved(request: web.Request) -> web.Response:
    raise web.HTTPFound(f"http://localhost:{request.url.port}/stranger")


async def stranger(request: web.Request) -> web.Response:
    return web.json_response(sorted({"traceparent", "baggage"} & {name.lower() for name in request.headers}))


async def hangs(_: web.Request) -> web.Response:
    await asyncio.sleep(600)
    return web.Response()


async def sell(session: aiohttp.ClientSession) -> None:
    with logcorr.operation("sell", runId="run-1", tenantId="tenant-7"):

        async def count(hall: str) -> int:
            async with session.get(f"/seats/{hall}") as response:
                return int(await response.json())

        log.info("Counted", free=sum(await asyncio.gather(count("a"), count("b"))))


async def follow(session: aiohttp.ClientSession) -> None:
    with logcorr.operation("follow", runId="run-2", tenantId="tenant-7"):
        async with session.get("/moved") as response:
            log.info("Followed", told=await response.json())


async def wait(session: aiohttp.ClientSession) -> None:
    with logcorr.operation("wait", runId="run-3", tenantId="tenant-7"):
        try:
            await session.get("/hangs", timeout=aiohttp.ClientTimeout(0.2))
        except TimeoutError:
            log.warning("Waited in vain")


async def main() -> None:
    app = web.Application()
    routes = {"/seats/{hall}": seats, "/moved": moved, "/stranger": stranger, "/hangs": hangs}
    app.add_routes([web.get(path, handler) for path, handler in routes.items()])
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
        await sell(session)
        await follow(session)
        await wait(session)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
