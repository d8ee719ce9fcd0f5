// Follows the session file of the program that runs in a session, from the first moment it exists until it is gone.
import { join } from 'node:path'
import type { KitMachine } from '../kit.ts'
import { inTurns } from '../turn-taking.ts'
import { readSessionFile, type VendorState } from './session-file.ts'

interface Deps {
  machine: KitMachine
  /** Where the program keeps one file for each process. */
  folder: string
  proved: { readonly from: string; readonly to: string }
  /** Called with each new state; null when the file is gone. */
  changed(state: VendorState | null): void
}

export interface VendorWatch {
  close(): void
}

// The file is written in place: a reader may meet half of it, and the next look is due then.
const TORN_MS = 30

export function createVendorWatch({ machine, folder, proved, changed }: Deps): VendorWatch {
  let pid: number | null = null
  let last = ''
  let isClosed = false
  let isUnproved = false
  let unwatchFile: () => void = () => {}
  let cancelAgain: () => void = () => {}

  const failed = (error: unknown) => machine.log('unreadable', { what: folder, problem: String(error) })
  const look = inTurns(async () => {
    if (isClosed || isUnproved) return
    if (pid === null) await find()
    else await read(pid)
  }, failed)

  async function find(): Promise<void> {
    for (const process of await machine.processes()) {
      if (await read(process.pid)) return
    }
  }

  /** Whether it is the file of this session's program. */
  async function read(candidate: number): Promise<boolean> {
    const reading = await readSessionFile(join(folder, `${candidate}.json`), candidate, proved)
    if (isClosed) return false
    switch (reading.is) {
      case 'state':
        if (pid !== candidate) follow(candidate)
        tell(reading.state)
        return true
      case 'torn':
        cancelAgain()
        cancelAgain = machine.clock.after(TORN_MS, () => void look())
        return false
      case 'unproved':
        isUnproved = true
        machine.log('unproved', { what: 'session file', version: reading.version })
        return true
      case 'missing':
      default:
        if (pid === candidate) lose()
        return false
    }
  }

  function follow(found: number): void {
    pid = found
    unwatchFile()
    unwatchFile = machine.watch(join(folder, `${found}.json`), () => void look())
  }

  function lose(): void {
    pid = null
    last = ''
    unwatchFile()
    changed(null)
  }

  function tell(state: VendorState): void {
    const told = JSON.stringify(state)
    if (told !== last) changed(state)
    last = told
  }

  const unwatchFolder = machine.watch(folder, () => {
    if (pid === null) void look()
  })
  return {
    close() {
      isClosed = true
      cancelAgain()
      unwatchFile()
      unwatchFolder()
    },
  }
}
