// Everything that the CLI needs of its process, as a parameter, so that tests run commands without one.
import type { Clock } from '@tutti/core'
import type { OpenDoor } from '@tutti/client'
import type { Layout } from './layout.ts'
import type { Processes } from './spawn.ts'

export interface Io {
  out(text: string): void
  outBytes(bytes: Uint8Array): void
  err(text: string): void
  outTty: boolean
  errTty: boolean
  inTty: boolean
  /** Width of the terminal in cells; 0 when there is none. */
  columns: number
  env: Readonly<Record<string, string | undefined>>
  home: string
  cwd: string
  clock: Clock
  chance: () => number
  fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Opens the stream of a server with a token. */
  door: (url: string, token: string) => OpenDoor
  readFile(path: string): string | null
  readBytes(path: string): Uint8Array | null
  /** Bytes at once, or as they come. */
  writeFile(path: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>
  readInput(): Promise<string>
  /** What is typed or piped in, line by line as it comes. */
  inputLines(): AsyncIterable<string>
  makeFolder(path: string): void
  processes: Processes
  layout: Layout
  version: string
  /** Aborts at the first Ctrl-C. */
  signal: AbortSignal
  confirm(question: string): Promise<boolean>
}
