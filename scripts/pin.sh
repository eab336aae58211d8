#!/usr/bin/env bash
# Print the exact versions that an environment holds: scripts/pin.sh [PYTHON]
#
# The local part of a version (2.13.0+cpu) is cut, so that the pin fits every build of it.
set -euo pipefail
python=${1:-.venv/bin/python}
pins=$("$python" -m pip freeze --all --exclude-editable --exclude reasonloom --exclude pip | sed -E 's/\+[A-Za-z0-9.]+$//')
if grep -E ' @ |://' <<<"$pins" >&2; then
  echo "pin.sh: these were installed from a path or an address; install them from an index first" >&2
  exit 1
fi
printf '%s\n' "# The known-good set, resolved on CPython 3.11; written by make pin." "$pins"
