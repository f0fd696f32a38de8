#!/bin/sh
# Installs Debian's Chromium and a Chinese font for the browser tests, only when they are missing.
set -eu
fonts=/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing="chromium"
[ -e "$fonts" ] || { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ]; } || missing="$missing fonts-noto-cjk"
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "onevisit: the browser tests need$([ -n "$missing" ] && echo " $missing") - install Chromium and a Chinese font with this system's package manager" >&2
  exit 1
fi
as_root=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "onevisit: the browser tests need $missing - run as root: apt-get install $missing" >&2; exit 1; }
  as_root="sudo"
fi
echo "installing $missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update
# shellcheck disable=SC2086 # the names are separate words
$as_root apt-get -qq install -y --no-install-recommends $missing >/dev/null
