// Tests are nodes of their own in every language, with an edge to what they test.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { write } from '../../test/edits.ts'
import { openCodeMap } from './code-map.ts'
import { extractors } from './extractors.ts'
import { COPY } from './store/store.ts'

test('functions that a runner calls are tests of what they call; their helpers and plain code are none', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tutti-tests-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const files = {
    'shop.py': 'def price():\n    return 1\n\ndef test_drive():\n    return price()\n',
    'test_shop.py':
      'from shop import price\n\ndef test_price():\n    assert price()\n\ndef helper():\n    price()\n',
    'go.mod': 'module example.org/till\n',
    'till.go': 'package till\n\nfunc Count() int { return 1 }\n',
    'till_test.go':
      'package till\n\nfunc TestCount(t *testing.T) { Count() }\n\nfunc Testify() { Count() }\n',
    'src/lib.rs':
      'pub fn weigh() -> u32 { 1 }\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn weighs() { weigh(); }\n}\n',
    'Cargo.toml': '[package]\nname = "scale"\n',
  }
  for (const [path, text] of Object.entries(files)) write(root, path, text)
  const map = openCodeMap({ root, database: ':memory:', extractors: await extractors(root) })
  onTestFinished(() => map.close())
  map.index()

  const edges = map.store.all(
    `select s.path source, s.kind, t.path target from edge e join node s on s.id = e.source join node t on t.id = e.target
     join file f on f.id = e.file where f.copy = ? and e.kind = 'tests' order by s.path`,
    COPY,
  )
  expect(edges.map((row) => `${row['kind']} ${row['source']} > ${row['target']}`)).toEqual([
    'test TestCount > Count',
    'test test_price > price',
    'test tests.weighs > weigh',
  ])
})
