// Cost of each day as stacked bars: plain SVG, read aloud as a list.
import { t } from '../words/words.ts'
import { dollars } from './money.ts'
import { evenly, ticksOf, type Stack } from './usage-sums.ts'
import css from './day-chart.module.css'

const HEIGHT = 160 // px
const STEP = 20 // units of the drawing for one day; it stretches to the room there is
const GAP = 2 // units on each side of a bar
const NAMED_DAYS = 4 // what fits on a phone

interface Props {
  stacks: readonly Stack[]
  /** Names of the parts, in their order. */
  names: readonly string[]
}

export function DayChart({ stacks, names }: Props) {
  const ticks = ticksOf(Math.max(...stacks.map(({ total }) => total)))
  const top = ticks.at(-1) ?? 1
  return (
    <figure className={css.chart}>
      <figcaption className={css.head}>
        <span>{t('usage.chart')}</span>
        <ul className={css.legend}>
          {names.map((name, index) => (
            <li key={name} data-part={index}>
              {name}
            </li>
          ))}
        </ul>
      </figcaption>
      <div className={css.plot}>
        <ol className={css.scale} aria-hidden>
          {ticks.map((tick) => (
            <li key={tick} style={{ translate: `0 calc(50% - ${(tick / top) * HEIGHT}px)` }}>
              {dollars(tick)}
            </li>
          ))}
        </ol>
        <svg
          className={css.bars}
          viewBox={`0 0 ${stacks.length * STEP} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden
        >
          {ticks.map((tick) => (
            <line
              key={tick}
              x1={0}
              x2={stacks.length * STEP}
              y1={HEIGHT - (tick / top) * HEIGHT}
              y2={HEIGHT - (tick / top) * HEIGHT}
            />
          ))}
          {stacks.map((stack, index) => (
            <g key={stack.day} data-tip={tipOf(stack, names)}>
              <rect x={index * STEP} y={0} width={STEP} height={HEIGHT} className={css.hit} />
              <Bar stack={stack} x={index * STEP + GAP} top={top} />
            </g>
          ))}
        </svg>
        <div className={css.axis} aria-hidden>
          {evenly(stacks, NAMED_DAYS).map(({ day }) => (
            <span key={day}>{dayText(day)}</span>
          ))}
        </div>
      </div>
      <ul className="visually-hidden">
        {stacks.map((stack) => (
          <li key={stack.day}>{tipOf(stack, names)}</li>
        ))}
      </ul>
    </figure>
  )
}

function Bar({ stack, x, top }: { stack: Stack; x: number; top: number }) {
  let y = HEIGHT
  return stack.parts.map((part, index) => {
    const height = (part / top) * HEIGHT
    y -= height
    return part === 0 ? null : (
      <rect key={index} x={x} y={y} width={STEP - 2 * GAP} height={height} data-part={index} />
    )
  })
}

/** The day and its sum, and below what it is made of, as it stands from top to bottom. */
function tipOf({ day, total, parts }: Stack, names: readonly string[]): string {
  const sum = t('usage.chart-day', { day: dayText(day), cost: dollars(total) })
  const made = parts.flatMap((part, index) => (part > 0 ? [`${names[index] ?? ''} ${dollars(part)}`] : []))
  return [sum, ...made.toReversed()].join('\n')
}

/** A day of UTC is named by UTC, wherever one reads it. */
const dayText = (day: string): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, {
    timeZone: 'UTC',
    month: 'short',
    day: 'numeric',
  })
