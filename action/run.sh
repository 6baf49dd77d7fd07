#!/usr/bin/env bash
# The GitHub action: downloads and verifies a podwright release, and runs it. action.yml describes the PODWRIGHT_
# variables; they are data and are never evaluated as code. Exits with 0 if podwright ran, whatever it found: its exit
# code is the output `exit-code`, so that the upload runs before the job fails. Exits with 2 if podwright could not run.
set -euo pipefail

# Allows a mirror, for runners that cannot access github.com.
releases=${PODWRIGHT_RELEASES:-https://github.com/podwright/podwright/releases/download}

fail() {
  # Percent signs would be interpreted as escapes, and newlines could start commands.
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '::error title=podwright::%s\n' "${text//$'\n'/%0A}"
  exit 2
}

case ${RUNNER_OS:-}-${RUNNER_ARCH:-} in
  Linux-X64) archive=podwright-x86_64-unknown-linux-musl.tar.gz ;;
  Linux-ARM64) archive=podwright-aarch64-unknown-linux-musl.tar.gz ;;
  macOS-X64) archive=podwright-x86_64-apple-darwin.tar.gz ;;
  macOS-ARM64) archive=podwright-aarch64-apple-darwin.tar.gz ;;
  Windows-X64) archive=podwright-x86_64-pc-windows-msvc.zip ;;
  *) fail "podwright has no release for the runner ${RUNNER_OS:-?} ${RUNNER_ARCH:-?}" ;;
esac
version=${PODWRIGHT_VERSION#v}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || fail "version: not a valid version: $PODWRIGHT_VERSION"
sha256=${PODWRIGHT_SHA256:-}
[[ -z $sha256 || $sha256 =~ ^[0-9a-f]{64}$ ]] || fail "sha256: not 64 lowercase hexadecimal digits"

# On Windows, the runner uses Windows paths, but the tools of bash need Unix paths.
unix() { if [ "$RUNNER_OS" = Windows ]; then cygpath -u "$1"; else printf '%s\n' "$1"; fi; }
native() { if [ "$RUNNER_OS" = Windows ]; then cygpath -m "$1"; else printf '%s\n' "$1"; fi; }

folder=$(mktemp -d "$(unix "$RUNNER_TEMP")/podwright.XXXXXX")
secure=()
if [[ $releases == https://* ]]; then secure=(--proto '=https' --tlsv1.2); fi
download() {
  curl --fail --silent --show-error --location --retry 3 ${secure[@]+"${secure[@]}"} --output "$folder/$1" \
    "$releases/v$version/$1" || fail "cannot download $releases/v$version/$1"
}
download "$archive"
if [ -z "$sha256" ]; then
  # This detects a broken download, and a mirror or cache that changed one file. Somebody who can change the release can
  # change its checksums too: only the input sha256 protects against that.
  download SHA256SUMS
  sha256=$(awk -v name="$archive" '$2 == name { print $1; exit }' "$folder/SHA256SUMS")
  [ -n "$sha256" ] || fail "SHA256SUMS of podwright $version does not contain $archive"
fi
if command -v sha256sum >/dev/null; then
  found=$(sha256sum <"$folder/$archive")
else
  found=$(shasum -a 256 <"$folder/$archive")
fi
[ "${found%% *}" = "$sha256" ] || fail "$archive has the wrong checksum: SHA-256 ${found%% *}, expected $sha256"
mkdir "$folder/bin"
case $archive in
  *.zip) unzip -q "$folder/$archive" -d "$folder/bin" ;;
  *) tar -xzf "$folder/$archive" -C "$folder/bin" ;;
esac
native "$folder/bin" >>"$GITHUB_PATH"

sarif=$(native "$folder/podwright.sarif")
arguments=(--format github --format "sarif=$sarif")
if [ -n "${PODWRIGHT_FAIL_ON:-}" ]; then arguments+=("--fail-on=$PODWRIGHT_FAIL_ON"); fi
if [ -n "${PODWRIGHT_BASELINE:-}" ]; then arguments+=("--baseline=$PODWRIGHT_BASELINE"); fi
while read -r -a words || [ ${#words[@]} -gt 0 ]; do
  arguments+=(${words[@]+"${words[@]}"})
done <<<"${PODWRIGHT_ARGS:-}"
arguments+=(--)
while IFS= read -r path; do
  path=${path%$'\r'}
  if [ -n "$path" ]; then arguments+=("$path"); fi
done <<<"${PODWRIGHT_PATHS:-}"

cd -- "${PODWRIGHT_DIRECTORY:-.}" || fail "working-directory: cannot enter ${PODWRIGHT_DIRECTORY:-.}"
code=0
"$folder/bin/podwright" check "${arguments[@]}" </dev/null || code=$?
case $code in
  0 | 1) printf 'exit-code=%s\nsarif=%s\n' "$code" "$sarif" >>"$GITHUB_OUTPUT" ;;
  *) fail "podwright could not run: exit code $code" ;;
esac
