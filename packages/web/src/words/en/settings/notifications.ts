// Words of notifications in the settings.
export const notificationWords = {
  'settings.notifications': 'Notifications',
  'notify.says':
    'A notification comes when an agent has waited a few seconds for you, with its answers as buttons, also while no page is open.',
  'notify.here': 'This browser',
  'notify.on': 'Notified of what needs you.',
  'notify.off': 'Not notified.',
  'notify.turn-on': 'Notify this browser',
  'notify.turn-off': 'Stop notifying',
  'notify.denied':
    'This browser refuses notifications from this address. Allow them in its settings for the page, then come back.',
  'notify.unsupported':
    'This browser cannot be notified at this address. It needs https or localhost; on an iPhone, add Tutti to the home screen first.',
  'notify.failed': 'The browser did not subscribe: {problem}',
  'notify.quiet': 'Quiet hours',
  'notify.quiet-says': 'No notification comes between these times of {zone}. The count and the list go on.',
  'notify.quiet-on': 'Keep quiet',
  'notify.from': 'From',
  'notify.to': 'To',
  'notify.muted': 'Muted agents',
  'notify.muted-none': 'No agent is muted. Mute one in its menu.',
  'notify.unmute': 'Unmute',
} as const
