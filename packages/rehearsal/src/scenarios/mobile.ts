// The apps of the demo: iOS in the middle of a layout, Android done for now.
import type { Scenario } from './scene.ts'
import { bash, edit, idle, readFile, say, think } from './steps.ts'

export const mobile: Scenario[] = [
  {
    name: 'mobile-ios',
    cwd: '~/mobile/ios',
    patienceSeconds: 40,
    opening: [readFile('Shop/GiftCard/RedeemView.swift', 88)],
    loop: [
      [
        think(9, 'With the largest text size the amount is cut off, because the row has a fixed height.'),
        edit('Shop/GiftCard/RedeemView.swift', 41, [
          '-        .frame(height: 44)',
          '+        .frame(minHeight: 44)',
          '+        .fixedSize(horizontal: false, vertical: true)',
        ]),
        bash(
          'xcodebuild test -scheme Shop -only-testing:GiftCardTests',
          ['Test Suite GiftCardTests passed', '  Executed 11 tests, with 0 failures in 8.412 seconds'],
          12,
        ),
        say('The row grows with its text now. I compared the snapshots at all twelve sizes.'),
      ],
      [
        think(6),
        edit('Shop/GiftCard/CodeField.swift', 19, [
          '+        .textContentType(.oneTimeCode)',
          '+        .autocorrectionDisabled()',
          '         .textInputAutocapitalization(.characters)',
        ]),
        bash('swiftlint', ['Done linting. Found 0 violations in 143 files.'], 4),
        say('The code can be pasted from the mail with one tap, and autocorrect leaves it alone.'),
        idle(20),
      ],
    ],
    replies: [
      'That is one view and its snapshot. I would look at it with the largest text size before I call it done.',
    ],
  },
  {
    name: 'mobile-android',
    cwd: '~/mobile/android',
    patienceSeconds: 150,
    opening: [
      bash(
        './gradlew :shop:testDebugUnitTest',
        ['BUILD SUCCESSFUL in 21s', '34 actionable tasks: 5 executed, 29 up-to-date'],
        4,
      ),
      say(
        'The redeem screen is finished and its tests pass. What comes next needs the release of the API, so I stop here.',
      ),
    ],
    loop: [
      [
        idle(300),
        bash(
          './gradlew dependencyUpdates',
          [
            '2 dependencies have later versions',
            '  androidx.compose:compose-bom',
            '  com.squareup.okio:okio',
          ],
          6,
        ),
        say(
          'Two libraries have updates. Neither fixes anything that we use; I would take them after the release.',
        ),
      ],
    ],
    replies: [
      'I can do that today. It would be on the same screen as on iOS, so I will ask mobile-ios how it is worded there.',
    ],
  },
]
