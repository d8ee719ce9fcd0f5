// Follows the session file of the program that runs in a session, from the first moment it exists until it is gone.
import { basename, join } from 'node:path'
import type { KitMachine } from '../kit.ts'
import { inTurns } from '../turn-taking.ts'
import { readSessionFile, type VendorState } from './session-file.ts'

interface Deps {
  machine: KitMachine
  /** Where the program keeps one file for each process; in a sandbox, whose numbers are its own, the folder is too. */
  folders: readonly string[]
  proved: { readonly from: string; readonly to: string }
  /** Called with each new state; null when the file is gone. */
  changed(state: VendorState | null): void
}

export interface VendorWatch {
  close(): void
}

// The file is written in place: a reader may meet half of it, and the next look is due then.
const TORN_MS = 30

export function createVendorWatch({ machine, folders, proved, changed }: Deps): VendorWatch {
  /** The file of this session's program. */
  let path: string | null = null
  let last = ''
  let isClosed = false
  let isUnproved = false
  let unwatchFile: () => void = () => {}
  let cancelAgain: () => void = () => {}

  const failed = (error: unknown) =>
    machine.log('unreadable', { what: folders.join(' '), problem: String(error) })
  const look = inTurns(async () => {
    if (isClosed || isUnproved) return
    if (path === null) await find()
    else await read(path)
  }, failed)

  async function find(): Promise<void> {
    for (const { pid } of await machine.processes()) {
      for (const folder of folders) if (await read(join(folder, `${pid}.json`))) return
    }
  }

  /** Whether it is the file of this session's program. */
  async function read(candidate: string): Promise<boolean> {
    const reading = await readSessionFile(candidate, Number(basename(candidate, '.json')), proved)
    if (isClosed) return false
    switch (reading.is) {
      case 'state':
        if (path !== candidate) follow(candidate)
        tell(reading.state)
        return true
      case 'torn':
        cancelAgain()
        cancelAgain = machine.clock.after(TORN_MS, look)
        return false
      case 'unproved':
        isUnproved = true
        machine.log('unproved', { what: 'session file', version: reading.version })
        return true
      case 'missing':
      default:
        if (path === candidate) lose()
        return false
    }
  }

  function follow(found: string): void {
    path = found
    unwatchFile()
    unwatchFile = machine.watch(found, look)
  }

  function lose(): void {
    path = null
    last = ''
    unwatchFile()
    changed(null)
  }

  function tell(state: VendorState): void {
    const told = JSON.stringify(state)
    if (told !== last) changed(state)
    last = told
  }

  const unwatchFolders = folders.map((folder) =>
    machine.watch(folder, () => {
      if (path === null) look()
    }),
  )
  return {
    close() {
      isClosed = true
      cancelAgain()
      unwatchFile()
      for (const unwatch of unwatchFolders) unwatch()
    },
  }
}
