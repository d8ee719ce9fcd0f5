// Compares what a viewer sees that joined in mid-stream with what tmux shows, for programs that do anything to a screen.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Room, TestViewer } from '../test/room.ts'
import { aRoom, anEmulator, until } from '../test/room.ts'

const COLS = 40
const ROWS = 12
const ESC = '\u001b'

let room: Room
let witness: TestViewer
let sent = 0

// `cat` on a raw terminal prints exactly the bytes that are typed.
beforeAll(async () => {
  room = await aRoom()
  await room.start('agt_a', ['sh', '-c', 'stty raw -echo; printf READY; exec cat'], {
    cols: COLS,
    rows: ROWS,
  })
  witness = room.view('agt_a', { cols: COLS, rows: ROWS })
  await until(() => witness.screen() === 'READY')
  sent = witness.offset
})
afterAll(() => room.close())

const int = (max: number) => fc.integer({ min: 1, max })
const narrow = fc.string({
  unit: fc.constantFrom('a', 'b', 'Y', 'Z', ' ', '0', '9', '-', '|', '#', '%', '~'),
  minLength: 1,
  maxLength: 60,
})
const wide = fc.string({
  unit: fc.constantFrom('中', '国', 'é', 'ß', '日', 'a'),
  minLength: 1,
  maxLength: 25,
})
const sgr = fc
  .array(
    fc.constantFrom(
      '0',
      '1',
      '3',
      '4',
      '7',
      '22',
      '24',
      '27',
      '31',
      '92',
      '38;5;208',
      '39',
      '49',
      '38;2;1;2;3',
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((codes) => `${ESC}[${codes.join(';')}m`)
const background = fc.constantFrom('44', '48;5;22').map((code) => `${ESC}[${code}m \u00e9b ${ESC}[49m`)
const move = fc.tuple(int(ROWS), int(COLS)).map(([row, col]) => `${ESC}[${row};${col}H`)
const edit = fc
  .tuple(int(5), fc.constantFrom('A', 'B', 'C', 'D', 'G', 'L', 'M', 'P', 'S', 'X', '@', 'd'))
  .map(([n, final]) => `${ESC}[${n}${final}`)
const erase = fc.constantFrom('K', '1K', '2K', 'J', '1J').map((final) => `${ESC}[${final}`)
const region = fc
  .tuple(int(ROWS - 2), int(4))
  .map(([top, size]) => `${ESC}[${top};${Math.min(ROWS, top + size)}r`)
const control = fc.constantFrom(
  '\r\n',
  '\r\n',
  '\n',
  '\r',
  '\t',
  '\b',
  `${ESC}M`,
  `${ESC}D`,
  `${ESC}7`,
  `${ESC}8`,
  `${ESC}(0qx${ESC}(B`,
)
const mode = fc
  .constantFrom('[?25l', '[?25h', '[?7l', '[?7h', '[4h', '[4l', '[?6h', '[?6l', '[?1h', '=')
  .map((each) => ESC + each)
const alternate = fc.constantFrom(`${ESC}[?1049h`, `${ESC}[?1049l`)

const written = (text: fc.Arbitrary<string>) =>
  fc
    .array(
      fc.oneof(
        { weight: 8, arbitrary: text },
        { weight: 4, arbitrary: sgr },
        { weight: 1, arbitrary: background },
        { weight: 3, arbitrary: move },
        { weight: 2, arbitrary: edit },
        { weight: 1, arbitrary: erase },
        { weight: 1, arbitrary: region },
        { weight: 6, arbitrary: control },
        { weight: 1, arbitrary: mode },
        { weight: 1, arbitrary: alternate },
      ),
      { minLength: 1, maxLength: 60 },
    )
    .map((parts) => parts.join(''))

// A sequence or character that the join cuts in two.
const begun = (texts: string[]) =>
  fc
    .tuple(fc.oneof(sgr, move, fc.constantFrom(...texts)), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([text, where]): [Buffer, Buffer] => {
      const bytes = Buffer.from(text)
      const cut = Math.floor(bytes.byteLength * where)
      return [bytes.subarray(0, cut), bytes.subarray(cut)]
    })

// tmux and the emulator differ in corners that no snapshot can mend (such as where the cursor goes when a line is
// inserted), so what follows keeps to what they agree on.
const probe = (moves: fc.Arbitrary<string>) =>
  fc
    .array(fc.oneof(narrow, fc.constantFrom('\r\n', `\r${ESC}M`), moves), { minLength: 1, maxLength: 10 })
    .map((parts) => parts.join(''))

interface Story {
  before: Buffer
  cut: [Buffer, Buffer]
  after: Buffer
}

const narrowStory: fc.Arbitrary<Story> = fc.record({
  before: written(narrow).map((text) => Buffer.from(text)),
  cut: begun(['é', 'plain']),
  after: probe(move).map((text) => Buffer.from(text)),
})

// Who writes over the second half of a wide character loses the first in the emulator and keeps it in tmux. So what
// follows begins in a column that no character reaches into.
const wideStory: fc.Arbitrary<Story> = fc.record({
  before: written(fc.oneof(narrow, wide)).map((text) => Buffer.from(`${text}\r\n`)),
  cut: begun(['中', 'é', 'plain']),
  after: probe(int(ROWS).map((row) => `${ESC}[${row}H`)).map((text) => Buffer.from(`\r${text}`)),
})

const print = async (bytes: Buffer): Promise<void> => {
  await room.terminals.sendKeys('agt_a', bytes)
  sent += bytes.byteLength
}

const seen = async (viewer: TestViewer): Promise<void> => {
  await until(() => viewer.offset === sent)
  await viewer.drawn()
}

const tmuxScreen = (): string =>
  room
    .tmux('agt_a', 'capture-pane', '-p', '-t', '%0')
    .split('\n')
    .map((line) => line.trimEnd())
    // tmux prints line drawing as the letters that stand for it.
    .map((line) => line.replaceAll('q', '─').replaceAll('x', '│'))
    .join('\n')
    .trimEnd()

const tmuxCursor = (): string =>
  room.tmux('agt_a', 'display-message', '-p', '-t', '%0', '#{cursor_x},#{cursor_y}').trim()

// The emulator never lets the cursor out of the region in origin mode, nor wait to wrap behind an empty cell; tmux does.
function isReachable(): boolean {
  const format = '#{cursor_x},#{cursor_y},#{origin_flag},#{scroll_region_upper},#{scroll_region_lower}'
  const answer = room.tmux('agt_a', 'display-message', '-p', '-t', '%0', format)
  const [x = 0, y = 0, origin = 0, upper = 0, lower = 0] = answer.split(',').map(Number)
  const isOutside = origin === 1 && (y < upper || y > lower)
  const line = tmuxScreen().split('\n')[y] ?? ''
  return !isOutside && (x < COLS || line.length === COLS)
}

const cursorOf = ({ terminal: { buffer } }: TestViewer): string =>
  `${buffer.active.cursorX},${buffer.active.cursorY}`

const begin = async (): Promise<void> => {
  await print(Buffer.from(`${ESC}[?1049l${ESC}c`))
  await seen(witness)
  room.tmux('agt_a', 'clear-history', '-t', '%0')
}

describe('a snapshot', () => {
  test.each([
    ['anything narrow', narrowStory],
    ['wide characters', wideStory],
  ])('shows %s in mid-stream exactly as tmux does, screen and cursor', async (_, stories) => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ before, cut: [head, tail], after }) => {
        await begin()
        await print(Buffer.concat([before, head]))
        await seen(witness)

        const joiner = room.view('agt_a', { access: 'read' })
        await seen(joiner)
        expect(joiner.screen()).toBe(tmuxScreen())
        fc.pre(isReachable())
        expect(cursorOf(joiner)).toBe(tmuxCursor())

        // What comes next meets the same modes, region and half sequences.
        await print(Buffer.concat([tail, after]))
        await seen(joiner)
        expect(joiner.screen()).toBe(tmuxScreen())
        expect(cursorOf(joiner)).toBe(tmuxCursor())
        joiner.close()
      }),
      { numRuns: 25 },
    )
  })

  test(
    'gives every cell the colours that a viewer saw who was there all the time',
    { timeout: 60_000 },
    async () => {
      const plain = fc
        .array(fc.oneof(narrow, sgr, background, fc.constant('\r\n')), { minLength: 1, maxLength: 40 })
        .map((parts) => Buffer.from(parts.join('')))
      await fc.assert(
        fc.asyncProperty(plain, fc.double({ min: 0, max: 1, noNaN: true }), async (bytes, where) => {
          await begin()
          const always = anEmulator(COLS, ROWS)
          const cut = Math.floor(bytes.byteLength * where)
          await print(bytes.subarray(0, cut))
          await seen(witness)
          const joiner = room.view('agt_a', { access: 'read' })
          await seen(joiner)
          await print(bytes.subarray(cut))
          await seen(joiner)

          await new Promise<void>((resolve) => {
            always.write(bytes, resolve)
          })
          expect(cellsOf(joiner.terminal)).toEqual(cellsOf(always))
          joiner.close()
        }),
        { numRuns: 25 },
      )
    },
  )

  test('holds the normal screen beneath the alternate one', async () => {
    await begin()
    await print(Buffer.from(`one\r\ntwo${ESC}[?1049h${ESC}[2J${ESC}[5;5Hfull${ESC}[?1h`))
    await seen(witness)
    const joiner = room.view('agt_a', { access: 'read' })
    await seen(joiner)
    expect(joiner.screen().trim()).toBe('full')
    expect(joiner.terminal.modes.applicationCursorKeysMode).toBe(true)

    await print(Buffer.from(`${ESC}[?1049l!`))
    await seen(joiner)

    expect(joiner.screen()).toBe('one\ntwo!')
  })

  test('joins wrapped lines, so that they wrap anew when the size changes', async () => {
    await begin()
    await print(Buffer.from(`${'x'.repeat(COLS + 10)}\r\n`))
    await seen(witness)
    const joiner = room.view('agt_a', { access: 'read' })
    await seen(joiner)

    expect(joiner.terminal.buffer.active.getLine(1)?.isWrapped).toBe(true)
  })

  test('does not believe a screen that imitates tmux', async () => {
    await begin()
    const lines = Array.from({ length: ROWS - 1 }, (_, index) => `%end 1 ${index} 1\r\n%output %0 evil`)
    await print(Buffer.from(lines.join('\r\n')))
    await seen(witness)
    const joiner = room.view('agt_a', { access: 'read' })
    await seen(joiner)

    expect(joiner.screen()).toBe(tmuxScreen())
  })
})

type Emulator = ReturnType<typeof anEmulator>

function cellsOf({ buffer: { active }, cols, rows }: Emulator): unknown[] {
  const cells: unknown[] = []
  for (let y = 0; y < rows; y++) {
    const line = active.getLine(active.baseY + y)
    for (let x = 0; x < cols; x++) {
      const cell = line?.getCell(x)
      if (!cell) continue
      const colours = [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor()]
      const isShown = cell.getChars().trim() !== '' || cell.getBgColorMode() !== 0 || cell.isInverse() !== 0
      if (isShown)
        cells.push([y, x, cell.getChars(), ...colours, cell.isBold(), cell.isItalic(), cell.isUnderline()])
    }
  }
  return cells
}
