#!/bin/sh
# Starts the program beside this file. On a system that is too old it says so in a sentence, where the program itself
# would end with the loader's complaint before its first line.
needed='@GLIBC@'
systems='@SYSTEMS@'

folder=$(dirname -- "$(readlink -f -- "$0")")

# On standard error; without a terminal in a dialog as well, if there is anything to show one.
say() {
  printf 'lacuna: %s\n' "$1" >&2
  [ -t 2 ] && return
  [ -n "$DISPLAY$WAYLAND_DISPLAY" ] || return
  if command -v zenity >/dev/null; then zenity --error --no-markup --title=Lacuna --text="$1"
  elif command -v kdialog >/dev/null; then kdialog --title Lacuna --error "$1"
  elif command -v xmessage >/dev/null; then xmessage -title Lacuna "$1"
  fi 2>/dev/null
}

older() {  # older 2.31 2.36
  [ "${1%%.*}" -lt "${2%%.*}" ] || { [ "${1%%.*}" -eq "${2%%.*}" ] && [ "${1#*.}" -lt "${2#*.}" ]; }
}

machine=$(uname -m)
if [ "$machine" != '@MACHINE@' ]; then
  say "This computer is of the kind $machine, and this Lacuna is for @MACHINE@. Take the download made for $machine, or run Lacuna from its source."
  exit 3
fi

found=$(getconf GNU_LIBC_VERSION 2>/dev/null)
found=${found#glibc }
case $found in
  [0-9]*.[0-9]*) ;;
  *)
    say "This system has no glibc, which Lacuna needs (version $needed or newer). Use $systems (or newer)."
    exit 3
    ;;
esac
found=$(printf '%s' "$found" | cut -d. -f1,2)
if older "$found" "$needed"; then
  say "This system has glibc $found, and Lacuna needs $needed or newer. Use $systems (or newer), or run Lacuna from its source."
  exit 3
fi

exec "$folder/lacuna" "$@"
