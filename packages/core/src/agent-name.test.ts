// Names: what is one, the tree that comes from it, and colours that stay.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AgentName } from './agent-name.ts'
import { AGENT_NAME_LENGTH, colourIndex, isAgentName, treePath } from './agent-tree.ts'
import { Fault } from './fault.ts'

const word = fc.stringMatching(/^[a-z0-9]{1,8}$/)
const name = fc.array(word, { minLength: 1, maxLength: 7 }).map((words) => words.join('-'))

describe('a name', () => {
  test('is words of lower-case letters and digits, joined by single hyphens', () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(isAgentName(text)).toBe(true)
      }),
    )
  })

  test('of more than 64 characters is none', () => {
    expect(isAgentName('x'.repeat(AGENT_NAME_LENGTH))).toBe(true)
    expect(isAgentName('x'.repeat(AGENT_NAME_LENGTH + 1))).toBe(false)
  })

  test('holds nothing that a shell, tmux, a path or a URL takes for more than text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), name), (text) => {
        expect(AgentName.safeParse(text).success).toBe(isAgentName(text))
        expect(isAgentName(text) && !/^[a-z0-9-]+$/.test(text)).toBe(false)
      }),
    )
  })

  test.each([
    'a"; touch x; echo "',
    '-t',
    '$(id)',
    'a:0.1',
    'a\n',
    'a\nb',
    'x'.repeat(300),
    '',
    'a--b',
    'a-',
    'A',
    'ä',
    '..',
  ])('C29 %j is refused with the sentence of its fault', (text) => {
    const issue = AgentName.safeParse(text).error?.issues[0]
    expect(issue?.message).toBe(new Fault('agent.name-invalid', { name: JSON.stringify(text) }).message)
    expect(issue).toMatchObject({ params: { fault: 'agent.name-invalid' } })
  })
})

describe('the tree', () => {
  test('D02 shop-backend-api-v2 is four levels', () => {
    expect(treePath('shop-backend-api-v2')).toEqual(['shop', 'backend', 'api', 'v2'])
  })

  test('loses nothing of a name', () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(treePath(text).join('-')).toBe(text)
        expect(treePath(text).every((level) => level !== '')).toBe(true)
      }),
    )
  })
})

describe('a colour', () => {
  test('D02 is decided by the first level alone, so a project keeps it through every rename below', () => {
    fc.assert(
      fc.property(word, name, name, (project, a, b) => {
        expect(colourIndex(`${project}-${a}`)).toBe(colourIndex(`${project}-${b}`))
        expect(colourIndex(project)).toBeGreaterThanOrEqual(0)
        expect(colourIndex(project)).toBeLessThan(12)
      }),
    )
  })

  test('stays the same on every machine and in every release', () => {
    // FNV-1a of the word, computed elsewhere, modulo 12.
    expect(['shop', 'web', 'api', 'infra', 'docs'].map(colourIndex)).toEqual([5, 1, 11, 1, 6])
  })

  test('is spread over the palette', () => {
    const used = new Set(Array.from({ length: 200 }, (_, i) => colourIndex(`project${i}`)))
    expect(used.size).toBe(12)
  })
})
