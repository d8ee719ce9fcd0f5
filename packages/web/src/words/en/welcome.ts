// Words of the first screen of a new room.
export const welcomeWords = {
  'welcome.title': 'Your room is ready',
  'welcome.says':
    'An agent is a program in a terminal that Tutti keeps: Claude Code, Codex, a shell or anything else. It works on while you are away, and whatever needs you comes here.',
  'welcome.new': 'Start an agent',
  'welcome.new-says': 'A name, a folder and a program are enough.',
  'welcome.found': 'Bring in what runs already',
  'welcome.found-says': 'Sessions of your own tmux become agents without being disturbed.',
  'welcome.demo': 'Only look around',
  'welcome.demo-says': 'Twelve rehearsal agents, without a key or a network. Run this in a terminal:',
  'welcome.palette': 'finds anything',
  'welcome.sheet': 'shows all keys',
} as const
