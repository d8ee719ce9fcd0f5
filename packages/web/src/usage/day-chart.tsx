// Cost of each day as stacked bars: plain SVG, read aloud as a table.
import { t } from '../words/words.ts'
import { dollars } from './money.ts'
import type { Stack } from './usage-sums.ts'
import css from './day-chart.module.css'

const HEIGHT = 160 // px
const STEP = 20 // units of the drawing for one day; it stretches to the room there is

interface Props {
  stacks: readonly Stack[]
  /** Names of the parts, in their order. */
  names: readonly string[]
}

export function DayChart({ stacks, names }: Props) {
  const most = Math.max(1, ...stacks.map(({ total }) => total))
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
        <span className={css.most}>{dollars(most)}</span>
      </figcaption>
      <svg
        className={css.bars}
        viewBox={`0 0 ${stacks.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden
      >
        {stacks.map((stack, index) => (
          <g key={stack.day} data-tip={tipOf(stack)}>
            <rect x={index * STEP} y={0} width={STEP} height={HEIGHT} className={css.hit} />
            <Bar stack={stack} x={index * STEP + 2} most={most} />
          </g>
        ))}
      </svg>
      <div className={css.axis} aria-hidden>
        <span>{dayText(stacks[0]?.day)}</span>
        <span>{dayText(stacks.at(-1)?.day)}</span>
      </div>
      <ul className="visually-hidden">
        {stacks.map((stack) => (
          <li key={stack.day}>{tipOf(stack)}</li>
        ))}
      </ul>
    </figure>
  )
}

function Bar({ stack, x, most }: { stack: Stack; x: number; most: number }) {
  let top = HEIGHT
  return stack.parts.map((part, index) => {
    const height = (part / most) * HEIGHT
    top -= height
    return part === 0 ? null : (
      <rect key={index} x={x} y={top} width={STEP - 4} height={height} data-part={index} />
    )
  })
}

const tipOf = ({ day, total }: Stack): string =>
  t('usage.chart-day', { day: dayText(day), cost: dollars(total) })

/** A day of UTC is named by UTC, wherever one reads it. */
const dayText = (day: string | undefined): string =>
  day === undefined
    ? ''
    : new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, {
        timeZone: 'UTC',
        month: 'short',
        day: 'numeric',
      })
