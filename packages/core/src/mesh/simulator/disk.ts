// A disk that forgets what was not synced, and may keep half of a write: what a machine knows after a crash comes from here.
import type { Chance } from './chance.ts'
import { below } from './chance.ts'

export interface Disk {
  /** Appends a write; it is safe when `synced` runs. */
  append(text: string): number
  /** Everything appended up to this number is on disk. */
  sync(upto: number): void
  /** The power goes: of what was not synced some writes survive, in order, and the next one perhaps in part. */
  crash(): void
  /** How many writes are safe: as much as a backup that is made now holds. */
  safe(): number
  /** A backup of so many writes is put in place of what is there. */
  restore(count: number): void
  /** The writes that can be read, up to the first broken one. */
  read(): string[]
}

export function newDisk(chance: Chance): Disk {
  let lines: string[] = []
  let synced = 0
  return {
    append(text) {
      lines.push(`${checksum(text)} ${text}`)
      return lines.length
    },
    sync(upto) {
      synced = Math.max(synced, Math.min(upto, lines.length))
    },
    crash() {
      const open = lines.slice(synced)
      const kept = below(chance, open.length + 1)
      const torn = open.slice(kept, kept + 1).map((line) => line.slice(0, below(chance, line.length)))
      lines = [...lines.slice(0, synced), ...open.slice(0, kept), ...torn]
    },
    safe: () => synced,
    restore(count) {
      lines = lines.slice(0, count)
      synced = lines.length
    },
    read() {
      const texts = lines.map(whole)
      const broken = texts.indexOf(null)
      const good = texts.filter((text) => text !== null).slice(0, broken === -1 ? texts.length : broken)
      // What cannot be read is cut off, so that the next write follows on what can.
      lines = lines.slice(0, good.length)
      synced = lines.length
      return good
    },
  }
}

function whole(line: string): string | null {
  const at = line.indexOf(' ')
  const text = line.slice(at + 1)
  return at > 0 && line.slice(0, at) === checksum(text) ? text : null
}

function checksum(text: string): string {
  let state = 0x811c9dc5
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  return `${(state >>> 0).toString(16)}.${text.length}`
}
