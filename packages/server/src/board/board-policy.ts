// What of the board may be edited by which machine of the room (core/mesh/field-policy.ts judges every edit by it, everywhere).
import type { FieldPolicy } from '@tutti/core/mesh'

export const CARD = 'card'
export const COLUMN = 'column'

/** Guests work on cards; what the board is made of, and ending things, is for full machines. */
export const BOARD_POLICY: FieldPolicy = {
  [CARD]: { title: 'any', text: 'any', column: 'any', place: 'any', assignee: 'any', made: 'any' },
  [COLUMN]: { title: 'full', place: 'full' },
}
