// The agent as a person meets it: in a real tmux, by keys and screen, with its state file as the witness.
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { startAgent, type TestTerminal } from '../test/agent-terminal.ts'

const open: TestTerminal[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((terminal) => terminal.close()))
})

const DEADLINE = { timeout: 40_000, interval: 20 }

async function start(...args: Parameters<typeof startAgent>): Promise<TestTerminal> {
  const terminal = await startAgent(...args)
  open.push(terminal)
  return terminal
}

describe('a prompt', () => {
  test('is accepted while idle and played as a script', async () => {
    const agent = await start('quiet', { name: 'shop-x' })
    await agent.reaches('idle')

    await agent.type('[[say: grüße 東京]] [[read: a.ts]]')
    await agent.press('Enter')

    await agent.shows(/● grüße 東京/)
    await agent.shows(/● Read\(a\.ts\)/)
    await agent.reaches('idle')
    expect(agent.states().map(({ state }) => state)).toEqual([
      'starting',
      'working',
      'idle',
      'working',
      'idle',
    ])
    expect(agent.states()[0]).toMatchObject({ name: 'shop-x', detail: '' })
  })

  test('in plain words gets a plausible reply, the same for the same seed', async () => {
    const agents = await Promise.all([start('quiet'), start('quiet')])
    const replies = await Promise.all(
      agents.map(async (agent) => {
        await agent.reaches('idle')
        await agent.type('Please add a discount')
        await agent.press('Enter')
        await expect.poll(() => agent.states().length, DEADLINE).toBe(5)
        return /Please add a discount\s+(● [^]*?)\n\n/.exec(await agent.screen())?.[1]
      }),
    )

    expect(replies[0]).toMatch(/^● \w+/)
    expect(replies[0]).toBe(replies[1])
  })

  test('typed while working is queued and played afterwards', async () => {
    const agent = await start('quiet')
    await agent.reaches('idle')
    await agent.type('[[sleep: 20000]]')
    await agent.press('Enter')
    await agent.reaches('working')

    await agent.type('[[say: second]]')
    await agent.press('Enter')

    await agent.shows(/queued: \[\[say: second\]\]/)
    await expect(agent.shows(/● second/)).resolves.toBeTruthy()
  })

  test('pasted with brackets keeps its lines and is not sent by them, and cannot act on the screen', async () => {
    const agent = await start('quiet')
    await agent.reaches('idle')

    await agent.send('\u001B[200~first line\rsecond \u001B[31mline\u0007\u001B[201~')
    await agent.shows(/> first line\s*│\n│\s+second \[31mline/)
    expect(agent.states().at(-1)?.state).toBe('idle')
    await agent.press('Enter')

    await agent.shows(/> first line\n {2}second \[31mline\n/)
  })
})

describe('an approval', () => {
  test('answered with 1 goes on', async () => {
    const agent = await start('approval')
    await agent.reaches('waiting-approval')
    await agent.shows(/❯ 1\. Yes\s/)
    expect(agent.states().at(-1)).toMatchObject({ detail: 'npm test' })
    expect(await agent.ask('#{pane_title}')).toBe('✋ Action required | approval')

    await agent.press('1')

    await agent.shows(/87 passed[^]*● All tests pass/)
    await agent.reaches('idle')
    expect(await agent.ask('#{pane_title}')).toBe('approval')
  })

  test('denied with 3 does not', async () => {
    const agent = await start('approval')
    await agent.reaches('waiting-approval')

    await agent.press('3')

    await agent.shows(/Denied by you[^]*I did not run the tests/)
    await agent.reaches('idle')
    expect(await agent.screen()).not.toMatch(/87 passed/)
  })

  test('is moved through with arrows, and remembered when it was given for good', async () => {
    const agent = await start('quiet')
    await agent.reaches('idle')
    await agent.type('[[sh: npm test]] [[sh: npm test]]')
    await agent.press('Enter')
    await agent.reaches('waiting-approval')

    await agent.press('Down')
    await agent.shows(/❯ 2\. Yes, and don't ask again for npm test/)
    await agent.press('Enter')

    await agent.reaches('idle')
    await agent.shows(/(?:● Bash\(npm test\)[^]*){2}/)
    expect(agent.states().filter(({ state }) => state === 'waiting-approval')).toHaveLength(1)
  })

  test('rings the bell once', async () => {
    const agent = await start('quiet')
    await agent.reaches('idle')
    const output = await agent.record()
    await agent.type('[[sh: npm test]]')
    await agent.press('Enter')
    await agent.shows(/❯ 1\. Yes/)

    await agent.press('Down')
    await agent.shows(/❯ 2\. Yes/)

    // The end of a title is the same character, and no bell.
    const isTitle = (part: string) => part.slice(part.lastIndexOf('\u001B')).startsWith('\u001B]2;')
    const bells = () =>
      output()
        .split('\u0007')
        .slice(0, -1)
        .filter((part) => !isTitle(part)).length
    await expect.poll(output, DEADLINE).toMatch(/❯ 2\. Yes/)
    expect(bells()).toBe(1)
  })

  test('is never asked for with full trust', async () => {
    const agent = await start('approval', { trust: 'all' })

    await agent.reaches('idle')

    expect(agent.states().map(({ state }) => state)).toEqual(['starting', 'working', 'idle'])
  })
})

describe('a question', () => {
  test('is answered by number', async () => {
    const agent = await start('question')
    await agent.reaches('waiting-answer')

    await agent.press('2')

    await expect(agent.shows(/You answered: PostgreSQL in a container/)).resolves.toBeTruthy()
    await agent.reaches('idle')
  })

  test('is answered in words', async () => {
    const agent = await start('question')
    await agent.reaches('waiting-answer')

    await agent.press('3')
    await agent.type('DuckDB, 1 file')
    await agent.press('Enter')

    await expect(agent.shows(/You answered: DuckDB, 1 file/)).resolves.toBeTruthy()
  })
})

describe('an interrupt', () => {
  test.each(['C-c', 'Escape'])('by %s stops the work and leaves the agent idle', async (key) => {
    const agent = await start('busy', { speed: 1 })
    await agent.reaches('working')

    await agent.press(key)

    await agent.reaches('idle')
    await expect(agent.shows(/Interrupted by you/)).resolves.toBeTruthy()
  })

  test('twice while idle leaves', async () => {
    const agent = await start('quiet')
    await agent.reaches('idle')

    await agent.press('C-c')
    await agent.shows(/ctrl-c again to leave/)
    await agent.press('C-c')

    await agent.reaches('exited')
    expect(await agent.exits()).toBe(0)
  })
})

describe('other states', () => {
  test('a rate limit counts down, then work goes on', async () => {
    const agent = await start('rate-limited', { speed: 10 })

    await agent.reaches('rate-limited')
    await agent.shows(/Rate limit reached \(429\)[^]*Trying again in [123] s/)

    await agent.reaches('idle')
    await expect(agent.shows(/The service answers again/)).resolves.toBeTruthy()
  })

  test('a failure is told and waits for a prompt', async () => {
    const agent = await start('failing')
    await agent.reaches('failed')
    expect(agent.states().at(-1)?.detail).toBe('API error 400')

    await agent.type('[[say: recovered]]')
    await agent.press('Enter')

    await agent.shows(/● recovered/)
    await agent.reaches('idle')
  })

  test('an exit gives its code', async () => {
    const agent = await start('exiting')

    await agent.reaches('exited')

    expect(await agent.exits()).toBe(3)
  })

  test('an unknown scenario is refused with the names there are', async () => {
    const agent = await start('nonsense')

    await agent.shows(/No scenario is called "nonsense"\. There are: quiet/)
    expect(await agent.exits()).toBe(2)
  })
})

describe('the screen', () => {
  test.each([false, true])(
    'is laid out anew by a resize without remains (alternate screen: %s)',
    async (alternate) => {
      const agent = await start('quiet', { alternate })
      await agent.reaches('idle')
      await agent.type('[[say: one two three four five six seven eight nine ten eleven twelve]]')
      await agent.press('Enter')
      await agent.shows(/twelve\n/)
      await agent.reaches('idle')
      await agent.type('draft')

      for (const [columns, rows] of [
        [50, 20],
        [120, 35],
        [40, 12],
        [90, 30],
      ] as const) {
        await agent.resize(columns, rows)
        const box = Math.min(120, columns - 1)
        const top = new RegExp(`^╭─{${box - 2}}╮$`, 'gm')
        await expect.poll(async () => (await agent.screen()).match(top)?.length, DEADLINE).toBe(1)
        await agent.shows(/│ > draft +│/)
        const screen = await agent.screen()
        expect(screen.match(/[╭╮╰╯]/g)).toHaveLength(4)
        expect(screen.match(/tokens/g)).toHaveLength(1)
        expect(screen.split('\n').every((row) => row.length <= columns)).toBe(true)
      }
    },
  )

  test('what scrolled away is in the history of the terminal, each line once', async () => {
    const agent = await start('quiet')
    await agent.reaches('idle')
    const lines = Array.from({ length: 60 }, (_, index) => `row-${index}.`)

    await agent.send(`\u001B[200~[[say: ${lines.join('\r')}]]\u001B[201~`)
    await agent.shows(/row-59\./)
    await agent.press('Enter')
    await expect.poll(() => agent.states().length, DEADLINE).toBe(5)

    const history = await agent.history()
    // Once in the prompt, once in the reply, and never in a frame that was left behind.
    for (const row of lines) expect([row, history.split(row).length - 1]).toEqual([row, 2])
  })
})

test('an idle agent sleeps: no wakeups worth counting, and little memory of its own', async () => {
  const agent = await start('quiet')
  await agent.reaches('idle')
  await agent.shows(/enter to send/)
  const cpu = () => {
    const [, fields = ''] = readFileSync(`/proc/${agent.pid()}/stat`, 'utf8').split(') ')
    const [utime = 0, stime = 0] = fields.split(' ').slice(11, 13).map(Number)
    return utime + stime
  }
  const before = cpu()

  // Time itself is what is measured here.
  await new Promise((resolve) => setTimeout(resolve, 1000))

  expect(cpu() - before).toBeLessThanOrEqual(1)
  const own = /Private_Dirty:\s+(\d+)/.exec(readFileSync(`/proc/${agent.pid()}/smaps_rollup`, 'utf8'))?.[1]
  expect(Number(own)).toBeLessThan(40_000)
})
