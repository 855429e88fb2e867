#!/bin/sh
# The browser that the tests drive, and a Chinese font: installed where that is possible, else named.
need=""
command -v chromium >/dev/null 2>&1 || need="chromium"
fc-list :lang=zh 2>/dev/null | grep -q . || need="$need fonts-noto-cjk"
[ -z "$need" ] && exit 0
install="apt-get install -y --no-install-recommends $need fontconfig"
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        echo "$install"; apt-get update -q && $install && exit 0
    elif sudo -n true 2>/dev/null; then
        echo "sudo $install"; sudo apt-get update -q && sudo $install && exit 0
    fi
fi
echo "The browser tests need: $need. On Debian, as root: $install" >&2
exit 1
