"""From a spec to a model that can be called."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from reasonloom.errors import SpecError
from reasonloom.models.profiles import Entry, load
from reasonloom.models.protocol import Model
from reasonloom.spec import Spec, parse, unknown

BUILT_IN = ("nano", "replay", "record")
_HELP = "; or write openai:MODEL@URL, local:PATH, replay:FILE"


def resolve(spec: Spec | str, cache: Path | str | None = None) -> Model:
    """The model that `spec` names, with what it needs around it.

    openai:MODEL@URL   an endpoint: Repeated(Retried(Limited(OpenAIModel)))
    local:PATH, nano   a local model
    replay:FILE        replies recorded in FILE, no model behind
    record(file="FILE", model=SPEC)  a model whose replies are recorded
    NAME               an entry of the user's file

    cache  a SQLite file that keeps and returns replies; none for no cache

    Raises SpecError for unknown names, with the nearest known one.
    """
    model = _resolve(spec)
    if cache is None:
        return model
    from reasonloom.models.cached import Cached

    return Cached(model, Path(cache))


def _resolve(spec: Spec | str) -> Model:
    if isinstance(spec, str):
        if spec.strip().startswith("replay:"):
            return _replay(spec.strip().removeprefix("replay:"))
        spec = parse(spec)
    if spec.scheme == "openai":
        return _endpoint(spec, Entry(str(spec)))
    if spec.scheme == "local":
        return _local(str(spec.location))
    if spec.scheme == "replay":
        return _replay(spec.name)
    return _named(spec)


def _named(spec: Spec) -> Model:
    if spec.scheme is None and spec.name == "nano":
        _no_args(spec)
        return _local(str(Path(__file__).parents[1] / "nano" / "weights"), "nano")
    if spec.scheme is None and spec.name == "replay":
        return _replay(_file_of(spec, ("file",)))
    if spec.scheme is None and spec.name == "record":
        return _record(spec)
    entries = load()
    if spec.scheme is None and spec.name in entries:
        _no_args(spec)
        return _from_entry(spec.name, entries[spec.name])
    raise SpecError(unknown("model", str(spec), [*BUILT_IN, *entries]) + _HELP)


def _from_entry(name: str, found: Entry) -> Model:
    inner = parse(found.spec)
    if inner.scheme == "openai":
        return _endpoint(inner, found)
    if inner.scheme == "local":
        return _local(str(inner.location))
    raise SpecError(
        f"the model {name!r} of the user's file has the spec {found.spec!r}:"
        " it takes openai:MODEL@URL or local:PATH"
    )


def _endpoint(spec: Spec, found: Entry) -> Model:
    from reasonloom.models.endpoint import default_url
    from reasonloom.models.limited import Limited, gate_of
    from reasonloom.models.openai import OpenAIModel
    from reasonloom.models.probed import remembered
    from reasonloom.models.repeated import Repeated
    from reasonloom.models.retried import Retried

    url = (spec.location or default_url()).rstrip("/")
    endpoint = found.endpoint(spec.name, url)
    profile = found.profile(spec.name)
    if profile.features is None:
        profile = dataclasses.replace(profile, features=remembered(endpoint.name))
    gate = gate_of(endpoint.url, endpoint.max_in_flight)
    return Repeated(Retried(Limited(OpenAIModel(endpoint, profile), gate)))


def _local(path: str, name: str | None = None) -> Model:
    from reasonloom.models.local import LocalModel

    return LocalModel.open(path, name=name)


def _replay(file: str) -> Model:
    from reasonloom.models.recorded import Replayed

    if not file:
        raise SpecError("replay: names no file: write replay:FILE")
    return Replayed(Path(file))


def _record(spec: Spec) -> Model:
    from reasonloom.models.recorded import Recorded

    file = _file_of(spec, ("file", "model"))
    inner = spec.args.get("model")
    if inner is None:
        raise SpecError(f'{spec} names no model: write record(file="FILE", model=SPEC)')
    return Recorded(_resolve(inner), Path(file))


def _file_of(spec: Spec, known: tuple[str, ...]) -> str:
    for key in spec.args:
        if key not in known:
            raise SpecError(unknown("option", key, known, f"of {spec.name}"))
    file = spec.args.get("file")
    if file is None:
        raise SpecError(f'{spec} names no file: write {spec.name}(file="FILE")')
    return str(file)


def _no_args(spec: Spec) -> None:
    if spec.args:
        raise SpecError(f"{spec.name} takes no options, and {', '.join(spec.args)} was given")
