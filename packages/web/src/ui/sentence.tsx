// A sentence for people that names commands and files between backticks, as the daemon writes them everywhere.
import type { ReactNode } from 'react'

/** What stands between two backticks is shown as code; all else stays as it is. */
export const sentence = (text: string): ReactNode =>
  text
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? <code key={index}>{part.slice(1, -1)}</code> : part))
