#!/usr/bin/env bash
# The browser tests want Chromium. As root on Debian it is installed where it is missing; everywhere else, and when
# that fails, those tests are skipped with a reason. Never fails.
command -v chromium chromium-browser google-chrome >/dev/null 2>&1 && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "no Chromium here: the browser tests will be skipped" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
echo "installing Chromium for the browser tests" >&2
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation; } >/dev/null 2>&1 ||
  echo "Chromium could not be installed: the browser tests will be skipped" >&2
exit 0
