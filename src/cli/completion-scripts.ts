/**
 * What shells read. Each asks `vin completion words` for the words that may come next, one a line; what is behind `--` is
 * what was typed. No word is ever run or expanded: names of fleets are those of other people.
 */
export const SCRIPTS = {
  bash: `# completion of vin for bash
_vin_completion() {
  local word
  COMPREPLY=()
  while IFS= read -r word; do
    COMPREPLY+=("$(printf '%q' "$word")")
  done < <(vin completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _vin_completion vin
`,
  zsh: `#compdef vin
# completion of vin for zsh
_vin() {
  local -a found
  found=("\${(@f)$(vin completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
if [[ "$funcstack[1]" == _vin ]]; then _vin "$@"; else compdef _vin vin; fi
`,
  fish: `# completion of vin for fish
function __vin_completion
  set -l typed (commandline -opc)
  vin completion words -- $typed[2..] (commandline -ct | string collect --allow-empty) 2>/dev/null
end
complete -c vin -a '(__vin_completion)'
`,
} as const;
