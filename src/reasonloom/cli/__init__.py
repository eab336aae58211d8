"""The command `loom`: one module a noun; heavy imports happen inside the commands."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `loom`. Errors that we know are one sentence on stderr; exit code 2 for usage, else 1."""
    from reasonloom.cli.app import app
    from reasonloom.errors import LoomError

    try:
        app(args=arguments, prog_name="loom")
    except LoomError as error:
        print(f"loom: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("loom: interrupted", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
