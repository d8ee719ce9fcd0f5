// Completion scripts. They only ask `tutti __complete`, so they never grow old.

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

export const isShell = (text: string): text is Shell => SHELLS.some((shell) => shell === text)

// `$` and backslashes in these belong to the shells.
const SCRIPTS: Record<Shell, string> = {
  bash: String.raw`_tutti() {
  local IFS=$'\n'
  COMPREPLY=($(tutti __complete -- "${'$'}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ ${'$'}{#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "${'$'}{COMP_WORDS[COMP_CWORD]}"))
}
complete -o nosort -F _tutti tutti`,
  zsh: String.raw`#compdef tutti
_tutti() {
  local -a found
  found=("${'$'}{(@f)$(tutti __complete -- "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
if [ "$funcstack[1]" = "_tutti" ]; then _tutti "$@"; else compdef _tutti tutti; fi`,
  fish: String.raw`function __tutti_complete
  set -l words (commandline -opc) (commandline -ct)
  tutti __complete -- $words[2..-1] 2>/dev/null
end
complete -c tutti -f -a '(__tutti_complete)'`,
}

export const completionScript = (shell: Shell): string => SCRIPTS[shell]
