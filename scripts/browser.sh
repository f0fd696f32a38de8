#!/bin/sh
# Installs Debian's Chromium, a Chinese font and pdftotext for the tests, only when they are missing.
set -eu
fonts=/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing="chromium"
[ -e "$fonts" ] || { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ]; } || missing="$missing fonts-noto-cjk"
command -v pdftotext >/dev/null || missing="$missing poppler-utils"
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "onevisit: the tests need $missing - install them with this system's package manager" >&2
  exit 1
fi
as_root=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "onevisit: the tests need $missing - run as root: apt-get install $missing" >&2; exit 1; }
  as_root="sudo"
fi
echo "installing $missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update
# shellcheck disable=SC2086 # the names are separate words
$as_root apt-get -qq install -y --no-install-recommends $missing >/dev/null
