#!/bin/sh
# Puts Lacuna into the menu of the person who runs this, with its icon and the file type .lacuna; nothing needs root,
# and the program stays where it is. --start opens the window as well, --remove takes the menu entry away again.
set -eu

folder=$(dirname -- "$(readlink -f -- "$0")")
data=${XDG_DATA_HOME:-$HOME/.local/share}
link=$HOME/.local/bin/lacuna

# A path as the line Exec= of a desktop entry wants it: in quotes, \ " ` $ masked, masked once more as in every
# value, and % doubled.
exec_path() {
  printf '%s' "$1" | sed -e 's/[\\"`$]/\\&/g' -e 's/\\/\\\\/g' -e 's/%/%%/g' -e 's/^/"/' -e 's/$/"/'
}

# The program that the menu starts now; nothing where there is no entry. What exec_path does, undone.
in_menu() {
  sed -n -e '/^Exec=/!d' -e 's/^Exec="//' -e 's/" %f$//' -e 's/%%/%/g' -e 's/\\\\/\\/g' -e 's/\\\([\\"`$]\)/\1/g' -e p \
    "$data/applications/lacuna.desktop" 2>/dev/null || true
}

# Tells the desktop what came or went; what is not installed need not be told.
refresh() {
  update-desktop-database "$data/applications" 2>/dev/null || true
  [ ! -d "$data/mime/packages" ] || update-mime-database "$data/mime" 2>/dev/null || true
  gtk-update-icon-cache -q -f -t "$data/icons/hicolor" 2>/dev/null || true
}

shared() { (cd "$folder/share" && find . -type f); }

remove() {
  other=$(in_menu)
  if [ "$other" != "$folder/lacuna.sh" ] && [ -x "$other" ]; then
    printf 'The Lacuna in your menu is another one, and stays: %s\n' "$other"
    return
  fi
  shared | while IFS= read -r file; do rm -f -- "$data/$file"; done
  if [ -h "$link" ] && [ "$(readlink -- "$link")" = "$folder/lacuna.sh" ]; then rm -f -- "$link"; fi
  refresh
  echo "Lacuna is out of your menu. To remove the program, delete the folder $folder"
  echo "Your library and settings stay: $data/Lacuna and ${XDG_CONFIG_HOME:-$HOME/.config}/Lacuna"
}

install() {
  "$folder/lacuna.sh" --version >/dev/null  # says what is missing, and ends here
  shared | while IFS= read -r file; do
    mkdir -p -- "$data/$(dirname -- "$file")"
    cp -- "$folder/share/$file" "$data/$file"
  done
  start=$(exec_path "$folder/lacuna.sh") awk '/^Exec=/ { print "Exec=" ENVIRON["start"] " %f"; next } { print }' \
    "$folder/share/applications/lacuna.desktop" > "$data/applications/lacuna.desktop"
  if [ ! -e "$link" ] || [ "$(basename -- "$(readlink -- "$link")")" = lacuna.sh ]; then
    mkdir -p -- "$HOME/.local/bin"
    ln -sfn -- "$folder/lacuna.sh" "$link"
  fi
  refresh
  echo "Lacuna is in your menu now. It runs from $folder: leave it there, or run install.sh again after moving it."
}

case ${1-} in
  '') install ;;
  --start) install; exec "$folder/lacuna.sh" ;;
  --remove) remove ;;
  *) echo "usage: install.sh [--start | --remove]" >&2; exit 2 ;;
esac
