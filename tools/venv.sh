#!/bin/sh
# Make the virtual environment $2 with the interpreter $1, and a pip in it that knows dependency groups.
set -eu
python=$1 venv=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "logcorr needs Python 3.11 or later; '$python' is $("$python" --version 2>&1). Try: make PYTHON=python3.12 ..." >&2
    exit 1
}
# Debian's own python3 comes without ensurepip.
"$python" -c 'import ensurepip, venv' 2>/dev/null || sh "$(dirname "$0")/packages.sh" python3-venv
rm -rf "$venv"
"$python" -m venv "$venv"
"$venv/bin/pip" install --quiet --upgrade 'pip>=25.1'
