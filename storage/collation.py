"""Texts on PostgreSQL are compared byte by byte, as on SQLite: ranges of keys and orders must not depend on a server's locale."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.ext.compiler import compiles


# Any: what SQLAlchemy hands on to its own compilers.
@compiles(String, "postgresql")
def _varchar(kind: String, compiler: PGTypeCompiler, **how: Any) -> str:
    return f'{compiler.visit_VARCHAR(kind, **how)} COLLATE "C"'


@compiles(Text, "postgresql")
def _text(kind: Text, compiler: PGTypeCompiler, **how: Any) -> str:
    return f'{compiler.visit_TEXT(kind, **how)} COLLATE "C"'
