// The failures of releases and upgrades: rows of the catalogue in fault.ts.

export const UPGRADE_FAULTS = {
  'release.damaged': [422, 'This is no whole release ({problem}). Nothing of it was kept; get it once more.'],
  'release.untrusted': [
    403,
    'The release {version} is signed by {signer}, which this machine does not trust. Its admin can: `tutti releases trust KEY`.',
  ],
  'release.foreign': [422, 'The release {version} is for {platform}; this machine is {here}.'],
  'release.unknown': [404, 'No release with the SHA-256 {digest} is on this machine. Bring it first.'],
  'upgrade.under-way': [
    409,
    'This machine is being upgraded to {version} ({phase}). Wait until that has ended.',
  ],
  'upgrade.present': [409, 'This machine runs {version} already.'],
  'server.trial': [503, 'A new version is being tried here and takes nothing yet. Try again in a moment.'],
} as const
