// Backups of a server that runs.
import { afterEach, describe, expect, test } from 'vitest'
import { NOW, aServer, anIo, endAll } from '../../test/support.ts'

afterEach(endAll)

describe('backup', () => {
  test('saves to the file that was asked for while the server runs', async () => {
    const server = await aServer({
      createBackup: () => ({
        id: 'bak_1',
        path: '/data/b.tar',
        sizeBytes: 5,
        createdAt: NOW,
        automatic: false,
      }),
      getBackup: () => Buffer.from('bytes'),
    })
    const { run, printed, files } = anIo(server.url)
    expect(await run('backup', '/tmp/mine.tar')).toBe(0)
    expect(printed.out).toBe('Saved /tmp/mine.tar (5 B). It holds keys: keep it safe.\n')
    expect(files.get('/tmp/mine.tar')).toBe('bytes')
  })
})
