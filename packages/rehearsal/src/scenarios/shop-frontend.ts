// The shop windows of the demo: a page that is built, a cart whose test fails, a checkout that needs an answer.
import type { Scenario } from './scene.ts'
import { bash, broken, edit, idle, plan, readFile, say, search, think } from './steps.ts'

const WEB_PLAN = [
  'Product page for gift cards',
  'Preview of the card while typing',
  'Keyboard and screen reader',
  'Pictures in three sizes',
]

export const shopFrontend: Scenario[] = [
  {
    name: 'shop-frontend-web',
    cwd: '~/shop/frontend/web',
    patienceSeconds: 40,
    opening: [plan(1, WEB_PLAN)],
    loop: [
      [
        readFile('src/pages/gift-card.tsx', 148),
        think(
          6,
          'The preview renders on every keystroke, and the whole form with it. The text can live in the preview alone.',
        ),
        edit('src/pages/gift-card.tsx', 52, [
          '-  const [message, setMessage] = useState("")',
          '+  const message = useDeferredValue(form.message)',
          '   return (',
          '-    <CardPreview design={design} message={form.message} />',
          '+    <CardPreview design={design} message={message} />',
        ]),
        bash('npm run build', ['dist/gift-card-B1f0a9.js   11.42 kB │ gzip: 4.31 kB', 'built in 2.63 s'], 4),
        say('Typing stays under 8 ms a key on the slow profile now; it was 45 ms.'),
      ],
      [
        plan(2, WEB_PLAN),
        bash(
          'npm run test:a11y -- gift-card',
          ['gift-card  1 violation: form elements must have labels (#amount-other)'],
          5,
        ),
        edit('src/pages/gift-card.tsx', 81, [
          '-      <input id="amount-other" inputMode="decimal" />',
          '+      <label htmlFor="amount-other">Another amount</label>',
          '+      <input id="amount-other" inputMode="decimal" />',
        ]),
        bash('npm run test:a11y -- gift-card', ['gift-card  0 violations'], 5),
        say('The free amount has a label. The order of focus follows the page.'),
        think(8),
      ],
      [
        plan(3, WEB_PLAN),
        search('<img', ['src/pages/gift-card.tsx:34', 'src/components/card-design.tsx:12']),
        edit('src/components/card-design.tsx', 12, [
          '-  <img src={design.url} />',
          '+  <img src={design.url} srcSet={design.sizes} sizes="(min-width: 60rem) 24rem, 90vw" alt={design.name} />',
        ]),
        say('Pictures come in three sizes; on a phone the page loads 310 kB less.'),
        idle(15),
      ],
    ],
    replies: ['I can show it on the gift card page first, behind the same flag, and we look at it together.'],
  },
  {
    name: 'shop-frontend-cart',
    cwd: '~/shop/frontend/cart',
    patienceSeconds: 90,
    opening: [think(2), readFile('src/cart-reducer.ts', 203)],
    loop: [
      [
        bash(
          'npm test -- cart-reducer',
          [
            ' ✓ adding twice makes a quantity of two',
            ' ✓ a removed line keeps its place for undo',
            '',
            'Tests  2 passed (2)',
          ],
          3,
        ),
        edit('src/cart-reducer.ts', 117, [
          " case 'gift-card/applied':",
          '-  return { ...cart, total: cart.total - action.amount }',
          '+  return { ...cart, credits: [...cart.credits, action.credit] }',
        ]),
        broken(
          'npm test',
          [
            ' ✗ a total never falls below zero',
            '   expected 0, received -1250',
            '   at src/cart-total.test.ts:64',
            '',
            'Tests  1 failed | 57 passed (58)',
          ],
          4,
        ),
        think(5, 'The total subtracts credits in two places now: in the reducer and in cartTotal().'),
        {
          does: 'fail',
          message: 'API error 500: the service ended the stream',
          detail: [
            'Tried 10 times in 3 minutes',
            'The change to src/cart-reducer.ts is kept; one test fails',
          ],
          seconds: 240,
        },
        edit('src/cart-total.ts', 22, [
          '-  return sum(lines) - sum(credits)',
          '+  return Math.max(0, sum(lines) - sum(credits))',
        ]),
        bash('npm test', ['Tests  58 passed (58)'], 4),
        say('Credits are subtracted in one place, and a total stops at zero.'),
        idle(30),
      ],
    ],
    replies: [
      'One test still fails: a total below zero. I would repair that first and then do what you ask.',
    ],
  },
  {
    name: 'shop-frontend-checkout',
    cwd: '~/shop/frontend/checkout',
    patienceSeconds: 60,
    opening: [think(2), readFile('src/payment/split.ts', 64)],
    loop: [
      [
        say(
          'An order can now be paid with a gift card and a credit card together. When the order is refunded in part, the money has to go back somewhere, and both ways are defensible.',
        ),
        {
          does: 'ask',
          question: 'Where does a partial refund go when two means of payment were used?',
          choices: [
            'To the gift card first',
            'To the credit card first',
            'In proportion to what each one paid',
          ],
          answered: [
            think(4),
            edit('src/payment/split.ts', 40, [
              '+/** Gives a refund back by the rule that the order was placed under. */',
              '+export function refundSplit(order: Order, amount: Cents): Split {',
              '+  return shareOut(amount, order.payments, order.refundRule)',
              '+}',
            ]),
            bash(
              'npm test -- split',
              [
                ' ✓ shares add up to the refund, to the cent (200 runs)',
                ' ✓ nothing goes back beyond what was paid',
                '',
                'Tests  2 passed (2)',
              ],
              4,
            ),
            say(
              'The rule is stored with the order, so that a later change does not touch old ones. I wrote it into `docs/refunds.md`.',
            ),
          ],
        },
        idle(50),
      ],
      [
        think(5),
        bash(
          'npm run e2e -- checkout',
          [
            'checkout  guest pays with a gift card  4.1 s',
            'checkout  card is too small, rest by credit card  5.7 s',
            '',
            '2 passed',
          ],
          8,
        ),
        say('Both paths work in the browser. The confirmation shows what each means of payment gave.'),
        idle(25),
      ],
    ],
    replies: ['I can add it to the payment step. Should it be visible before a customer has signed in?'],
  },
]
