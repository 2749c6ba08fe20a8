#!/bin/sh
# Install Fieldcheck out of this folder, without internet:
#   sh install.sh [TARGET]      TARGET: /opt/fieldcheck unless told; PYTHON names another Python.
# Each version gets a folder of its own, TARGET/VERSION; TARGET/current points at the one that is used. The version before
# stays, and is one command away: ln -sfn TARGET/OLD TARGET/current. It writes nowhere else, and touches no data.
# 离线安装：sh install.sh [目录]，缺省目录为 /opt/fieldcheck。
set -eu
# The services read it as nobody of importance, whatever root keeps from others.
umask 022
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/fieldcheck}
python=${PYTHON:-python3}
version=$(cat "$here/VERSION")

say() { echo "$@"; }
fail() { echo "$@" >&2; exit 1; }

command -v "$python" >/dev/null || fail "Python 3.11 or newer is needed: $python is not there. / 需要 Python 3.11 及以上。"
have=$("$python" -c 'import sys; print(f"cp{sys.version_info[0]}{sys.version_info[1]}")')
case $(head -1 "$here/PLATFORM") in
    "$have"-*) ;;
    *) fail "These wheels are for $(head -1 "$here/PLATFORM"), this Python is $have: PYTHON=/path/to/python sh install.sh / 安装包与本机 Python 版本不符。" ;;
esac
"$python" -c 'import ensurepip, venv' 2>/dev/null || fail "python3-venv is missing: apt-get install python3-venv / 缺少 python3-venv。"

say "1/3  what is here is what was packed / 校验文件"
(cd "$here" && sha256sum --quiet --check SHA256SUMS) || fail "A file is damaged or was changed: copy the tar anew. / 文件损坏或被改动，请重新拷贝。"

say "2/3  $target/$version"
new="$target/$version"
[ ! -e "$new" ] || fail "$new is there already: remove it, or use it. / 该版本已安装。"
mkdir -p "$target"
trap 'rm -rf "$new"' EXIT
"$python" -m venv "$new"
"$new/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" \
    --no-cache-dir "fieldcheck-inspection[traces,heic,beacon]==$version"
cp -r "$here/docs" "$here/deploy" "$new/"
"$new/bin/python" -m compileall -q "$new/lib" || true
"$new/bin/fieldcheck" --version
trap - EXIT

say "3/3  $target/current -> $version"
ln -sfn "$new" "$target/current"
say "done / 完成. Next / 下一步: docs/zh/安装.md, docs/install.md"
