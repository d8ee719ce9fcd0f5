// What Gemini CLI shows in its title and on its screen, version by version.
import type { DialogRules } from '../dialog/dialog.ts'
import type { RuleBook } from '../reading-rules.ts'

const LOOKED_AT = { from: '0.61.0', to: '0.61.0' }

export const TITLE_RULES: RuleBook = {
  source: 'title',
  holds: LOOKED_AT,
  rules: [
    { fits: /^✋\s/u, state: 'waiting-approval', says: 'Gemini CLI asks for an action.' },
    { fits: /^[✦⏲]\s/u, state: 'working', says: 'Gemini CLI shows that it works.' },
    { fits: /^◇\s/u, state: 'idle', says: 'Gemini CLI shows that it is ready.' },
  ],
}

export const DIALOG_RULES: DialogRules = {
  holds: LOOKED_AT,
  tool: /^\? (\S+)\s+(.*)$/u,
  helper: /^! (\S+) · /u,
  notFromAfar: /^(?:Modify with|Enter a custom value)/u,
  allowsAlways: /^(?:Allow for this session|Allow for all|Always allow|Yes, and)/iu,
  denies: /^No\b/iu,
}

export const EMPTY_PROMPT = /^\s*[>*!]\s+Type your message\b/mu
