// A letter or an answer that somebody has begun.
import type { InputOf } from '@tutti/core'
import type { Upload } from './uploads.ts'

type Priority = NonNullable<InputOf<'sendMessage'>['priority']>

export interface Letter {
  to: string
  subject: string
  text: string
  type: string
  priority: Priority
  /** As a field for date and time has it, in local time; '' for at once. */
  at: string
  /** Minutes as text; '' for never. */
  expiresIn: string
}

export interface Draft {
  letter: Letter
  files: readonly Upload[]
  /** Makes sending it twice once. A changed letter is another letter, and has another key. */
  key: string
}

export const EMPTY: Letter = {
  to: '',
  subject: '',
  text: '',
  type: 'notification',
  priority: 'normal',
  at: '',
  expiresIn: '',
}

/** Whether there is anything in it that somebody would miss. */
export const isBegun = ({ letter, files }: Draft): boolean =>
  files.length > 0 || [letter.text, letter.subject, letter.to].some((words) => words.trim() !== '')
