// What Qwen Code shows in its title and on its screen, version by version.
import type { DialogRules } from '../dialog/dialog.ts'
import type { RuleBook } from '../reading-rules.ts'

const LOOKED_AT = { from: '0.24.4', to: '0.24.4' }

export const TITLE_RULES: RuleBook = {
  source: 'title',
  holds: LOOKED_AT,
  rules: [
    { fits: /^✳/u, state: 'waiting-approval', says: 'Qwen Code waits for a person.' },
    { fits: /^[◐◓◑◒]/u, state: 'working', says: 'Qwen Code shows that it works.' },
    { fits: /^Qwen - /u, state: 'idle', says: 'Qwen Code shows that it is ready.' },
  ],
}

export const DIALOG_RULES: DialogRules = {
  holds: LOOKED_AT,
  tool: /^\? (\S+)\s+(.*)$/u,
  helper: null,
  notFromAfar: /^Type something/u,
  allowsAlways: /^Always allow/u,
  denies: /^No\b/u,
}
