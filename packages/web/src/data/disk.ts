// Notices a full disk by the first refusal, says so, and notices that it healed.
import { api } from './api.ts'
import { useLink } from './link-store.ts'

const RECHECK_MS = 10_000 // only while the disk is full: nothing announces that space came back

let waiting: ReturnType<typeof setTimeout> | undefined

export function diskIsFull(): void {
  useLink.setState({ writable: false })
  waiting ??= setTimeout(() => {
    waiting = undefined
    void recheckDisk()
  }, RECHECK_MS)
}

export async function recheckDisk(): Promise<void> {
  try {
    const { writable } = await api.getHealth({})
    if (writable) useLink.setState({ writable: true })
    else diskIsFull()
  } catch {
    diskIsFull() // the daemon is away as well; the other banner says so
  }
}
