// One line taken out of what stands before an upgrade, and the test that must then fail.
import { one, test, type Mutation } from './mutation.ts'

const RELEASE = 'packages/server/src/upgrade/release-file.test.ts'

export const UPGRADE_MUTATIONS: readonly Mutation[] = [
  {
    check: 'C35 a release is signed by the key that it names',
    changes: one(
      'packages/server/src/upgrade/release-file.ts',
      'if (!isSignedBy(',
      'if (false && !isSignedBy(',
    ),
    test: RELEASE,
    titles: 'C35 one whose signature is left out',
  },
  {
    check: 'C35 a release is signed by a trusted key',
    changes: one(
      'packages/server/src/upgrade/release-shelf.ts',
      "if (!isTrusted(by)) throw fault('release.untrusted', { version, signer: by })",
      '',
    ),
    test: RELEASE,
    titles: 'C35 one that an unknown key',
  },
  {
    check: 'C35 what is unpacked is checked once more',
    changes: one('packages/server/src/upgrade/release-file.ts', '!isThere ||', 'false &&'),
    test: RELEASE,
    titles: 'C35 a release of a trusted key',
  },
  {
    check: 'C35 a version on trial takes nothing',
    changes: one('packages/server/src/http/server.ts', 'gate.isOpen() ||', 'true ||'),
    test: test('upgrade-gate'),
    titles: 'C35 behind a closed gate',
  },
]
