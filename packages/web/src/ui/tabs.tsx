// Tabs that are addresses: each opens by a link, so that back and reload work.
import { Link } from 'wouter'
import { classNames } from './class-names.ts'
import css from './tabs.module.css'

export interface Tab {
  id: string
  label: string
  href: string
}

export const Tabs = ({ label, tabs, current }: { label: string; tabs: readonly Tab[]; current: string }) => (
  <nav className={css.tabs} aria-label={label}>
    {tabs.map((tab) => (
      <Link
        key={tab.id}
        href={tab.href}
        className={classNames(css.tab)}
        aria-current={tab.id === current ? 'page' : undefined}
      >
        {tab.label}
      </Link>
    ))}
  </nav>
)
