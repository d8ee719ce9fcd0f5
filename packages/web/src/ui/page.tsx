// The frame of a full screen: a title, its actions, and room that scrolls.
import type { ReactNode } from 'react'
import css from './page.module.css'

interface PageProps {
  title: string
  /** Beside the title: a count or a state. */
  note?: ReactNode
  actions?: ReactNode
  children: ReactNode
  /** Text and forms read better in a column. */
  narrow?: boolean
  /** It is exactly as large as the room and scrolls by itself. */
  fill?: boolean
}

export const Page = ({ title, note, actions, children, narrow, fill }: PageProps) => (
  <section className={css.page} aria-label={title}>
    <header className={css.head}>
      <h1>{title}</h1>
      {note && <span className={css.note}>{note}</span>}
      <div className={css.actions}>{actions}</div>
    </header>
    <div className={css.body}>
      <div className={narrow ? css.narrow : fill ? css.fill : css.full}>{children}</div>
    </div>
  </section>
)

/** A part of a page with its own heading. */
export const Section = ({
  title,
  says,
  children,
}: {
  title: string
  says?: ReactNode
  children: ReactNode
}) => (
  <section className={css.section}>
    <h2>{title}</h2>
    {says && <p className={css.says}>{says}</p>}
    {children}
  </section>
)
