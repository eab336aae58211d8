"""HTTP below the model protocol: one aiohttp session per event loop, typed errors, no key in them.

aiohttp and not httpx or an SDK, because on few cores the client decides how many calls can be in
flight (benchmarks/client.py).
"""

from __future__ import annotations

import asyncio
import email.utils
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, NoReturn
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson
from yarl import URL

from reasonloom.errors import (
    AuthenticationFailed,
    BadReply,
    BadRequest,
    ConnectionBroke,
    ConnectionFailed,
    ModelError,
    RateLimited,
    ServerFailed,
    TimedOut,
)
from reasonloom.models.codec import pack
from reasonloom.models.endpoint import Endpoint

MAX_REPLY_BYTES = 256 << 20
"""Larger replies are refused: our choice, far over any real one with log-probabilities."""
MAX_QUOTE = 300
"""Characters of an endpoint's own error message that ours repeats."""


class _Kept(NamedTuple):
    session: aiohttp.ClientSession
    keeper: AsyncGenerator[aiohttp.ClientSession, None]


class Http:
    """Posts JSON to one endpoint. Sessions live as long as their event loop, or until `close`."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._kept: dict[asyncio.AbstractEventLoop, _Kept] = {}
        limits = endpoint.timeouts
        self._whole = aiohttp.ClientTimeout(total=limits.total, sock_connect=limits.connect)
        self._stream = aiohttp.ClientTimeout(
            total=limits.total, sock_connect=limits.connect, sock_read=limits.idle
        )
        self._urls: dict[str, URL] = {}

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The parsed JSON of a 200 reply. Raises a ModelError for everything else."""
        kept = self._kept.get(asyncio.get_running_loop())
        session = kept.session if kept else await self._open()
        try:
            async with session.post(
                self._url(path),
                data=pack(body),
                headers=self._headers(),
                timeout=self._whole,
                allow_redirects=False,
            ) as reply:
                raw = await self._read(reply)
                if reply.status != 200:
                    self._refuse(reply, raw)
        except (aiohttp.ClientError, OSError) as bad:
            raise self._failure(bad) from None
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as bad:
            raise BadReply(
                f"{self.endpoint.name} sent a reply that is not JSON ({bad}):"
                f" {_quote(raw.decode('utf-8', 'replace'))!r}"
            ) from None

    @asynccontextmanager
    async def open_stream(
        self, path: str, body: Mapping[str, Any]
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """The pieces of a streamed reply's body, in whatever sizes the network delivers them."""
        kept = self._kept.get(asyncio.get_running_loop())
        session = kept.session if kept else await self._open()
        try:
            async with session.post(
                self._url(path),
                data=pack(body),
                headers=self._headers(),
                timeout=self._stream,
                allow_redirects=False,
            ) as reply:
                if reply.status != 200:
                    self._refuse(reply, await self._read(reply))
                yield reply.content.iter_any()
        except (aiohttp.ClientError, OSError) as bad:
            raise self._failure(bad) from None

    async def close(self) -> None:
        """Close this loop's session; a later call opens a new one."""
        kept = self._kept.pop(asyncio.get_running_loop(), None)
        if kept is not None:
            await kept.keeper.aclose()

    async def _open(self) -> aiohttp.ClientSession:
        # asyncio closes the async generators of a loop before it closes the loop, so a session
        # held by one is closed in its own loop even where nobody calls `close`.
        for loop in [loop for loop in self._kept if loop.is_closed()]:
            del self._kept[loop]
        keeper = _keep(self.endpoint.url)
        session = await anext(keeper)
        self._kept[asyncio.get_running_loop()] = _Kept(session, keeper)
        return session

    def _url(self, path: str) -> URL:
        url = self._urls.get(path)
        if url is None:
            url = self._urls[path] = URL(self.endpoint.url_of(path))
        return url

    def _headers(self) -> dict[str, str]:
        key = self.endpoint.key()
        if key is None:
            return {"Content-Type": "application/json"}
        return {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}

    async def _read(self, reply: aiohttp.ClientResponse) -> bytes:
        size = reply.content_length
        if size is not None and size <= MAX_REPLY_BYTES:
            return await reply.read()
        parts, got = [], 0
        async for part in reply.content.iter_any():
            parts.append(part)
            got += len(part)
            if max(size or 0, got) > MAX_REPLY_BYTES:
                raise BadReply(
                    f"{self.endpoint.name} sent more than {MAX_REPLY_BYTES >> 20} MiB:"
                    " ask for fewer samples or log-probabilities"
                )
        return b"".join(parts)

    def _refuse(self, reply: aiohttp.ClientResponse, raw: bytes) -> NoReturn:
        if reply.status == 429 and b"insufficient_quota" in raw:
            raise AuthenticationFailed(
                f"{self.endpoint.name}: the quota behind {self.endpoint.key_source()} is spent:"
                " waiting does not help, check the plan or use another key"
            )
        said = self._redacted(message_of(raw))
        raise refusal(self.endpoint, reply.status, said, retry_after(reply.headers, time.time()))

    def _redacted(self, text: str) -> str:
        key = self.endpoint.key()
        return text.replace(key, "***") if key else text

    def _failure(self, bad: BaseException) -> ModelError:
        name, limits = self.endpoint.name, self.endpoint.timeouts
        address = f"{urlsplit(self.endpoint.url).netloc}"
        if isinstance(bad, aiohttp.ConnectionTimeoutError):
            return TimedOut(
                f"{name}: no connection within {limits.connect:g} s: is {address} reachable?"
            )
        if isinstance(bad, aiohttp.SocketTimeoutError):
            return TimedOut(f"{name}: the stream was silent for {limits.idle:g} s")
        if isinstance(bad, TimeoutError):
            return TimedOut(
                f"{name}: no reply within {limits.total:g} s:"
                " lower max_tokens or raise timeouts.total in its profile"
            )
        if isinstance(bad, aiohttp.ClientConnectorDNSError):
            return ConnectionFailed(
                f"{name}: the host name in {self.endpoint.url} does not resolve: check the URL"
            )
        if isinstance(bad, aiohttp.ClientSSLError | ssl.SSLError):
            return ConnectionFailed(
                f"{name}: no secure connection to {address} ({bad}):"
                " check the certificate, or write http:// if the server has none"
            )
        if isinstance(bad, aiohttp.ClientConnectorError):
            return ConnectionFailed(
                f"{name}: nobody answers at {self.endpoint.url}:"
                " check that the server runs and that host and port are right"
            )
        if isinstance(bad, aiohttp.ClientResponseError):
            return BadReply(f"{name}: {address} does not speak HTTP as it should: check the URL")
        return ConnectionBroke(f"{name}: the connection broke before the reply was complete")


async def _keep(url: str) -> AsyncGenerator[aiohttp.ClientSession, None]:
    # limit=0: aiohttp's default of 100 connections would silently cap the calls in flight.
    connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=300)
    session = aiohttp.ClientSession(connector=connector, proxy=_proxy(url))
    try:
        yield session
    finally:
        await session.close()


def _proxy(url: str) -> str | None:
    # Looked up once a session: aiohttp's trust_env would do it at every call, and would send
    # credentials from ~/.netrc.
    parts = urlsplit(url)
    if proxy_bypass(parts.netloc):
        return None
    return getproxies().get(parts.scheme)


def refusal(endpoint: Endpoint, status: int, said: str, wait: float | None) -> ModelError:
    """The error for a reply that is not 200; `said` is the endpoint's own message."""
    name = endpoint.name
    tail = f": {_quote(said)}" if said else ""
    if status in (401, 403):
        # Endpoints repeat parts of the key in this message, so it is left out.
        source = endpoint.key_source()
        return AuthenticationFailed(f"{name} refused the key ({status}): check {source}")
    if status == 429:
        pause = f" (wait {wait:g} s)" if wait is not None else ""
        return RateLimited(f"{name} asks to slow down (429){pause}{tail}", wait)
    if status == 408:
        return TimedOut(f"{name} gave up waiting (408){tail}")
    if status >= 500:
        return ServerFailed(f"{name} failed ({status}){tail}", wait)
    if status == 404:
        tail += ": check the URL (it mostly ends in /v1) and the model's name"
    if 300 <= status < 400:
        tail = " with a redirect: give the address that it leads to"
    return BadRequest(f"{name} refused the request ({status}){tail}")


def message_of(raw: bytes) -> str:
    """The message inside an error body of any of the usual shapes, or the body itself."""
    text = raw[:20_000].decode("utf-8", "replace")
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return "" if text.lstrip().startswith("<") else text
    if isinstance(body, dict):
        found = body.get("error") or body.get("detail") or body.get("message") or ""
        if isinstance(found, dict):
            found = found.get("message") or ""
        return found if isinstance(found, str) else orjson.dumps(found).decode()
    return text


def _quote(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_QUOTE else line[:MAX_QUOTE] + " ..."


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait by the Retry-After header (seconds or an HTTP date); None without one."""
    value = headers.get("Retry-After")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(value).timestamp() - now
        except ValueError:
            return None
    return max(0.0, seconds) if seconds == seconds else None
