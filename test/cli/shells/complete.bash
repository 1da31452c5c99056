# SPDX-License-Identifier: GPL-2.0-only
# bash complete.bash SCRIPT WORD…: what is offered for the last word, a line each; `files` where that is left to bash.
source "$1"
shift
with_files=yes
compopt() { with_files=no; }
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_s390_gmap
printf '%s\n' "${COMPREPLY[@]}"
[[ ${#COMPREPLY[@]} = 0 && $with_files = yes && $(complete -p s390-gmap) = *' -o default '* ]] && echo files
exit 0
