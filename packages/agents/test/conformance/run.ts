// Runs a program through all rows, one after the other in one room; a row that fails gets the next one a fresh room.
import type { Driver } from './driver.ts'
import { openRoom, type Installed, type Room } from './room.ts'
import type { Figures, Row } from './row.ts'
import { ASK_ROWS } from './rows/asks.ts'
import { RECORD_ROWS, UNTOUCHED } from './rows/records.ts'
import { STATUS_ROWS } from './rows/status.ts'
import { TEACHING_ROWS } from './rows/teaching.ts'
import { WORD_ROWS } from './rows/words.ts'

export interface Result {
  row: string
  says: string
  outcome: 'passed' | 'failed' | 'without'
  /** What was measured, or why it failed or means nothing here. */
  figures: Figures
  why: string
  /** What was on the screen when it failed. */
  screen?: string
  ms: number
}

export const ROWS: readonly Row[] = [
  ...STATUS_ROWS,
  ...ASK_ROWS,
  ...WORD_ROWS,
  ...RECORD_ROWS,
  ...TEACHING_ROWS,
]

/** Runs the rows whose names `only` lets through; each result is told as it comes. */
export async function conform(
  driver: Driver,
  installed: Installed,
  { only = () => true, tell }: { only?: (row: string) => boolean; tell(result: Result): void },
): Promise<Result[]> {
  const results: Result[] = []
  let room: Room | null = null
  const add = (result: Result): void => {
    results.push(result)
    tell(result)
  }
  try {
    for (const row of ROWS.filter(({ name }) => only(name))) {
      const without = driver.without[row.name]
      if (without !== undefined) {
        add({ row: row.name, says: row.says, outcome: 'without', figures: {}, why: without, ms: 0 })
        continue
      }
      const began = Date.now()
      const result = await attempt(row, async () => {
        room ??= await openRoom(driver, installed)
        return room
      })
      add({ ...result, ms: Date.now() - began })
      if (result.outcome === 'passed') continue
      await ended(room)
      room = null
    }
    const last = room as Room | null
    if (last) add({ ...(await attempt(UNTOUCHED, () => Promise.resolve(last))), ms: 0 })
  } finally {
    await ended(room)
  }
  return results
}

async function attempt(row: Row, open: () => Promise<Room>): Promise<Omit<Result, 'ms'>> {
  const base = { row: row.name, says: row.says }
  let room: Room | null = null
  try {
    room = await open()
    return { ...base, outcome: 'passed', figures: await row.run(room), why: '' }
  } catch (error) {
    const screen = await lastScreen(room)
    return { ...base, outcome: 'failed', figures: {}, why: String(error), ...(screen !== '' && { screen }) }
  }
}

const lastScreen = async (room: Room | null): Promise<string> =>
  // A program that has ended has none.
  (await room?.machine.screen().catch(() => ''))?.replaceAll(/\n\s*\n+/g, '\n') ?? ''

const ended = async (room: Room | null): Promise<void> => {
  await room?.close()
}
