#!/bin/sh
# Install the Debian packages named, those that are not there yet. Needs root only where something is missing.
set -eu
missing=
for package in "$@"; do
    dpkg-query --show --showformat '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "the tests need the Debian packages$missing: apt-get install$missing" >&2; exit 1; }
    sudo=sudo
fi
echo "installing$missing"
# The servers are started by the tests, each on a port of its own, not by the system.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
    $sudo chmod 755 "$policy"
    trap '$sudo rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
# shellcheck disable=SC2086  a list of words
$sudo apt-get install -qq --yes --no-install-recommends $missing >/dev/null
