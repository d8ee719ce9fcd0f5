// Holds the open maps: the first question to a working copy indexes it, from then on its folder is watched.
import { existsSync } from 'node:fs'
import { Fault, fault } from '@tutti/core'
import { withinEntries, withinTokens } from './budget.ts'
import { openCodeMap, type Change, type CodeMap } from './code-map.ts'
import { COMMANDS, type Answer } from './commands.ts'
import { indexed, type IndexChange } from './questions/index-change.ts'
import { extractors } from './extractors.ts'
import { createGit, type Git } from './git.ts'
import { createRelief } from './relief.ts'
import type { Touch } from './touches.ts'
import { watchCodeMap } from './watch.ts'

export interface Ask {
  /** The working copy. */
  root: string
  /** The database of its repository: all its working copies share it. */
  database: string
  name: string
  args: readonly string[]
  depth: number
  tokens: number
  /** Which agent changed what since the last question; kept before this one is answered. */
  touches?: readonly Touch[]
}

export interface Changed extends Change {
  root: string
  paths: string[]
  ms: number
}

/** How far the first reading of a folder is. */
export interface Progress {
  root: string
  done: number
  of: number
}

export interface Desk {
  answer(ask: Ask): Promise<Answer>
  close(): void
}

interface Open {
  map: CodeMap
  git: Git
  watching: AbortController
  /** What reading it for the first time did, until somebody asks. */
  read?: IndexChange | undefined
  asked: number
}

/** More open working copies than people and agents look at within an hour cost only memory. */
const OPEN_MAX = 12

export interface DeskEars {
  /** For one question alone: nothing is watched. */
  isBrief?: boolean
  changed(change: Changed): void
  progress(progress: Progress): void
}

export function createDesk({ changed, progress, isBrief = false }: DeskEars): Desk {
  const opened = new Map<string, Promise<Open>>()
  let asks = 0

  const forget = async (root: string) => {
    const making = opened.get(root)
    // At once: whoever lets go of it too, as its watch fails in the middle of a question, would close it a second time.
    opened.delete(root)
    const one = await making?.catch(() => undefined)
    one?.watching.abort()
    one?.map.close()
  }

  /** A database that does not close is closed by the end of the process. */
  const letGo = (root: string): void => {
    forget(root).catch(() => undefined)
  }

  const open = async (root: string, database: string): Promise<Open> => {
    const relief = createRelief()
    const relieve = (done: number, of: number) => {
      relief?.()
      progress({ root, done, of })
    }
    const map = openCodeMap({ root, database, extractors: await extractors(root), relieve })
    const watching = new AbortController()
    let read: IndexChange
    try {
      read = indexed(map)
      const ears = {
        map,
        onChange: (change: Omit<Changed, 'root'>) => changed({ ...change, root }),
        // A folder that cannot be watched any more is indexed anew at the next question.
        onError: () => letGo(root),
      }
      if (!isBrief) watchCodeMap(ears, watching.signal)
    } catch (error) {
      watching.abort()
      map.close()
      // It went away while it was read: that says more than what failed because of it.
      throw existsSync(root) ? error : fault('folder.unknown', { path: root })
    }
    return { map, git: createGit(root), watching, read, asked: 0 }
  }

  const noteTouches = ({ map }: Open, { root, touches }: Ask) => {
    const change = touches && map.note(touches)
    // Whoever looks at the map sees what has come.
    if (change && change.read > 0) changed({ ...change, root, paths: [], ms: 0 })
  }

  return {
    async answer(ask) {
      const command = Object.hasOwn(COMMANDS, ask.name) ? COMMANDS[ask.name] : undefined
      if (!command) throw new Error(`the map has no question called ${ask.name}`)
      let making = opened.get(ask.root)
      if (!making) {
        const [oldest] = opened.size >= OPEN_MAX ? opened.keys() : []
        if (oldest !== undefined) await forget(oldest)
        making = open(ask.root, ask.database)
        opened.set(ask.root, making)
      }
      try {
        const one = await making
        one.asked = ++asks
        // The one asked last is the last to be let go; one that is let go of meanwhile is not taken back.
        if (opened.get(ask.root) === making) {
          opened.delete(ask.root)
          opened.set(ask.root, making)
        }
        noteTouches(one, ask)
        const { git, read } = one
        one.read = undefined
        const { data, text } = command.run(one.map, ask.args, { ...ask, git, read })
        return { data: command.whole ? data : withinEntries(data), text: withinTokens(text, ask.tokens) }
      } catch (error) {
        if (error instanceof Fault) throw error
        await forget(ask.root)
        throw fault('map.failed', { folder: ask.root, problem: reason(error) }, error)
      }
    },
    close() {
      for (const root of opened.keys()) letGo(root)
    },
  }
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error))
