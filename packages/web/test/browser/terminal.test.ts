// The terminal in the page is as good as a local one: the same cells as tmux, its whole history, copy, paste and search.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Agent } from '@tutti/core'
import { openHouse, type House } from './house.ts'
import { tidyUpAfterTests } from './screenshots.ts'
import { enterTerminal, screenLines, screenText, tmux, tmuxText } from './terminal-view.ts'
import { openVisitors, type Login, type Visitors } from './visitor.ts'

let house: House
let visitors: Visitors
let ada: Login

beforeAll(async () => {
  house = await openHouse()
  visitors = await openVisitors(house)
  ada = await visitors.owner()
})
tidyUpAfterTests(() => visitors.browser)
afterAll(async () => {
  await visitors.close()
  await house.close()
})

let count = 0
/** An agent that runs a script and then shows what it reads, byte by byte, as hex. */
async function anAgent(script: string, then = 'exec cat'): Promise<Agent> {
  const path = join(house.work, `script-${++count}.sh`)
  writeFileSync(path, `${script}\n${then}\n`)
  return house.agent(`script-${count}`, { args: [path] })
}
const KEYS_AS_THEY_COME = 'stty -icanon -echo -isig -icrnl -ixon min 1'
const HEX = `${KEYS_AS_THEY_COME}; printf 'READY\\n'; exec od -An -tx1 -v -w1`

const open = (agent: Agent): Promise<Page> => visitors.visit(ada, `/agents/${agent.id}`)
const sameAsTmux = async (page: Page, agent: Agent) =>
  await expect.poll(async () => (await screenText(page)) === (await tmuxText(house, agent))).toBe(true)
/** What a program that prints hex has read. */
const hexRead = async (page: Page) =>
  (await screenLines(page)).filter((line) => /^ [0-9a-f]{2}$/.test(line)).map((line) => line.trim())

test('colours, attributes and wide characters stand where tmux has them', async () => {
  const agent = await anAgent(
    String.raw`printf '\033[31mred\033[0m \033[1;38;2;10;60;200mtrue\033[0m \033[7mback\033[0m\r\n'
printf '中文|é|😀|한|e\314\201|\r\n'
printf '\033[10;20Hhere\033[12;1H'`,
  )
  const page = await open(agent)

  await expect.poll(() => screenText(page)).toContain('here')
  await sameAsTmux(page, agent)
  const styles = await page.evaluate(`['red', 'true', 'back'].map((text) => {
    const at = [...document.querySelectorAll('.xterm-rows span')].find((one) => one.textContent.trim() === text)
    const style = getComputedStyle(at)
    return { colour: style.color, weight: style.fontWeight, classes: at.className }
  })`)
  expect(styles).toMatchObject([
    { classes: expect.stringContaining('xterm-fg-1') },
    { colour: 'rgb(10, 60, 200)', weight: '700' },
    { classes: expect.stringContaining('xterm-bg-') },
  ])
  await page.context().close()
})

test('a program on the alternate screen is shown exactly, also to a page that is loaded later', async () => {
  const agent = await anAgent(
    String.raw`printf 'before\r\n'; printf '\033[?1049h\033[2J\033[5;10Hfull screen\033[20;3Hfoot'`,
    'read -r line; printf "\\033[?1049l"; exec cat',
  )
  const page = await open(agent)
  await expect.poll(() => screenText(page)).toContain('full screen')
  await sameAsTmux(page, agent)

  await page.reload()
  await expect.poll(() => screenText(page)).toContain('full screen')
  await sameAsTmux(page, agent)
  await enterTerminal(page)
  await page.keyboard.press('Enter')

  await expect.poll(() => screenText(page)).toMatch(/^before/)
  await sameAsTmux(page, agent)
  await page.context().close()
})

test('twenty thousand lines end exactly, and the history that is kept can be searched', async () => {
  const agent = await anAgent('i=0; while read -r line; do seq 1 20000; done')
  const page = await open(agent)
  await enterTerminal(page)
  await page.keyboard.press('Enter')

  await expect.poll(async () => (await screenLines(page)).findLast(Boolean)).toBe('20000')
  await sameAsTmux(page, agent)
  await page.keyboard.press('Control+Shift+f')
  await page.getByRole('textbox', { name: 'Search in the terminal' }).fill('15123')
  await page.getByText('1 of 1').waitFor()
  await expect.poll(() => screenLines(page)).toContain('15123')
  await page.keyboard.press('Escape')
  await page.context().close()
})

test('Ctrl, Shift and C copy what is selected, as lines', async () => {
  const agent = await anAgent(String.raw`printf 'alpha beta\r\n'`)
  const page = await open(agent)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await expect.poll(() => screenText(page)).toBe('alpha beta')
  await page.evaluate('document.fonts.ready')

  await page.locator('.xterm-screen').dblclick({ position: { x: 12, y: 8 } })
  await page.keyboard.press('Control+Shift+c')

  await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe('alpha')
  await page.context().close()
})

test('several pasted lines arrive as one bracketed paste where the program asked for it, and plain where not', async () => {
  const asked = await open(await anAgent(String.raw`printf '\033[?2004h'`, HEX))
  const plain = await open(await anAgent('', HEX))

  for (const page of [asked, plain]) {
    await expect.poll(() => screenText(page)).toContain('READY')
    await enterTerminal(page)
    await page.evaluate(`(() => {
      const data = new DataTransfer()
      data.setData('text/plain', 'a\\nb')
      document.activeElement.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })()`)
    await page.keyboard.type('!')
  }

  const mark = (n: string) => ['1b', '5b', '32', '30', n, '7e']
  await expect.poll(() => hexRead(asked)).toEqual([...mark('30'), '61', '0d', '62', ...mark('31'), '21'])
  await expect.poll(() => hexRead(plain)).toEqual(['61', '0d', '62', '21'])
  await asked.context().close()
  await plain.context().close()
})

test('C30 questions asked while two pages look on bring no more bytes than tmux gives by itself', async () => {
  const ask = String.raw`printf '\033[c\033[>c\033[5n\033[6n\033P$qm\033\\\033]10;?\007\033]11;?\007\033[21t\033[>q\033[?1$p'`
  const script = `${KEYS_AS_THEY_COME}; printf 'GO\\n'; dd bs=1 count=1 2>/dev/null; ${ask}; exec od -An -tx1 -v -w1`
  const bytesRead = async (pages: number) => {
    const agent = await house.agent(`asked-by-${pages}`, { args: ['-c', script] })
    const viewers = await Promise.all(Array.from({ length: pages }, () => open(agent)))
    await expect.poll(() => tmuxText(house, agent)).toContain('GO')
    for (const page of viewers) await expect.poll(() => screenText(page)).toContain('GO')
    await house.client.sendKeys({ id: agent.id, text: 'x' })
    // With what has scrolled away: each byte is a line of its own.
    const read = async () =>
      (await tmux(house, agent, ['capture-pane', '-p', '-S', '-']))
        .split('\n')
        .filter((line) => /^ [0-9a-f]{2}$/.test(line.trimEnd()))
        .map((line) => line.trim())
    await expect.poll(async () => (await read()).length).toBeGreaterThan(5)
    // The mark is typed behind whatever a page would have answered.
    for (const page of viewers) await enterTerminal(page)
    if (viewers[0]) await viewers[0].keyboard.type('~')
    else await house.client.sendKeys({ id: agent.id, text: '~' })
    await expect.poll(async () => (await read()).at(-1)).toBe('7e')
    for (const page of viewers) await page.context().close()
    return (await read()).join(' ')
  }

  const alone = await bytesRead(0)

  expect(await bytesRead(2)).toBe(alone)
})

test('C30 a program that writes the clipboard has to ask: only a press of the button copies', async () => {
  const agent = await anAgent(String.raw`echo ready; read -r go; printf '\033]52;c;c3RvbGVu\007shown\r\n'`)
  const page = await open(agent)
  // What was written before the page listened is on its screen, but asks nothing.
  await expect.poll(() => screenText(page)).toContain('ready')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate(`navigator.clipboard.writeText('mine')`)
  const clipboard = () => page.evaluate('navigator.clipboard.readText()')
  await enterTerminal(page)
  await page.keyboard.press('Enter')
  await page.getByText(`The program in ${agent.name} wants to copy text`).waitFor()
  expect(await clipboard()).toBe('mine')

  await page.getByRole('button', { name: 'Copy', exact: true }).click()

  await expect.poll(clipboard).toBe('stolen')
  await page.context().close()
})

test('C30 a link that a program prints with javascript: as its address opens nothing', async () => {
  const agent = await anAgent(
    String.raw`printf '\033]8;;javascript:alert(1)\033\\click me\033]8;;\033\\\r\n'`,
  )
  const page = await open(agent)
  await expect.poll(() => screenText(page)).toBe('click me')

  await page.locator('.xterm-screen').click({ position: { x: 20, y: 8 }, modifiers: ['Control'] })
  await page.locator('.xterm-screen').click({ position: { x: 20, y: 8 } })

  expect(page.context().pages().length).toBe(1)
  expect(await page.evaluate('location.href')).toBe(`${house.url}/agents/${agent.id}`)
  expect(visitors.complaints).toEqual([])
  await page.context().close()
})

test('the bell of an agent that is not in use is told', async () => {
  const agent = await anAgent('')
  const page = await open(agent)
  await enterTerminal(page)
  await page.keyboard.press('Control+Shift+Period')
  const other = await anAgent('')
  await page.getByRole('treeitem').filter({ hasText: 'script' }).first().waitFor()
  await page.keyboard.press('\\')
  await page.getByText('Choose an agent for this pane').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill(other.name)
  await page.getByRole('option', { selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: other.name }).waitFor()

  await house.client.sendKeys({ id: agent.id, text: '\u0007', keys: ['Enter'] })

  const told = page.getByText(`${agent.name} rang the bell.`)
  await expect.poll(() => told.count()).toBe(1)
  await page.context().close()
})
