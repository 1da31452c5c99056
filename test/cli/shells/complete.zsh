# SPDX-License-Identifier: GPL-2.0-only
# zsh -f complete.zsh SCRIPT LINE: what is offered at the end of the line, a line each. It is typed into another zsh, since only the line
# editor completes; compadd, through which everything comes that is offered, writes it down there.
zmodload zsh/zpty
out=$(mktemp)
until_there() { for i in {1..400}; do [[ -e $1 ]] && return; zpty -r -t shell ignored; sleep 0.05; done }
zpty shell zsh -f -i
zpty -w shell "autoload -Uz compinit && compinit -u -D; source ${(q)1}"
zpty -w shell "compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd \"\$@\"; return; fi
  local -a hits; builtin compadd -A hits \"\$@\"; (( \$#hits )) && print -rl -- \$hits >> $out; builtin compadd \"\$@\"
}"
zpty -w shell "finish() { : > $out.done }; zle -N finish; bindkey '^X' finish; : > $out.ready"
until_there $out.ready
zpty -wn shell "$2"$'\t\x18'
until_there $out.done
zpty -d shell
cat $out
rm -f $out $out.ready $out.done
