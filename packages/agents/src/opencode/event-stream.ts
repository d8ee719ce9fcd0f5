// Reads server-sent events out of bytes that come in any pieces.

export interface EventReader {
  /** The data of each event that is whole with this piece. */
  take(piece: Uint8Array): readonly string[]
}

// One event is a part of a message, at most a tool's whole output; a longer one is left out.
const LONGEST_EVENT = 16 * 1024 * 1024

export function createEventReader(): EventReader {
  const decoder = new TextDecoder()
  let line = ''
  let data: string[] = []
  let size = 0

  function ended(text: string): string | null {
    if (text === '') {
      const event = data.length > 0 && size <= LONGEST_EVENT ? data.join('\n') : null
      data = []
      size = 0
      return event
    }
    if (!text.startsWith('data:')) return null
    size += text.length
    if (size <= LONGEST_EVENT) data.push(text.slice(text.startsWith('data: ') ? 6 : 5))
    return null
  }

  return {
    take(piece) {
      const lines = (line + decoder.decode(piece, { stream: true })).split(/\r\n|\n/)
      line = lines.pop() ?? ''
      // A line without an end must not fill the memory.
      if (line.length > LONGEST_EVENT) line = ''
      return lines.map(ended).filter((event) => event !== null)
    },
  }
}
