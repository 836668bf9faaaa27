#!/bin/sh
# Draws a screen for each line that comes: no process is started for it, and no time is spent waiting.
# Arguments: a file with the screen, a FIFO with the lines.
frame=$(cat "$1")
printf 'WAITING'
while read -r _; do
  printf '%s' "$frame"
done < "$2"
