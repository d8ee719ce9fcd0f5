// Words of notifications: the service worker speaks them while no page is open.
export const pushWords = {
  approval: '{agent} asks for approval',
  question: '{agent} asks',
  failure: '{agent} failed',
  finished: '{agent} finished its turn',
  stale: '{agent}: not answered',
  offline: 'The daemon does not answer. Open Tutti to try again.',
} as const
