// Drafts over a page that is loaded again. Of this tab only, and gone with it: a machine that several people use must not keep
// what one of them wrote.
import { useSession } from '../data/session-store.ts'
import { EMPTY, isBegun, type Draft } from './draft.ts'
import type { Upload } from './uploads.ts'

const KEPT = 'tutti-drafts'

interface Kept {
  /** Whose they are: the next one to log in here must not read them. */
  owner: string
  drafts: (Draft & { name: string })[]
}

/** Letters with the files that have arrived; one that was on its way cannot go on after the page was loaded again. */
export function keepDrafts(drafts: ReadonlyMap<string, Draft>): void {
  const begun = [...drafts].filter(([, draft]) => isBegun(draft))
  const kept: Kept = {
    owner: ownerNow(),
    drafts: begun.map(([name, { letter, key, files }]) => ({
      name,
      letter,
      key,
      files: files.filter(({ state }) => state === 'done'),
    })),
  }
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(kept))
  } catch {
    // A full or forbidden store keeps nothing; what is in memory stays as it is.
  }
}

export function keptDrafts(): ReadonlyMap<string, Draft> {
  try {
    const read: unknown = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null')
    if (!isKept(read) || read.owner !== ownerNow()) return new Map()
    return new Map(
      read.drafts.map(({ name, letter, files, key }) => [
        name,
        { letter: { ...EMPTY, ...letter }, key, files: files.map(again) },
      ]),
    )
  } catch {
    return new Map() // forbidden, or not what this version writes
  }
}

// Nobody else writes there: its shape is ours where its fields are.
const isKept = (value: unknown): value is Kept =>
  typeof value === 'object' && value !== null && 'owner' in value && 'drafts' in value

function ownerNow(): string {
  const { phase } = useSession.getState()
  return phase.at === 'in' ? phase.me.user.id : ''
}

// Counted down, so that no file of this page has the same number.
let lastRead = 0
const again = (file: Upload): Upload => ({ ...file, key: --lastRead, cancel: () => undefined })
