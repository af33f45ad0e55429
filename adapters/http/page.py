"""``/docs``: the OpenAPI document as one plain page. No script and nothing from elsewhere: it works offline, and runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from bot.core.wording import Text, text
from bot.speech import Reader, say

# Any: an OpenAPI document is JSON of many forms.
Json = dict[str, Any]
_STYLE = (
    "body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2430;background:#fff}"
    "h2,h3{border-top:1px solid #d5dae2;padding-top:1rem;overflow-wrap:anywhere}code{font-size:.95em}dt{font-weight:600}"
)


def page(document: Json, reader: Reader) -> str:
    """The page in the reader's language; what describes routes and fields is the document's own."""
    info = document["info"]
    title = escape(str(info["title"]))
    parts = [f"<h1>{title}</h1>", f"<p>{escape(str(info.get('description', '')))}</p>", _machine(reader)]
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            parts += _route(f"{method.upper()} {path}", route, reader)
    parts.append(f"<h2>{_said(text('http.docs.shapes'), reader)}</h2>")
    for name, shape in document.get("components", {}).get("schemas", {}).items():
        parts += _shape(name, shape)
    head = f'<!doctype html>\n<html lang="{reader.language}">\n<meta charset="utf-8">\n<title>{title}</title>\n'
    view = '<meta name="viewport" content="width=device-width">\n'
    return f"{head}{view}<style>{_STYLE}</style>\n" + "\n".join(parts) + "\n</html>\n"


def _said(message: Text, reader: Reader) -> str:
    return escape(say(message, reader))


def _machine(reader: Reader) -> str:
    before, after = _said(text("http.docs.machine", link="\0"), reader).split("\0")
    return f'<p>{before}<a href="/openapi.json">/openapi.json</a>{after}</p>'


def _route(heading: str, route: Json, reader: Reader) -> Iterator[str]:
    yield f"<h2><code>{escape(heading)}</code></h2>"
    yield f"<p>{escape(str(route.get('description') or route.get('summary', '')))}</p>"
    if parameters := route.get("parameters"):
        yield f"<h4>{_said(text('http.docs.parameters'), reader)}</h4>"
        yield from _fields({one["name"]: one.get("schema", {}) for one in parameters}, _needed(parameters))
    if body := _content(route.get("requestBody", {})):
        yield f"<h4>{_said(text('http.docs.body'), reader)}</h4><p>{_kind(body)}</p>"
    yield f"<h4>{_said(text('http.docs.answers'), reader)}</h4><dl>"
    for status, found in route.get("responses", {}).items():
        yield f"<dt>{escape(status)}</dt><dd>{_kind(_content(found)) or escape(str(found.get('description', '')))}</dd>"
    yield "</dl>"


def _needed(parameters: list[Json]) -> list[str]:
    return [one["name"] for one in parameters if one.get("required")]


def _shape(name: str, shape: Json) -> Iterator[str]:
    yield f'<h3 id="{escape(name)}">{escape(name)}</h3><p>{escape(str(shape.get("description", "")))}</p>'
    yield from _fields(shape.get("properties", {}), shape.get("required", []))


def _fields(fields: Json, required: list[str]) -> Iterator[str]:
    """A field that has to be there is marked with a star."""
    yield "<ul>"
    for name, schema in fields.items():
        yield f"<li><code>{escape(name)}</code>{'*' if name in required else ''} {_kind(schema)}</li>"
    yield "</ul>"


def _content(holder: Json) -> Json:
    """The shape of a body or an answer; empty where it has none."""
    found: Json = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _kind(schema: Json) -> str:
    """What a value is, in the words of JSON Schema."""
    if reference := schema.get("$ref"):
        name = escape(str(reference).rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if options := schema.get("anyOf"):
        return " | ".join(_kind(option) for option in options)
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    told = [schema.get("type", ""), schema.get("format", ""), ", ".join(map(str, schema.get("enum", ())))]
    told.append(" ".join(f"{name}={schema[name]}" for name in ("minLength", "maxLength", "minimum", "maximum") if name in schema))
    return escape(" ".join(filter(None, map(str, told))))
