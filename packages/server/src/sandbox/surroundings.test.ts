// What a sandbox shows of the machine: programs and their libraries, and nothing of a person's.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { maskedPlaces, programFolders, systemPlaces } from './surroundings.ts'

let home: string
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'tutti-home-'))))
afterEach(() => rmSync(home, { recursive: true }))

const put = (path: string): string => {
  const whole = join(home, path)
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, '', { mode: 0o755 })
  return whole
}
const shown = async (files: string[], folders: string[] = []): Promise<string[]> => {
  const found = await programFolders({ files, folders: [], searchPath: folders.join(':'), home })
  return found.map((path) => path.replace(`${home}/`, '')).toSorted()
}

test('a package is shown with its neighbours, a link with where it leads', async () => {
  const script = put('.npm-global/lib/node_modules/@openai/codex/bin/codex.js')
  mkdirSync(join(home, '.npm-global/bin'))
  symlinkSync(script, join(home, '.npm-global/bin/codex'))

  expect(await shown([join(home, '.npm-global/bin/codex')])).toEqual([
    '.npm-global/bin',
    '.npm-global/lib/node_modules',
  ])
})

test('a program in the home folder itself is shown alone, and the home folder never', async () => {
  const program = put('agent')
  put('secret')

  expect(await shown([program])).toEqual(['agent'])
  expect(await shown([program], [home, dirname(home), '/'])).toEqual(['agent'])
})

test('the search path is shown with its libraries, without what is not there or is the system', async () => {
  put('.local/bin/tool')
  put('.local/lib/tool/x.py')
  put('.local/share/tool/secret')

  expect(await shown([], [join(home, '.local/bin'), '/usr/bin', join(home, 'gone'), 'relative'])).toEqual([
    '.local/bin',
    '.local/lib',
  ])
})

test("C21 what is its administrator's alone in /etc is masked for a program of root, whom no mode keeps away", async () => {
  const masked = await maskedPlaces(0)
  expect(masked).toContainEqual({ path: '/etc/shadow', isFolder: false })
  expect(masked.map(({ path }) => path)).not.toContain('/etc/passwd')
  expect(await maskedPlaces(1000)).toEqual([])
})

test('a link of the system stays one', async () => {
  const places = await systemPlaces()
  expect(places.find(({ path }) => path === '/usr')).toEqual({ path: '/usr', link: null })
  expect(places.every(({ path }) => path.startsWith('/') && path !== '/')).toBe(true)
})
