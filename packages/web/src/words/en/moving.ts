// Words of moving an agent to another machine.
export const movingWords = {
  'move.title': 'Move {name} to another machine',
  'move.text':
    'Its key, mailbox, conversation and working copy go along. Its program is stopped here and not started there. Mail that comes later goes after it.',
  'move.to': 'To',
  'move.none': 'No other machine is linked now.',
  'move.copy': 'Take the git working copy along, with what is not committed',
  'move.do': 'Move',
  'move.cancel': 'Call it off',
  'move.packing': 'Packing',
  'move.sending': 'Sending: {sent} of {size}',
  'move.handing-over': 'Handing over to {node}',
  'move.done': '{name} lives on {node} now.',
  'move.failed': '{name} stays here: {why}',
} as const
