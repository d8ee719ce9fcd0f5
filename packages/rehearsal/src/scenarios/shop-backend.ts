// The backend of the demo's shop brings gift cards: an API that works, a worker that is throttled, a database that asks.
import type { Scenario } from './scene.ts'
import { approve, bash, edit, idle, plan, readFile, say, search, think } from './steps.ts'

const API_PLAN = [
  'Read how vouchers are redeemed today',
  'Add POST /gift-cards/:code/redeem',
  'Refuse a card that is spent or expired',
  'Cover it with tests',
]

export const shopBackend: Scenario[] = [
  {
    name: 'shop-backend-api',
    cwd: '~/shop/backend/api',
    patienceSeconds: 45,
    opening: [think(2), plan(0, API_PLAN)],
    loop: [
      [
        readFile('src/vouchers/redeem.ts', 96),
        search('withTransaction', [
          'src/db/transaction.ts:12',
          'src/orders/place.ts:41',
          'src/vouchers/redeem.ts:28',
        ]),
        think(
          4,
          'Redeeming twice at the same moment must not spend the card twice, so the balance has to be checked in the update itself.',
        ),
        edit('src/gift-cards/redeem.ts', 18, [
          ' export async function redeem(db: Db, code: string, amount: Cents) {',
          '-  const card = await db.giftCards.byCode(code)',
          "-  if (card.balance < amount) throw problem('gift-card.too-small')",
          '-  await db.giftCards.setBalance(card.id, card.balance - amount)',
          '+  const spent = await db.giftCards.spend(code, amount)',
          "+  if (!spent) throw problem('gift-card.too-small')",
          '   return balanceOf(db, code)',
          ' }',
        ]),
        plan(2, API_PLAN),
        bash(
          'npm test -- gift-cards',
          [
            ' ✓ a card pays for part of an order (14 ms)',
            ' ✓ a spent card is refused (6 ms)',
            ' ✓ two orders at once spend a card once (38 ms)',
            '',
            'Tests  3 passed (3)',
          ],
          4,
        ),
        say(
          'The card is now spent in one statement, so two orders at the same moment cannot both win.\nNext I look at cards that expire while a cart is open.',
        ),
      ],
      [
        think(5),
        readFile('src/gift-cards/expiry.ts', 44),
        edit('src/gift-cards/expiry.ts', 9, [
          '-  return card.expiresAt < Date.now()',
          '+  return card.expiresAt <= clock.now()',
        ]),
        bash('npm run types', ['0 errors in 212 files'], 5),
        say(
          '`expiry.ts` took the time from the system; it now gets the clock as a parameter like its neighbours, and the test no longer waits.',
        ),
      ],
      [
        plan(3, API_PLAN),
        bash(
          'npm test',
          ['Test Files  41 passed (41)', '     Tests  318 passed (318)', '  Duration  12.06 s'],
          8,
        ),
        say(
          'All 318 tests pass. The endpoint is described in `openapi.yaml`; the checkout can begin to use it.',
        ),
        idle(35),
      ],
    ],
    replies: [
      'The redeem endpoint is the only place that writes balances, so I would put it there. I will add a test first.',
      'That belongs to the order, not to the gift card. I can do it, and I would tell shop-frontend-checkout about the new field.',
      'Done that way, an expired card would still be accepted for about a minute. I suggest to check again when the order is placed.',
    ],
  },
  {
    name: 'shop-backend-worker',
    cwd: '~/shop/backend/worker',
    patienceSeconds: 60,
    opening: [think(1), readFile('src/mails/gift-card.ts', 71)],
    loop: [
      [
        think(
          3,
          'The mail is sent before the order is committed; if the commit fails, the customer holds a card that does not exist.',
        ),
        { does: 'limit', seconds: 240, message: 'Rate limit reached (429), attempt 3 of 10.' },
        edit('src/queue/outbox.ts', 33, [
          ' for (const job of await outbox.due(clock.now())) {',
          '-  await mailer.send(job.mail)',
          '+  await mailer.send(job.mail, { idempotencyKey: job.id })',
          '   await outbox.done(job.id)',
          ' }',
        ]),
        bash(
          'npm test -- outbox',
          [
            ' ✓ a mail is sent once, also when the worker dies after sending',
            ' ✓ a failed mail is tried again after a minute',
            '',
            'Tests  2 passed (2)',
          ],
          4,
        ),
        say(
          'Mails now go through the outbox with the id of the job as their key, so a restart does not send them twice.',
        ),
        idle(20),
      ],
    ],
    replies: [
      'I will do that after the outbox; both touch the same loop, and one change at a time is easier to review.',
    ],
  },
  {
    name: 'shop-backend-db',
    cwd: '~/shop/backend/db',
    patienceSeconds: 60,
    opening: [think(1), readFile('migrations/0042_gift_cards.sql', 31)],
    loop: [
      [
        bash(
          'psql -f check-locks.sql staging',
          ['orders      1 284 113 rows   AccessShareLock', 'gift_cards          0 rows   -'],
          2,
        ),
        say(
          'The migration adds a table and one nullable column. It takes no long lock: on staging the column appears in 40 ms.',
        ),
        approve(
          {
            title: 'Run a command',
            command: 'npm run migrate -- --env staging --to 0042',
            why: 'Applies 0042_gift_cards to the staging database',
            kind: 'npm run migrate',
          },
          [
            bash(
              'npm run migrate -- --env staging --to 0042',
              ['0042_gift_cards  applied in 61 ms', 'schema is at 0042'],
              3,
            ),
            say('Staging is at 0042. I will look at the slow queries of the last hour next.'),
          ],
          [say('I leave staging at 0041 and write down in the migration why it waits.')],
        ),
        idle(40),
      ],
      [
        bash(
          'psql -f slow-queries.sql staging',
          [
            '  ms   calls  query',
            ' 812     140  select … from orders where customer_id = $1 order by placed_at',
            '  94    2210  select … from carts where id = $1',
          ],
          3,
        ),
        think(4, 'The first one sorts on disk: the index on customer_id does not cover placed_at.'),
        edit('migrations/0043_orders_by_customer.sql', 1, [
          '+create index concurrently orders_customer_placed',
          '+  on orders (customer_id, placed_at desc);',
        ]),
        approve(
          {
            title: 'Run a command',
            command: "psql staging -c 'explain analyze execute orders_of_customer(81)'",
            why: 'Measures the query with the new index',
            kind: 'psql staging',
          },
          [
            bash(
              'psql staging -c …',
              ['Index Only Scan using orders_customer_placed', 'Execution Time: 1.9 ms'],
              2,
            ),
            say('From 812 ms to 1.9 ms. The index is 34 MB.'),
          ],
          [say('Then I keep the migration as a draft and note the query beside it.')],
        ),
        idle(60),
      ],
    ],
    replies: [
      'I can do that without a lock, in two migrations: first the column, then the constraint once it is filled.',
    ],
  },
]
