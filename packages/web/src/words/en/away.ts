// Words of an agent whose machine is away.
export const awayWords = {
  'away.says': 'This is what was last known; it goes on by itself when the machine is back.',
  'away.last': 'Last known',
  'away.state': 'State',
  'away.why': 'Because',
  'away.asked': 'It asked',
} as const
