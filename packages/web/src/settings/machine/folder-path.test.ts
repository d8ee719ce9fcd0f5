// Folders that somebody wants to allow.
import { expect, test } from 'vitest'
import { folderProblem, tidyFolder } from './folder-path.ts'

test('slashes are tidied, and the root stays the root', () => {
  expect(tidyFolder(' /srv//code/ ')).toBe('/srv/code')
  expect(tidyFolder('/')).toBe('/')
})

test('a relative path is refused with what came', () => {
  expect(folderProblem('work', [])).toContain('got “work”')
})

test('a folder is not allowed twice, nor inside an allowed one', () => {
  expect(folderProblem('/home/ada/', ['/home/ada'])).toContain('allowed already')
  expect(folderProblem('/home/ada/shop', ['/home/ada'])).toContain('inside /home/ada')
  expect(folderProblem('/srv', ['/'])).toContain('inside /')
})

test('a neighbour with the same beginning is another folder', () => {
  expect(folderProblem('/home/ada-evil', ['/home/ada'])).toBeNull()
})
