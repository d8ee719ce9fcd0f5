// Changes that are not saved yet: only what differs is sent, and wrong numbers are said before.
import { expect, test } from 'vitest'
import { before, changeOf, draftProblems, pruned } from './settings-draft.ts'

const SETTINGS = {
  machine: 'mac-mini',
  allowedFolders: ['/home/ada'],
  undeleteDays: 30,
  auditDays: 365,
  recordingDays: 30,
  backupsKept: 7,
  backupHour: 3,
  memoryLimitMb: null,
  telemetry: false,
  isolation: 'none' as const,
}

test('what was typed and taken back is no change', () => {
  const typed = { machine: 'mac-mini', undeleteDays: '30', allowedFolders: ['/home/ada'], backupHour: 3 }

  expect(pruned(typed, SETTINGS)).toEqual({})
})

test('a change sends only what differs, numbers as numbers and "never" as null', () => {
  const draft = pruned({ machine: ' studio ', undeleteDays: '14', backupHour: null }, SETTINGS)

  expect(changeOf(draft)).toEqual({ machine: 'studio', undeleteDays: 14, backupHour: null })
})

test('undo sends the old values of what was changed and of nothing else', () => {
  expect(before({ machine: 'studio', backupHour: null }, SETTINGS)).toEqual({
    machine: 'mac-mini',
    backupHour: 3,
  })
})

test.each(['', '0', '366', '-1', '1.5', '1e2', 'ten', '99999999999'])('%j days are refused', (text) => {
  expect(draftProblems({ undeleteDays: text }).undeleteDays).toContain('from 1 to 365')
})

test('a sandbox for new agents is a change like any other', () => {
  expect(changeOf(pruned({ isolation: 'sandbox' }, SETTINGS))).toEqual({ isolation: 'sandbox' })
  expect(pruned({ isolation: 'none' }, SETTINGS)).toEqual({})
})

test('a name of blanks is refused', () => {
  expect(draftProblems({ machine: '   ' }).machine).toContain('got 0')
})

test('an empty limit of memory is no limit', () => {
  expect(pruned({ memoryLimitMb: '' }, SETTINGS)).toEqual({})
  expect(draftProblems({ memoryLimitMb: '' })).toEqual({})
  expect(changeOf({ memoryLimitMb: '' })).toEqual({ memoryLimitMb: null })
  expect(changeOf({ memoryLimitMb: '8000' })).toEqual({ memoryLimitMb: 8000 })
  expect(draftProblems({ memoryLimitMb: '100' }).memoryLimitMb).toContain('from 256')
})
