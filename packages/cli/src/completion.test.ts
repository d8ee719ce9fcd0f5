// Completion offers what may come next, and its scripts are ones that the shells can read.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { allCommands } from './commands/all-commands.ts'
import { candidates } from './completion-candidates.ts'
import { SHELLS, completionScript } from './completion.ts'

const names = {
  agents: async () => ['shop-api', 'shop-web'],
  deleted: async () => ['old-one'],
  machines: async () => ['cellar'],
  users: async (): Promise<string[]> => {
    throw new Error('no right')
  },
}
const next = (...words: string[]) => candidates(allCommands(), words, names)

describe('completion', () => {
  test.each(SHELLS)('for %s is a script without errors', (shell) => {
    // Only bash is on every machine; the others are checked where they are.
    const path = ['/bin', '/usr/bin'].map((folder) => `${folder}/${shell}`).find((one) => existsSync(one))
    const script = completionScript(shell)
    expect(script).toContain('tutti __complete --')
    expect(() => path && execFileSync(path, ['-n'], { input: script })).not.toThrow()
  })

  test('in bash gives the words of the CLI', () => {
    const script = `${completionScript('bash')}
      tutti() { printf '%s\\n' "$@" >&3; printf 'agents\\nattach\\n'; }
      COMP_WORDS=(tutti 'a'); COMP_CWORD=1; _tutti 3>&1; printf '%s\\n' "\${COMPREPLY[@]}"`
    const asked = execFileSync('/bin/bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n')
    expect(asked).toEqual(['__complete', '--', 'a', 'agents', 'attach'])
  })

  test('offers words, choices, flags and the names of things', async () => {
    expect(await next('attac')).toEqual(['attach'])
    expect(await next('agents', 'un')).toEqual(['undelete', 'untag'])
    expect(await next('attach', 'shop-w')).toEqual(['shop-web'])
    expect(await next('agents', 'wake', 'shop-api', '')).toEqual(['shop-api', 'shop-web'])
    expect(await next('agents', 'undelete', '')).toEqual(['old-one'])
    expect(await next('completion', '')).toEqual(['bash', 'fish', 'zsh'])
    expect(await next('up', '--fore')).toEqual(['--foreground'])
  })

  test('offers nothing where it may not ask', async () => {
    expect(await next('users', 'remove', '')).toEqual([])
  })
})
