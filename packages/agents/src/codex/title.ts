// What Codex shows in its title: all there is to go by when its own server cannot be asked.
import type { RuleBook } from '../reading-rules.ts'

export const TITLE_RULES: RuleBook = {
  source: 'title',
  holds: { from: '0.169.0', to: '0.169.0' },
  rules: [
    {
      // The sign in the brackets blinks.
      fits: /^\[ [.!] \] Action Required\b/,
      state: 'waiting-approval',
      says: 'Codex asks for an action.',
    },
    { fits: /^[\u2801-\u28FF] /, state: 'working', says: 'Codex shows that it works.' },
  ],
}
