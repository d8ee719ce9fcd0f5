// The writers of the demo: one at work on the handbook, one that waits for the API to settle.
import type { Scenario } from './scene.ts'
import { bash, edit, idle, readFile, say, search, think } from './steps.ts'

export const docs: Scenario[] = [
  {
    name: 'docs-site',
    cwd: '~/docs/site',
    patienceSeconds: 40,
    opening: [readFile('content/gift-cards.md', 57)],
    loop: [
      [
        think(7),
        edit('content/gift-cards.md', 12, [
          '-Gift cards can be redeemed by customers during the checkout process.',
          '+Customers redeem a gift card at the checkout, before they choose how to pay the rest.',
        ]),
        say('The page told what the system does; it now tells what a customer does, in that order.'),
      ],
      [
        bash(
          'npm run links',
          [
            '214 pages, 1 870 links, 2 broken',
            '  /refunds#partial        in gift-cards.md:31',
            '  /api/vouchers           in changelog.md:8',
          ],
          5,
        ),
        edit('content/gift-cards.md', 31, [
          '-See [partial refunds](/refunds#partial).',
          '+See [refunds to two means of payment](/refunds#two-means).',
        ]),
        edit('content/changelog.md', 8, [
          '-[Vouchers](/api/vouchers) are deprecated.',
          '+[Vouchers](/api/gift-cards) are deprecated and replaced by gift cards.',
        ]),
        bash('npm run links', ['214 pages, 1 870 links, 0 broken'], 5),
        say('Both links lead somewhere again.'),
        think(6),
      ],
    ],
    replies: [
      'I will write it where a reader looks first, which is the page on refunds, and link to it from the changelog.',
    ],
  },
  {
    name: 'docs-api',
    cwd: '~/docs/api',
    patienceSeconds: 120,
    opening: [bash('npm run diff-openapi', ['no difference to the published description'], 2)],
    loop: [
      [
        say(
          'The reference is up to date. I wait for the gift card endpoint and write its page when the description changes.',
        ),
        idle(180),
        bash(
          'git -C ~/shop/backend/api diff --stat origin/main -- openapi.yaml',
          ['openapi.yaml | 38 ++++++++++++'],
          2,
        ),
        search('giftCard', ['reference/errors.md:52']),
        edit('reference/gift-cards.md', 1, [
          '+# Redeem a gift card',
          '+',
          '+`POST /gift-cards/:code/redeem` takes an amount in cents and answers with what is left.',
          '+It refuses a card that is spent (409) or expired (410).',
        ]),
      ],
    ],
    replies: [
      'I can describe it as soon as the field is in `openapi.yaml`; until then I would only be guessing.',
    ],
  },
]
