// Words of the settings screens.
export const settingsWords = {
  'settings.title': 'Settings',
} as const
