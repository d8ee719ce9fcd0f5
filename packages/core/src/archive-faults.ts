// What a caller may meet with agents as encrypted files; rows of the catalogue in fault.ts.
export const ARCHIVE_FAULTS = {
  'archive.unknown': [404, 'No archive has the id {id}; it may be older than a day. Bring it once more.'],
  'archive.closed': [
    422,
    'The archive does not open: the passphrase is wrong or missing, it was made for another machine, or it was changed.',
  ],
  'archive.damaged': [422, 'The archive is damaged: {problem}. Nothing was taken from it.'],
  'archive.agent-here': [
    409,
    'The agent of this archive is here already, as {name}; purge that one first to have this one in its place.',
  ],
} as const
