// A file that tmux itself touches when a title has changed, so that nobody has to start a process to find out.
import { basename, dirname, join } from 'node:path'

const FOLDER = 'titles'

/** Holds the marks of the sockets beside it; made by whoever makes the folder of the sockets. */
export const titleMarksIn = (socketFolder: string): string => join(socketFolder, FOLDER)

/** Its time of change is that of the title. It is not there where tmux is too old for it, or where a server is not ours. */
export const titleMark = (socketPath: string): string =>
  join(titleMarksIn(dirname(socketPath)), basename(socketPath))

// A title that only turns its spinner is the same title. Listed one by one: a range depends on the system's locale.
const SPINNER = Array.from({ length: 255 }, (_, i) => String.fromCodePoint(0x28_01 + i)).join('')
const STILL = `#{s/[${SPINNER}]/\u2801/:pane_title}`
// Only a buffer can be saved; none stays behind, because whoever attaches would paste it.
const MARK = `set-buffer -b tutti-title . ; save-buffer -b tutti-title '#{d:socket_path}/${FOLDER}/#{b:socket_path}' ; delete-buffer -b tutti-title`

/**
 * The lines of tmux's configuration that make the mark. tmux writes the file without starting anything, and what a program
 * puts into its title is compared and never expanded or run. The last line tells by the file itself that there is such a hook.
 */
export const TITLE_MARK_CONFIG = `set -g @tutti-title ''
set -gwq 'pane-title-changed[0]' "if-shell -F '#{!=:#{@tutti-title},${STILL}}' { set -gF @tutti-title '${STILL}' ; ${MARK} }"
if-shell -F '#{pane-title-changed[0]}' { ${MARK} }
`
