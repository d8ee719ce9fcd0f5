// Keeps a connection to Codex's server: it may start later than the daemon looks, and the daemon may go away and come back.
import type { KitMachine } from '../kit.ts'
import { connectRpc, type Rpc, type RpcMessage } from './rpc.ts'

export interface LinkDeps {
  path: string
  machine: KitMachine
  /** A connection stands. When this rejects, it is given up and tried again. */
  onOpen(rpc: Rpc): Promise<void>
  onMessage(message: RpcMessage): void
  /** The connection of the last `onOpen` has ended. */
  onLost(): void
}

// The socket's file announces the server; the wait is for a server that was slow to listen or has just fallen.
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5000

/** Begins at once; the answer ends it. */
export function keepConnected(deps: LinkDeps): () => void {
  const { path, machine } = deps
  let rpc: Rpc | null = null
  let isTrying = false
  let isClosed = false
  let waitMs = FIRST_WAIT_MS
  let cancelWait = (): void => {}

  async function attempt(): Promise<void> {
    if (isClosed || isTrying || rpc) return
    isTrying = true
    cancelWait()
    try {
      const fresh = await connectRpc({ path, clock: machine.clock, onMessage: deps.onMessage, onClose: lost })
      if (isClosed) return fresh.close()
      rpc = fresh
      await deps.onOpen(fresh)
      waitMs = FIRST_WAIT_MS
    } catch (error) {
      retreat(error)
    } finally {
      isTrying = false
    }
  }

  function tried(): void {
    attempt().catch((error: unknown) => machine.log('codex.link-failed', { path, problem: String(error) }))
  }

  function retreat(error: unknown): void {
    if (isMissing(error)) return
    machine.log('codex.link-failed', { path, problem: String(error) })
    if (rpc) rpc.close()
    else later()
  }

  function lost(): void {
    rpc = null
    if (isClosed) return
    deps.onLost()
    later()
  }

  function later(): void {
    cancelWait()
    cancelWait = machine.clock.after(waitMs, tried)
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
  }

  const unwatch = machine.watch(path, tried)
  return () => {
    isClosed = true
    unwatch()
    cancelWait()
    rpc?.close()
  }
}

// No file yet: the watch tells when there is one.
const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
