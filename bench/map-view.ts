// The picture of a code map with fifty thousand nodes, in a browser without a GPU: how soon it is there, and how it moves.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser, ownerLogin } from './browser.ts'
import { atLeast, atMost, median, quantile, type Part } from './row.ts'
import { openStage } from './stage.ts'

const FILES = 2500
const SYMBOLS = 20
const LOADS = 5
/** Long enough for a pace to settle, short enough to be run. */
const MOVES = 240
/** Longer than the flight to the whole and the rest after it. */
const SETTLED_MS = 800

export const mapView: Part = {
  name: 'map-view',
  async run(report) {
    const stage = await openStage()
    const browser = await openBrowser()
    try {
      const root = aRepository(stage.folder)
      await stage.client.indexMap({ folder: root, tokens: 1000 })
      const storageState = await ownerLogin(stage, browser)
      const context = await browser.newContext({ storageState, viewport: { width: 1440, height: 900 } })
      const page = await context.newPage()
      await page.addInitScript(WATCH)
      const loads: number[] = []
      for (let at = 0; at < LOADS; at++) loads.push(await firstPaint(page, `${stage.url}/map?in=${root}`))
      const label = `map of ${FILES * (SYMBOLS + 1)} nodes`
      report(atMost(`${label}, page load to first paint, median of ${LOADS}`, median(loads) / 1000, [1, 's']))
      for (const [name, begin, step] of MOVEMENTS) {
        const frames = await framesOf(page, begin, step)
        const steps = frames.slice(1).map((one, at) => one.at - (frames[at]?.at ?? 0))
        const nodes = Math.round(median(frames.map((one) => one.nodes)))
        const calls = Math.round(median(frames.map((one) => one.calls)))
        const what = `${label}, ${name} (${nodes} drawn in ${calls} calls)`
        report(atLeast(`${what}, frames`, 1000 / median(steps), [30, '/s']))
        report(atMost(`${what}, p95 of a frame`, quantile(steps, 0.95), [50, 'ms']))
      }
    } finally {
      await browser.close()
      await stage.close()
    }
  },
}

/** Folders as people make them: a few dozen of them, files of uneven length, uses mostly near and some far. */
function aRepository(folder: string): string {
  const root = join(folder, 'large')
  let seed = 11
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const pathOf = (at: number) => `packages/p${at % 12}/src/f${Math.floor(at / 12) % 9}/file${at}`
  for (let at = 0; at < FILES; at++) {
    const path = join(root, `${pathOf(at)}.ts`)
    const others = Array.from({ length: 3 }, () =>
      random(5) === 0 ? random(FILES) : (at + 12 * random(9)) % FILES,
    )
    const imports = [...new Set(others)]
      .filter((one) => one !== at)
      .map((one) => `import { run${one}_0 } from '${'../'.repeat(4)}${pathOf(one)}.ts'\n`)
    const functions = Array.from({ length: SYMBOLS }, (_, nth) => {
      const calls = imports.map((line) => `  ${/run\d+_0/.exec(line)?.[0] ?? ''}()\n`).slice(0, 1 + (nth % 3))
      const filler = `  void ${nth}\n`.repeat(random(12))
      return `export function run${at}_${nth}(): void {\n${calls.join('')}${filler}}\n`
    })
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, [...imports, ...functions].join(''))
  }
  return root
}

interface Frame {
  at: number
  nodes: number
  calls: number
}

// Each drawn frame says what it took; its time is that of the frame after it, when the browser has painted it.
const WATCH = `
  window.mapFrames = []
  document.addEventListener('map-frame', ({ detail }) => {
    requestAnimationFrame((at) => window.mapFrames.push({ at, ...detail }))
  }, true)`

async function firstPaint(page: Page, url: string): Promise<number> {
  await page.goto('about:blank')
  await page.goto(url)
  for (let tries = 0; tries < 300; tries++) {
    const [first]: Frame[] = await page.evaluate('window.mapFrames.slice(0, 1)')
    if (first) return first.at
    await page.waitForTimeout(50)
  }
  throw new Error('the map was not drawn within 15 s')
}

/** What hands do, one event a frame: a browser of a test takes no more from outside than every second one. */
const MOVEMENTS: readonly [name: string, begin: string, step: string][] = [
  ['zooming', '', `wheel(step % 120 < 60 ? -32 : 32)`],
  ['panning', `drag('pointerdown', 0)`, `drag('pointermove', step)`],
  [
    'panning among symbols',
    `for (let at = 0; at < 7; at++) wheel(-100); drag('pointerdown', 0)`,
    `drag('pointermove', step)`,
  ],
]

const HANDS = `
  const canvas = document.querySelector('canvas')
  const { left, top, width, height } = canvas.getBoundingClientRect()
  const at = (x, y) => ({ clientX: left + x, clientY: top + y, bubbles: true, cancelable: true })
  const middle = at(width / 2, height / 2)
  canvas.setPointerCapture = () => {}
  const wheel = (deltaY) => canvas.dispatchEvent(new WheelEvent('wheel', { ...middle, deltaY }))
  const drag = (type, step) => canvas.dispatchEvent(new PointerEvent(type, {
    ...at(width / 2 + 260 * Math.sin(step / 20), height / 2 + 160 * Math.sin(step / 13)),
    pointerId: 1, button: 0,
  }))`

/** From the whole on; gives the frames while it moved. */
async function framesOf(page: Page, begin: string, step: string): Promise<Frame[]> {
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.waitForTimeout(SETTLED_MS)
  const frames: (Frame & { isMoving: boolean })[] = await page.evaluate(`new Promise((resolve) => {
    ${HANDS}
    window.mapFrames.length = 0
    ${begin}
    let step = 0
    const next = () => {
      ${step}
      step += 1
      if (step < ${MOVES}) requestAnimationFrame(next)
      else {
        drag('pointerup', step)
        requestAnimationFrame(() => resolve(window.mapFrames))
      }
    }
    requestAnimationFrame(next)
  })`)
  return frames.filter((one) => one.isMoving)
}
