// Running the demo's shop: a deployment that waits for a yes, and a watch that mostly rests.
import type { Scenario } from './scene.ts'
import { approve, bash, edit, idle, readFile, say, think } from './steps.ts'

export const shopOps: Scenario[] = [
  {
    name: 'shop-ops-deploy',
    cwd: '~/shop/ops/deploy',
    patienceSeconds: 60,
    opening: [
      think(1),
      bash(
        'git log --oneline v2.13.0..origin/main',
        [
          '8c41f7e gift cards: spend in one statement',
          '1d0b3aa checkout: show both means of payment',
          'f52e990 web: pictures in three sizes',
        ],
        2,
      ),
    ],
    loop: [
      [
        bash(
          'npm run release -- --dry-run',
          [
            'v2.14.0-rc.1',
            '  image   shop/api          88 MB',
            '  image   shop/web          41 MB',
            '  schema  0041 → 0042',
          ],
          4,
        ),
        say(
          '2.14.0-rc.1 is built from three changes. Rolling back means one command, because 0042 only adds.',
        ),
        approve(
          {
            title: 'Run a command',
            command: './deploy staging v2.14.0-rc.1',
            why: 'Replaces two instances, one after the other',
            kind: './deploy staging',
          },
          [
            bash(
              './deploy staging v2.14.0-rc.1',
              [
                'api-1  drained, replaced, healthy after 6 s',
                'api-2  drained, replaced, healthy after 5 s',
                'smoke  12 of 12 requests as expected',
              ],
              6,
            ),
            say('Staging runs 2.14.0-rc.1. I watch the error rate for ten minutes before I call it done.'),
            bash('./errors staging --since 10m', ['0 of 4 812 requests failed'], 4),
          ],
          [
            say(
              'I leave staging on 2.13.2. The release candidate stays built and can be deployed at any time.',
            ),
          ],
        ),
        idle(60),
      ],
      [
        readFile('deploy/rollback.sh', 38),
        edit('deploy/rollback.sh', 21, [
          '-kubectl rollout undo deploy/api',
          '+kubectl rollout undo deploy/api --to-revision="$PREVIOUS"',
          '+kubectl rollout status deploy/api --timeout=90s',
        ]),
        say('A rollback now names the revision it returns to, and waits until it is there.'),
        idle(45),
      ],
    ],
    replies: ['I can deploy that to staging in about a minute. I will ask before anything is replaced.'],
  },
  {
    name: 'shop-ops-monitor',
    cwd: '~/shop/ops/monitor',
    patienceSeconds: 30,
    opening: [
      bash(
        './slo --last 24h',
        ['checkout   99.97 %   budget left 71 %', 'search     99.99 %   budget left 92 %'],
        2,
      ),
    ],
    loop: [
      [
        idle(50),
        bash('./slo --last 1h', ['checkout  100.00 %', 'search     99.98 %'], 2),
        say('Quiet. The slowest page is the order history, at 640 ms for the 95th percentile.'),
      ],
      [
        idle(70),
        think(3),
        bash('./alerts --open', ['none'], 2),
        edit('alerts/checkout.yaml', 14, [
          '-  for: 1m',
          '+  for: 5m',
          '+  # One minute rang three times last week for deployments that were fine.',
        ]),
        say(
          'The checkout alert waits five minutes now; the last three real incidents would still have rung.',
        ),
      ],
    ],
    replies: [
      'In the last hour: 18 240 requests, 3 errors, all of them one client that sends a broken date.',
    ],
  },
]
