// Writes tmux's command language, so that no text of ours or of others can become a command.

/** One tmux command: its name and its arguments. */
export type Command = readonly [name: string, ...args: string[]]

/** A control-mode line that runs the commands in order, with nothing between them. */
export const commandLine = (commands: readonly Command[]): string =>
  `${commands.map(oneCommand).join(' ; ')}\n`

const oneCommand = ([name, ...args]: Command): string => [name, ...args.map(quoted)].join(' ')

/**
 * An argument as tmux's parser reads it back, whatever it holds. Throws where it holds NUL, which tmux cannot carry.
 *
 * Double quotes keep everything but `\`, `"`, `$`, a leading `~` and line ends; those go as three octal digits.
 */
export function quoted(argument: string): string {
  if (argument.includes('\0')) throw new Error('a tmux argument cannot contain NUL')
  if (/^[A-Za-z0-9_./:=@,+-]+$/.test(argument)) return argument
  // oxlint-disable-next-line no-control-regex -- control characters are what must not pass
  return `"${argument.replaceAll(/[\u0001-\u001f"\\$~\u007f]/g, octal)}"`
}

const octal = (char: string): string => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`

// tmux looks at each of these arguments one by one; 1 KiB of keys is a 3 KiB line and takes it 0.1 ms.
const KEYS_A_COMMAND = 1024

/** Commands that type exactly these bytes into the pane, whatever they mean. */
export function sendBytes(pane: string, bytes: Uint8Array): Command[] {
  const commands: Command[] = []
  for (let at = 0; at < bytes.byteLength; at += KEYS_A_COMMAND) {
    const hex = Array.from(bytes.subarray(at, at + KEYS_A_COMMAND), (byte) =>
      byte.toString(16).padStart(2, '0'),
    )
    commands.push(['send-keys', '-t', pane, '-H', ...hex])
  }
  return commands
}

// Keeps a line well below a pipe's buffer, so that a large paste does not hold up keys behind it.
const PASTE_CHARS_A_COMMAND = 16 * 1024

/**
 * Commands that paste the text through a buffer of their own. tmux adds the marks of bracketed paste if, and only if,
 * the program asked for them (-p), and changes no line end (-r).
 */
export function pasteText(pane: string, buffer: string, text: string): Command[] {
  const points = Array.from(text)
  const commands: Command[] = []
  for (let at = 0; at < points.length; at += PASTE_CHARS_A_COMMAND) {
    const part = points.slice(at, at + PASTE_CHARS_A_COMMAND).join('')
    const append = at === 0 ? [] : ['-a']
    commands.push(['set-buffer', ...append, '-b', buffer, '--', part])
  }
  if (commands.length > 0) commands.push(['paste-buffer', '-p', '-r', '-d', '-b', buffer, '-t', pane])
  return commands
}
