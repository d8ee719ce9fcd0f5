// The board of the room in a terminal: its columns one below the other, each with its cards.
import type { BoardCard, BoardColumn } from '@tutti/core'
import type { Call, Command, Outcome } from '../command.ts'
import { plain } from '../display-width.ts'
import type { Page } from '../page.ts'
import { table } from '../table.ts'
import { counted, relativeTime } from '../words.ts'

export const boardCommands: Command[] = [
  {
    words: 'board',
    says: 'The board that all machines of the room share',
    args: [],
    flags: [],
    run: board,
  },
]

async function board(call: Call): Promise<Outcome> {
  const data = await call.client().getBoard()
  return {
    data,
    text: (page) =>
      data.columns
        .map((column) =>
          columnText(
            page,
            column,
            data.cards.filter((card) => card.column === column.id),
          ),
        )
        .join('\n\n'),
  }
}

function columnText(page: Page, { title, id }: BoardColumn, cards: readonly BoardCard[]): string {
  const head = `${page.paint('bold', plain(title))}  ${page.paint('dim', `${id}, ${counted(cards.length, 'card')}`)}`
  return cards.length === 0 ? head : `${head}\n${table(page, columnsFor(page), cards)}`
}

const columnsFor = (page: Page) => [
  { title: 'CARD', cell: ({ title }: BoardCard) => plain(title), least: 20 },
  { title: 'WHO', cell: ({ assignee }: BoardCard) => plain(assignee) },
  {
    title: 'CHANGED',
    cell: ({ changedBy, changedAt }: BoardCard) => ({
      text: `${plain(changedBy)}, ${relativeTime(changedAt, page.now)}`,
      ink: 'dim' as const,
    }),
  },
  {
    title: 'LOST',
    cell: ({ lostEdits }: BoardCard) => ({
      text: lostEdits === 0 ? '' : counted(lostEdits, 'edit'),
      ink: 'yellow' as const,
    }),
  },
  { title: 'ID', cell: ({ id }: BoardCard) => ({ text: id, ink: 'dim' as const }) },
]
