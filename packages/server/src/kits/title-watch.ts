// Sees the title of a session that nobody watches, without asking tmux while nothing happens there.
import { readFileSync, statSync } from 'node:fs'
import type { Clock } from '@tutti/core'

export interface TitleWatchDeps {
  clock: Clock
  /** The process of the session's program; its parent is the session's tmux. */
  pid(): number
  /** The file that tmux touches when the title changes; null on a server of somebody else. */
  mark(): string | null
  /** Asks tmux, which costs a process. */
  ask(): Promise<string>
  told(title: string): void
}

// A change shows within a second.
const LOOK_MS = 500
// What tmux itself does to answer us is over by then.
const SETTLED_MS = 100
// One server has all sessions of its user: what it does is mostly for others, and each of our questions is seen by the next watch.
const SHARED_MS = 5000
// In case a change fell into the moment in which we asked, or the system does not tell.
const SURELY_MS = 10_000

/** Tells the title now and when it may have changed, until the answer is called. */
export function watchTitle({ clock, pid, mark, ask, told }: TitleWatchDeps): () => void {
  const over = new AbortController()
  let cancel: () => void = () => {}
  let seen: Sign | null = null
  let askedAt = -Infinity

  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      cancel = clock.after(ms, resolve)
    })

  /** A mark is the title's own and read before the question; what tmux works it also works to answer us. */
  const asked = async (before: Sign | null): Promise<void> => {
    askedAt = clock.now()
    const title = await ask()
    if (!over.signal.aborted) told(title)
    await wait(mark() === null ? SHARED_MS : before?.isSure ? LOOK_MS : SETTLED_MS)
    seen = before?.isSure ? before : signOf(mark(), pid())
  }

  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const now = signOf(mark(), pid())
      const isDue = !now?.isSure && clock.now() - askedAt >= SURELY_MS
      if (isDue || (now !== null && now.at !== seen?.at)) await asked(now)
      else await wait(LOOK_MS)
    }
  }

  run().catch(() => {
    // The session has ended, which is told elsewhere.
  })
  return () => {
    over.abort()
    cancel()
  }
}

/** What is another than before when the title may have changed; `isSure` where it is the same as long as the title is. */
interface Sign {
  at: string
  isSure: boolean
}

function signOf(mark: string | null, pid: number): Sign | null {
  const marked = mark === null ? undefined : statSync(mark, { throwIfNoEntry: false, bigint: true })
  if (marked) return { at: `${marked.mtimeNs}`, isSure: true }
  const at = workOf(pid)
  return at === null ? null : { at, isSure: false }
}

/** How long the session's tmux has run, as the kernel counts it: the same as before means that nothing was shown. */
function workOf(pid: number): string | null {
  const stat = textOf(`/proc/${pid}/stat`)
  // The name before it stands in brackets and may hold anything.
  const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? ''
  const text = /^\d+$/.test(parent) ? textOf(`/proc/${parent}/schedstat`) : ''
  return text === '' ? null : (text.split(' ')[0] ?? null)
}

/** Read at once: these files are the kernel's memory, and a promise costs ten times as much. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // The process has ended, or the system has no such file: nothing is known.
    return ''
  }
}
