// Reads tmux's control mode as bytes arrive. Pane output is most of it, so it is unescaped in place and never becomes text.

export interface ControlAnswer {
  ok: boolean
  /** True for an answer to a command of this client, false for one that tmux ran by itself. */
  own: boolean
  lines: Buffer[]
}

export interface ControlHandlers {
  /** Bytes that a program wrote. They belong to the parser's chunk: copy what must stay. */
  output(pane: string, bytes: Buffer): void
  answer(answer: ControlAnswer): void
  /** Every other notification, without its %. */
  notice(name: string, rest: string): void
}

interface Block {
  /** `TIME NUMBER FLAGS` as %begin gave it; only %end and %error with the same three end the block. */
  id: string
  own: boolean
  lines: Buffer[]
}

const NEWLINE = 0x0a
const BACKSLASH = 0x5c
const SPACE = 0x20
const COLON = 0x3a
const PERCENT = 0x25
const OUTPUT = Buffer.from('%output ')
const EXTENDED = Buffer.from('%extended-output ')
const BEGIN = Buffer.from('%begin ')
const END = Buffer.from('%end ')
const ERROR = Buffer.from('%error ')

/** Takes the stream in any chunks; calls the handlers in the order of the stream. Chunks are overwritten. */
export function createControlParser(handlers: ControlHandlers): { push(chunk: Buffer): void } {
  let partial: Buffer[] = []
  let block: Block | undefined

  const push = (chunk: Buffer): void => {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      line(completed(chunk.subarray(from, end)))
      from = end + 1
    }
    if (from < chunk.byteLength) partial.push(chunk.subarray(from))
  }

  const completed = (rest: Buffer): Buffer => {
    if (partial.length === 0) return rest
    const whole = Buffer.concat([...partial, rest])
    partial = []
    return whole
  }

  const line = (bytes: Buffer): void => {
    if (block) inBlock(block, bytes)
    else if (bytes[0] === PERCENT) notification(bytes)
    // Anything else is no control mode; tmux sends nothing of the kind.
  }

  const inBlock = (current: Block, bytes: Buffer): void => {
    const ended = endOf(current, bytes)
    if (ended === undefined) {
      current.lines.push(bytes)
      return
    }
    block = undefined
    handlers.answer({ ok: ended, own: current.own, lines: current.lines })
  }

  const notification = (bytes: Buffer): void => {
    if (startsWith(bytes, OUTPUT)) output(bytes, OUTPUT.byteLength, SPACE)
    else if (startsWith(bytes, EXTENDED)) output(bytes, EXTENDED.byteLength, COLON)
    else if (startsWith(bytes, BEGIN)) block = blockOf(bytes)
    else {
      const [, name = '', rest = ''] = /^%(\S+) ?(.*)$/s.exec(bytes.toString()) ?? []
      handlers.notice(name, rest)
    }
  }

  // `%output %0 DATA`, and `%extended-output %0 AGE ... : DATA`.
  const output = (bytes: Buffer, at: number, mark: number): void => {
    const paneEnd = bytes.indexOf(SPACE, at)
    const dataMark = bytes.indexOf(mark, at)
    if (paneEnd === -1 || dataMark === -1) return
    const dataAt = mark === COLON ? dataMark + 2 : dataMark + 1
    handlers.output(bytes.toString('latin1', at, paneEnd), unescaped(bytes.subarray(dataAt)))
  }

  return { push }
}

function blockOf(bytes: Buffer): Block {
  const id = bytes.toString('latin1', BEGIN.byteLength)
  return { id, own: id.endsWith(' 1'), lines: [] }
}

function endOf(block: Block, bytes: Buffer): boolean | undefined {
  if (bytes[0] !== PERCENT) return undefined
  const ends = (word: Buffer) =>
    startsWith(bytes, word) && bytes.toString('latin1', word.byteLength) === block.id
  if (ends(END)) return true
  if (ends(ERROR)) return false
  return undefined
}

const startsWith = (bytes: Buffer, word: Buffer): boolean =>
  bytes.byteLength >= word.byteLength && bytes.compare(word, 0, word.byteLength, 0, word.byteLength) === 0

/** tmux writes bytes below space and the backslash as `\ooo`. The result is never longer, so it replaces the original. */
export function unescaped(bytes: Buffer): Buffer {
  let at = bytes.indexOf(BACKSLASH)
  if (at === -1) return bytes
  const length = bytes.byteLength
  let to = at
  while (at < length) {
    const byte = bytes[at] ?? 0
    if (byte === BACKSLASH && at + 4 <= length) {
      bytes[to++] =
        (octalDigit(bytes, at + 1) << 6) | (octalDigit(bytes, at + 2) << 3) | octalDigit(bytes, at + 3)
      at += 4
    } else {
      bytes[to++] = byte
      at++
    }
  }
  return bytes.subarray(0, to)
}

const octalDigit = (bytes: Buffer, at: number): number => (bytes[at] ?? 0x30) & 7
