// The frame of one section: its title, the way back on a phone, its actions, and a column that reads well.
import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { classNames } from '../ui/class-names.ts'
import { t } from '../words/words.ts'
import css from './settings-page.module.css'

interface SettingsPageProps {
  title: string
  actions?: ReactNode
  children: ReactNode
  /** Tables need more room than forms. */
  wide?: boolean
  /** The content scrolls by itself. */
  full?: boolean
}

export const SettingsPage = ({ title, actions, children, wide, full }: SettingsPageProps) => (
  <section className={css.page} aria-label={title}>
    <header className={css.head}>
      <Link href="/" className={css.back} aria-label={t('settings.back')}>
        <ChevronLeft />
      </Link>
      <h1>{title}</h1>
      <div className={css.actions}>{actions}</div>
    </header>
    {full ? (
      children
    ) : (
      <div className={css.body}>
        <div className={classNames(css.column, wide && css.wide)}>{children}</div>
      </div>
    )}
  </section>
)

interface PartProps {
  title: string
  says?: ReactNode
  /** Beside the heading. */
  action?: ReactNode
  children?: ReactNode
}

/** A part of a section with its own heading. */
export const Part = ({ title, says, action, children }: PartProps) => (
  <section className={css.part}>
    <div className={css.partHead}>
      <h2>{title}</h2>
      {action}
    </div>
    {says && <p className={css.says}>{says}</p>}
    {children}
  </section>
)
