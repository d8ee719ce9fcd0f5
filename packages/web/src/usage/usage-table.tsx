// Each agent or model with what it read, wrote and cost.
import { Table, type Column } from '../ui/table.tsx'
import { t } from '../words/words.ts'
import { compact, dollars } from './money.ts'
import type { Sum } from './usage-sums.ts'

interface Props {
  sums: readonly Sum[]
  title: string
  nameOf: (key: string) => string
}

type Row = Sum & { name: string }

const FIGURES = (): Column<Row>[] => [
  { title: t('usage.calls'), end: true, cell: ({ calls }) => calls.toLocaleString() },
  { title: t('usage.input'), end: true, cell: ({ tokens }) => compact(tokens.input + tokens.cacheWrite) },
  { title: t('usage.cached'), end: true, cell: ({ tokens }) => compact(tokens.cacheRead) },
  { title: t('usage.output'), end: true, cell: ({ tokens }) => compact(tokens.output) },
  { title: t('usage.cost'), end: true, cell: (row) => <Cost sum={row} /> },
]

export function UsageTable({ sums, title, nameOf }: Props) {
  const rows = sums.map((sum) => ({ ...sum, name: nameOf(sum.key) }))
  const columns: Column<Row>[] = [{ title, cell: ({ name }) => name }, ...FIGURES()]
  return <Table label={t('usage.title')} rows={rows} columns={columns} rowKey={({ key }) => key} />
}

/** A sum of which nothing has a price is not nothing. */
const Cost = ({ sum: { costMicros, unpriced, calls } }: { sum: Sum }) => (
  <span data-tip={unpriced > 0 ? t('usage.unpriced', { n: unpriced }) : undefined}>
    {unpriced > 0 && unpriced === calls ? t('usage.no-price') : dollars(costMicros)}
    {unpriced > 0 && unpriced < calls && ' +'}
  </span>
)
