#!/bin/sh
# Checks one receipt with openssl alone, without any network. Kiểm tra một biên nhận chỉ bằng openssl, không cần mạng.
set -eu
cd "$(dirname "$0")"
openssl pkeyutl -verify -rawin -pubin -inkey plane.pem -in r.json -sigfile r.sig
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{ printf '\000'; cat r.sig r.json; } | openssl dgst -sha256 -binary >"$work/now"
for step in path/*; do
  [ -e "$step" ] || break
  case "$step" in
    *-left) { printf '\001'; cat "$step" "$work/now"; } | openssl dgst -sha256 -binary >"$work/next" ;;
    *-right) { printf '\001'; cat "$work/now" "$step"; } | openssl dgst -sha256 -binary >"$work/next" ;;
  esac
  mv "$work/next" "$work/now"
done
cmp "$work/now" root && echo "Root OK"
if [ -e stamp.tsr ] && [ -e authority.pem ]; then
  openssl ts -verify -data root -in stamp.tsr -CAfile authority.pem
else
  echo "Stamp: NOT CHECKED (stamp.tsr or authority.pem is not here)"
fi
