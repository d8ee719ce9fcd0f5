// Typing mistakes: what is near is named, and where to read on.
import { afterEach, describe, expect, test } from 'vitest'
import { anIo, aServer, endAll } from '../test/support.ts'

afterEach(endAll)

describe('a command line that does not fit', () => {
  test('is answered by the words that are near and by its own help', async () => {
    const near = await typed('agent')
    expect(near.code).toBe(2)
    expect(near.err).toBe('tutti: There is no command "agent". Did you mean agents?\nSee: tutti help\n')
    const own = await typed('send-keys', 'shop-web')
    expect(own.err).toContain('See: tutti send-keys --help')
    const hyphen = await typed('agents', 'change', 'shop-web', '--args', '--fast')
    expect(hyphen.err).toContain('begins with a hyphen: write it as --args=VALUE.')
  })
})

async function typed(...argv: string[]) {
  const { run, printed } = anIo((await aServer({})).url)
  return { code: await run(...argv), err: printed.err }
}
