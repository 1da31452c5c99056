# SPDX-License-Identifier: GPL-2.0-only
# fish complete.fish SCRIPT LINE: what is offered at the end of the line, a line each.
source $argv[1]
complete --do-complete $argv[2] | string split --fields 1 \t
