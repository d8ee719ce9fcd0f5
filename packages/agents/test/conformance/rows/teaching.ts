// The row about what a program is taught at its start: the skill and the prompts for mail, by no file of the user's.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../deadline.ts'
import { openRoom, type Room } from '../room.ts'
import { expect, type Row } from '../row.ts'

const SKILL = join(import.meta.dirname, '../../../../../integrations/skills/tutti-mail/SKILL.md')
const SERVER = join(import.meta.dirname, '../mail-server.ts')
// OpenCode shows an answer late on a machine that does other things.
const MENU_MS = 20_000

const teaching: Row = {
  name: 'skill and prompts',
  says: 'the skill and the prompts for mail come with the start, and a session loads the skill',
  async run({ driver, parts }) {
    const skill = { name: 'tutti-mail', text: readFileSync(SKILL, 'utf8') }
    const room = await openRoom(driver, parts.installed, () => ({
      mcp: [process.execPath, SERVER],
      teaching: { skill, isSet: () => false, exists: existsSync, isRoots: () => false },
    }))
    try {
      for (const { typed, shows } of driver.menu ?? []) {
        await offered(room, typed, shows)
      }
      if (driver.loadsSkill !== undefined) await loaded(room, driver.loadsSkill)
      expect(room.settings() === room.settingsBefore, 'the settings were changed')
    } finally {
      await room.close()
    }
    return { menus: driver.menu?.length ?? 0 }
  },
}

/** A program reads its skills and asks its servers while it runs already: what is not in the menu yet may come. */
async function offered(room: Room, typed: string, shows: RegExp): Promise<void> {
  await until(
    async () => {
      await room.press(typed.split(''))
      const seen = await room.shows(shows, 2000).catch(() => null)
      await room.press(['C-u'])
      return seen
    },
    () => `Typing ${typed} does not show ${String(shows)}`,
    MENU_MS,
  )
}

async function loaded(room: Room, { prompt, shows }: { prompt: string; shows: RegExp }): Promise<void> {
  const since = await room.prompt(prompt)
  await room.shows(shows, MENU_MS)
  await room.signals.reaches(['idle'], await room.answered(since, 2))
}

export const TEACHING_ROWS: readonly Row[] = [teaching]
